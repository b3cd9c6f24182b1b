"""TCMalloc, as gperftools 2.10 has it.

sizes      which size a request gets
thread     front end: a cache for each thread
central    middle: a free list for each class
pageheap   back end: runs of pages (spans: their lists), and the way to the kernel
memory     the words that a program, or the allocator, wrote
tcmalloc   TCMalloc: all of it behind malloc and free
"""
