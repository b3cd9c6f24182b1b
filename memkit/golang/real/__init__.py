"""Beside the real Go.

replay        recorded patterns, replayed through the model
tracereplay   recorded programs, replayed
toolchain     a learner's own Go program, run where there is a Go toolchain
"""
