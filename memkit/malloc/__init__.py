"""Floor 2, allocators of the C world, over an address space."""

from memkit.malloc.ptmalloc import PtMalloc

__all__ = ["PtMalloc"]
