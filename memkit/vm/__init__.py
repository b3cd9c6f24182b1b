"""Floor 1, virtual memory: what the kernel and the MMU do.

address_space   which addresses a process may use: areas, mmap, munmap, madvise
"""

from memkit.vm.address_space import AddressSpace, OutOfMemory, Vma

__all__ = ["AddressSpace", "OutOfMemory", "Vma"]
