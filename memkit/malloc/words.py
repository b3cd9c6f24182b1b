"""What the bytes of a glibc heap hold: the program's data, and the allocator's words among them.

word    8 bytes at a multiple of 8; the header of a chunk is one, at 8 bytes above the chunk
link    the first word of a free block: in a tcache or a fastbin the next block's address, XORed
        with its own place / 4096 (safe linking), in a bin the neighbour's
key     the second word of a block in a tcache: the mark by which a double free is noticed

A program writes where it likes, so a header may be overwritten: free then finds what glibc would.

Source: glibc 2.36 malloc/malloc.c (PROTECT_PTR, tcache_put, __libc_free, the checks of _int_free).
Unlike the real one: memory that nobody wrote reads as 0; an overwritten link is noticed by nobody;
the key is always the same; the heads of the lists lie in no area.
"""

from memkit.malloc.chunks import (
    ALIGN,
    HEADER,
    IS_MMAPPED,
    MIN_CHUNK,
    NON_MAIN_ARENA,
    PREV_INUSE,
    TCACHE_MAX,
)
from memkit.malloc.errors import Abort, SegmentationFault
from memkit.trace import hex
from memkit.vm.faults import whole

KEY = 0x7A3F_51C2_9D0E_64B8
LIST_HEAD = 0x7FFF_F7FB_2CC0  # in the data of libc, as in a process without randomisation
HEAP_ALIGN = 64 << 20  # a block of another arena finds its heap at a multiple of this
WORD = (1 << 64) - 1


class Words:
    """The contents of a PtMalloc's blocks, of which only what was written takes room."""

    def __init__(self, heap):
        self.heap = heap
        self.kept = {}  # address of a word -> what the program wrote
        self.headers = {}  # chunk -> what the program wrote over its header

    # -- as a program

    def read(self, address, n=8):
        """`n` bytes from `address` on. Raises SegmentationFault where nothing is mapped."""
        address, n = whole("address", address, 0, WORD), whole("n", n, 0, 1 << 24)
        start, end = address & -8, address + n
        data = b"".join(self.word(at).to_bytes(8, "little") for at in range(start, end, 8))
        return data[address - start : end - start]

    def write(self, address, data):
        """Put bytes at `address` and after. Raises SegmentationFault before anything changes."""
        address, data = whole("address", address, 0, WORD), bytes(data)
        start, end = address & -8, address + len(data)
        old = b"".join(self.word(at, "w").to_bytes(8, "little") for at in range(start, end, 8))
        new = old[: address - start] + data + old[end - start :]
        chunks = self._chunks_until(end)
        for i in range(0, len(new), 8):
            if new[i : i + 8] != old[i : i + 8] or start + i - 8 not in chunks:
                self._store(start + i, int.from_bytes(new[i : i + 8], "little"), chunks)

    def word(self, at, right="r"):
        """The word at `at`, a multiple of 8, as a number."""
        vma = self.heap.space.find_vma(at)
        if vma is None or right not in vma.prot:
            raise SegmentationFault(f"no area holds the address {hex(at)}.")
        arena = self.heap.arena
        if at - 8 in arena.size:
            return self._header(at - 8)
        if at in arena.prev_size:
            return arena.prev_size[at]
        if at in self.kept:
            return self.kept[at]
        return self._link(at - 16, 0) or self._link(at - 24, 1)

    def _header(self, p):
        arena = self.heap.arena
        if p in self.headers and self.headers[p] & -8 == arena.size[p]:
            return self.headers[p]
        flags = IS_MMAPPED if p in arena.mapped.before else p not in arena.prev_size
        return arena.size[p] | flags

    def _link(self, p, second):
        """The link (or the second word) of chunk p if it is free, else 0."""
        arena, bins = self.heap.arena, self.heap.arena.bins
        size = arena.size.get(p, 0)
        if 0 < size <= TCACHE_MAX:
            for cache in filter(None, self.heap.caches.values()):
                stack = cache[size >> 4]
                if p in stack:
                    i = stack.index(p)
                    return KEY if second else p + HEADER >> 12 ^ (stack[i - 1] + HEADER if i else 0)
        if p in bins.fast_chunks():
            return 0 if second else p + HEADER >> 12 ^ bins.fd[p]
        for chunks in (bins.unsorted, *bins.small, *(chunks for _, chunks in bins.large)):
            if p in chunks:
                order = [LIST_HEAD, *chunks, LIST_HEAD]
                return order[order.index(p) + (1 if second else -1)]
        return 0

    def _chunks_until(self, end):
        """The chunks that begin below `end`; behind a header that is wrong, all that might be."""
        arena, p = self.heap.arena, self.heap.start + -self.heap.start % ALIGN
        found = {arena.top, *arena.mapped.before}
        while p < min(end, arena.top):
            found.add(p)
            size = arena.size.get(p, 0)
            if size < HEADER or p + size > arena.top or p in self.headers:
                return found | {chunk for chunk in arena.size if chunk > p}
            p += size
        return found

    def _store(self, at, value, chunks):
        arena, p = self.heap.arena, at - 8
        if p in chunks:
            self.headers[p], arena.size[p] = value, value & -8
            if p == arena.top:
                arena.top_size = value & -8
        else:
            arena.size.pop(p, None)  # the header of a chunk that is no more
            self.kept[at] = value

    # -- for the allocator

    def forget(self, *words):
        for at in words:
            self.kept.pop(at, None)

    def clear(self, address, n):
        self.forget(*[at for at in self.kept if address <= at < address + n])

    def copy(self, old, new, n):
        for at in [at for at in self.kept if old <= at < old + n]:
            self.kept[new + at - old] = self.kept[at]

    def key_is_intact(self, p):
        return p + 24 not in self.kept

    def is_mapped(self, p):
        """Whether p is a mapped chunk and its header still says so."""
        return p in self.heap.arena.mapped.before and p not in self.headers

    def checked(self, p):
        """The size of chunk p, as free reads and checks it in memory."""
        header = self.word(p + 8 & -8)
        if p % 8:
            raise Abort("free(): invalid pointer")
        size = header & -8
        if header & IS_MMAPPED:
            raise Abort("munmap_chunk(): invalid pointer")
        if header & NON_MAIN_ARENA:
            raise SegmentationFault(f"no heap of another arena begins at {hex(p & -HEAP_ALIGN)}.")
        if p > -size & WORD or p % ALIGN:
            raise Abort("free(): invalid pointer")
        if size < MIN_CHUNK or size % ALIGN:
            raise Abort("free(): invalid size")
        self.heap.arena.size[p] = size
        return size

    def check_neighbours(self, p, size):
        """What free checks before it gives chunk p, of `size` bytes, to the arena."""
        arena = self.heap.arena
        following = p + size
        fast = size <= arena.max_fast
        if not fast:
            if p == arena.top:
                raise Abort("double free or corruption (top)")
            if following >= arena.top + arena.top_size:
                raise Abort("double free or corruption (out)")
        header = self.word(following + 8)
        if not fast and not header & PREV_INUSE:
            raise Abort("double free or corruption (!prev)")
        if header <= HEADER or header & -8 >= arena.system_bytes:
            raise Abort(f"free(): invalid next size ({'fast' if fast else 'normal'})")
        arena.size[following] = header & -8
        if fast:
            return
        if not self._header(p) & PREV_INUSE:
            before = self.word(p)
            if arena.size.get(p - before) != before or p not in arena.prev_size:
                raise Abort("corrupted size vs. prev_size while consolidating")
        if following != arena.top:
            self.word(following + arena.size[following] + 8)
