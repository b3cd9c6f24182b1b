"""Floor 2, allocators of the C world, over an address space.

freelist   one region, one list: first, best, worst and next fit; how waste is measured
buddy      blocks of powers of two
ptmalloc   glibc: tcache and the verbs; chunks, bins, arena and mapped are its parts
words      what the bytes of a glibc heap hold, and what overwriting them does
"""

from memkit.malloc.buddy import Buddy
from memkit.malloc.chunks import Abort, SegmentationFault
from memkit.malloc.freelist import FreeList
from memkit.malloc.ptmalloc import PtMalloc

__all__ = ["Abort", "Buddy", "FreeList", "PtMalloc", "SegmentationFault"]
