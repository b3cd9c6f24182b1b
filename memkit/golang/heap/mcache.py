"""The mcache: one P's private stock, one span for each of the 136 span classes. No lock.

P            a processor slot of the scheduler; one goroutine runs on it at a time
alloc        spanclass -> the span that serves it now
tiny         address of the 16-byte block that small pointer-free objects share, 0 for none
tinyoffset   bytes of it that are taken

Source: Go 1.27.3 runtime/mcache.go, runtime/malloc.go (mallocgcTiny), runtime/runtime2.go (p).
Unlike the real one: no stack caches.
"""

from typing import NamedTuple

from memkit.golang.heap.mspan import MSpan
from memkit.golang.heap.pagealloc import PageCache
from memkit.golang.heap.sizeclass import NUM_SPAN_CLASSES, PAGE_SIZE, TINY_SIZE

EMPTY_SPAN = MSpan(0, 0, 0)  # has no slots, so the first request of a class refills


class ProcState(NamedTuple):
    """One P at one moment. `pcache` is a mask of free pages from address `pcache_base` on."""

    alloc: dict
    tiny: int
    tinyoffset: int
    pcache_base: int
    pcache: int


def tiny_align(offset, size):
    """The first place at or after `offset` for `size` bytes: 8s lie on 8s, 4s on 4s, 2s on 2s."""
    for align in (8, 4, 2):
        if size % align == 0:
            return -(-offset // align) * align
    return offset


class MCache:
    """The spans of one P."""

    __slots__ = ("alloc", "tiny", "tinyoffset", "tiny_allocs", "tiny_blocks")

    def __init__(self):
        self.alloc = [EMPTY_SPAN] * NUM_SPAN_CLASSES
        self.tiny = 0
        self.tinyoffset = 0
        self.tiny_allocs = 0  # objects that found room in a block that was there
        self.tiny_blocks = 0  # objects that needed a block of their own

    def tiny_fit(self, size):
        """The address for a tiny object in the current block, or 0 where it does not fit."""
        offset = tiny_align(self.tinyoffset, size)
        if not self.tiny or offset + size > TINY_SIZE:
            return 0
        self.tinyoffset = offset + size
        self.tiny_allocs += 1
        return self.tiny + offset

    def tiny_block(self, address, size):
        """A new block holds one object of `size`; keep whichever block has more room left."""
        self.tiny_blocks += 1
        if not self.tiny or size < self.tinyoffset:
            self.tiny = address
            self.tinyoffset = size

    def cached(self):
        """The real spans held, by ascending span class."""
        return [(i, span) for i, span in enumerate(self.alloc) if span is not EMPTY_SPAN]


class P:
    """A processor slot: its mcache and its page cache."""

    __slots__ = ("id", "mcache", "pcache")

    def __init__(self, id):
        self.id = id
        self.mcache = MCache()
        self.pcache = PageCache()

    def state(self, heap_base):
        mcache, pcache = self.mcache, self.pcache
        return ProcState(
            {i: span.state() for i, span in mcache.cached()},
            mcache.tiny,
            mcache.tinyoffset,
            heap_base + pcache.first * PAGE_SIZE if pcache.free else 0,
            pcache.free,
        )
