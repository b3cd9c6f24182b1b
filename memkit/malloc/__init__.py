"""Floor 2, allocators of the C world, over an address space.

freelist   one region, one list: first, best, worst and next fit; how waste is measured
buddy      blocks of powers of two
ptmalloc   glibc: tcache and the verbs; chunks, bins, arena and mapped are its parts
words      what the bytes of a glibc heap hold, and what overwriting them does
errors     how a process ends that misuses its heap
tcmalloc   gperftools: thread caches over central lists over a page heap (tc_*: its parts)
scoreboard one workload through several allocators: locks, memory, waste, page faults
doctor     finds leaks, wild and dangling pointers, overflows; runs small C programs
"""

from memkit.malloc.buddy import Buddy
from memkit.malloc.doctor import Doctor
from memkit.malloc.doctor_program import run_lines, run_program
from memkit.malloc.doctor_report import DISEASES
from memkit.malloc.errors import Abort, InvalidPointer, SegmentationFault
from memkit.malloc.freelist import FreeList
from memkit.malloc.ptmalloc import PtMalloc
from memkit.malloc.tc_sizes import tc_size_class
from memkit.malloc.tcmalloc import TCMalloc

__all__ = [
    "Abort",
    "Buddy",
    "DISEASES",
    "Doctor",
    "FreeList",
    "InvalidPointer",
    "PtMalloc",
    "SegmentationFault",
    "TCMalloc",
    "run_lines",
    "run_program",
    "tc_size_class",
]
