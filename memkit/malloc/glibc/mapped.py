"""Mapped chunks: those so large that each gets a mapping of its own from the kernel.

threshold  from this chunk size on, if nothing free fits; it moves up as mapped chunks are freed
before     bytes between the start of a mapping and its chunk: memalign moves the chunk up

Source: glibc 2.36 malloc/malloc.c (sysmalloc_mmap, munmap_chunk, mremap_chunk, __libc_free).
Unlike the real one: a mapping that grows and has no room is unmapped and mapped anew; mremap, which
takes the pages along, is one call in Linux.
"""

from memkit.checks import PAGE
from memkit.vm import AlreadyMapped, OutOfMemory

THRESHOLD, THRESHOLD_MAX = 128 << 10, 32 << 20
MAX_MAPPED = 65536


class Mapped:
    """The mapped chunks of a process and the thresholds that they move."""

    def __init__(self, space, sizes):
        self.space, self.sizes = space, sizes
        self.before = {}  # chunk -> bytes of its mapping that lie before it
        self.nbytes = 0
        self.threshold = self.trim_threshold = THRESHOLD

    def map(self, nb):
        """A new mapping for a chunk of `nb`; None: the chunk is too small for it, or no memory."""
        if nb < self.threshold or len(self.before) >= MAX_MAPPED:
            return None
        length = -(-(nb + 8) // PAGE) * PAGE
        try:
            p = self.space.mmap(length)
        except OutOfMemory:
            return None
        self.sizes[p], self.before[p] = length, 0
        self.nbytes += length
        return p

    def free(self, p):
        """The mapping goes back to the kernel, and the threshold up to this chunk's size.

        A program that frees such chunks will want others: they are to come from top from now on.
        """
        size = self.sizes[p]
        if self.threshold <= size < THRESHOLD_MAX:
            self.threshold, self.trim_threshold = size, 2 * size
        self.unmap(p)

    def unmap(self, p):
        start = p - self.before[p]
        length = self.sizes.pop(p) + self.before.pop(p)
        self.nbytes -= length
        self.space.munmap(start, length)

    def remap(self, p, nb):
        """Make the mapping of chunk p fit `nb`; returns the chunk (it may move), or None."""
        before = self.before[p]
        old = self.sizes[p] + before
        new = -(-(nb + before + 8) // PAGE) * PAGE
        start = p - before
        if new < old:
            self.space.munmap(start + new, old - new)
        elif new > old:
            try:
                self.space.mmap(new - old, start + old, fixed=True, replace=False)
            except (AlreadyMapped, OutOfMemory):
                try:
                    start = self.space.mmap(new)
                except OutOfMemory:
                    return None
                self.space.munmap(p - before, old)
        del self.sizes[p], self.before[p]
        p = start + before
        self.sizes[p], self.before[p] = new - before, before
        self.nbytes += new - old
        return p
