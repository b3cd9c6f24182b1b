"""glibc's malloc (2.36).

ptmalloc   PtMalloc: the verbs, and each thread's tcache
arena      in what order glibc looks for a chunk (bins, chunks and mapped are its parts)
inmemory   the same heap in the bytes of its process, where a program may write over it
memory     those bytes; kernel: its answers, kept to do the same again there
heapstate  the heap at one moment
"""
