"""The doctor: what is wrong with a program's mallocs, frees, reads and writes.

doctor    watches each call
shadow    what is known of each byte
report    what is written down, and in what words
program   a few lines of C, run under the doctor
"""
