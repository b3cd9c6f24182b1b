"""Floor 2, allocators of the C world, over an address space.

textbook   one free list: first, best, worst and next fit; the buddy system; how waste is measured
glibc      ptmalloc: tcache, bins, arena; the heap as bytes that a program may write over
tcmalloc   gperftools: thread caches over central lists over a page heap
doctor     finds leaks, wild and dangling pointers, overflows; runs small C programs
errors     how a process ends that misuses its heap
"""

from memkit.malloc.doctor.doctor import Doctor
from memkit.malloc.doctor.program import run_lines, run_program
from memkit.malloc.doctor.report import DISEASES
from memkit.malloc.errors import Abort, InvalidPointer, NotFollowed, SegmentationFault
from memkit.malloc.glibc.ptmalloc import PtMalloc
from memkit.malloc.tcmalloc.sizes import tc_size_class
from memkit.malloc.tcmalloc.tcmalloc import TCMalloc
from memkit.malloc.textbook.buddy import Buddy
from memkit.malloc.textbook.freelist import FreeList

__all__ = [
    "Abort",
    "Buddy",
    "DISEASES",
    "Doctor",
    "FreeList",
    "InvalidPointer",
    "NotFollowed",
    "PtMalloc",
    "SegmentationFault",
    "TCMalloc",
    "run_lines",
    "run_program",
    "tc_size_class",
]
