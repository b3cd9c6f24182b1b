"""The buddy system: blocks are powers of two, and each has one partner to merge with.

order   a block of order k has 2^k bytes and begins at a multiple of 2^k, counted from the base
buddy   the other half of the block that was halved: its address differs in bit k only
split   halve a larger block until the size is right; the upper halves become free
merge   on a free: while the buddy is free and whole, the two become the block they came from

Source: Knowlton 1965; Knuth, The Art of Computer Programming 1, 2.5, algorithms R and S; Linux
mm/page_alloc.c does the same with pages.
Unlike the real one: bytes instead of pages; of the free blocks of an order the lowest is taken,
Linux takes the one freed last.
"""

from typing import NamedTuple

from memkit.checks import hex, power, size, whole
from memkit.malloc.textbook.freelist import external_fragmentation, internal_fragmentation
from memkit.trace import Trace

MAX_SIZE = 1 << 48


class BuddyState(NamedTuple):
    """Frozen: free and live blocks as (address, size), by address."""

    base: int
    size: int
    free: tuple
    live: tuple


class Buddy:
    """`size` bytes, a power of two, from `base` on; blocks from `min_block`, a power of two."""

    def __init__(self, size, base=0, min_block=16):
        self.size = power("size", size, 1, MAX_SIZE)
        self.base = whole("base", base, 0, MAX_SIZE)
        self.min_block = power("min_block", min_block, 1, MAX_SIZE)
        if self.min_block > self.size:
            raise ValueError(f"min_block must be at most the size, {size}, not {min_block}.")
        self.free_blocks = {1 << k: set() for k in range(self.size.bit_length())}
        self.free_blocks[self.size].add(0)  # offsets from the base, by size
        self.live = {}  # offset -> (size, bytes requested)
        self.trace = Trace(self)

    @property
    def free_list(self):
        """All free blocks as (address, size), by address."""
        blocks = ((self.base + at, n) for n, free in self.free_blocks.items() for at in free)
        return sorted(blocks)

    def malloc(self, n):
        """The address of a block of at least `n` bytes, n from 1; None: none is large enough."""
        n = whole("n", n, 1, MAX_SIZE)
        need = max(self.min_block, 1 << (n - 1).bit_length())
        length = need
        while length <= self.size and not self.free_blocks[length]:
            length *= 2
        if length > self.size:
            self._tell("none", "malloc({n}): no block of {size} or more is free", 0, need, n=n)
            return None
        at = min(self.free_blocks[length])
        while length > need:
            self.free_blocks[length].remove(at)
            length //= 2
            self.free_blocks[length] |= {at, at + length}
            self._tell(
                "split", "split: two halves of {size}, the upper one at {at}", at + length, length
            )
        self.free_blocks[need].remove(at)
        self.live[at] = (need, n)
        self._tell("take", "malloc({n}): the block of {size} at {at}", at, need, n=n)
        return self.base + at

    def free(self, address):
        """Give back the block at `address`. ValueError, nothing changed, where none lives."""
        at = whole("address", address, 0, 2 * MAX_SIZE) - self.base
        if at not in self.live:
            raise ValueError(f"address must be of a live block; none begins at {hex(address)}.")
        length, _ = self.live.pop(at)
        self.free_blocks[length].add(at)
        self._tell("free", "free: the block of {size} at {at}", at, length)
        while length < self.size and at ^ length in self.free_blocks[length]:
            self.free_blocks[length] -= {at, at ^ length}
            at &= ~length
            length *= 2
            self.free_blocks[length].add(at)
            self._tell("merge", "its buddy is free: they merge to {size} at {at}", at, length)

    @property
    def internal_fragmentation(self):
        """The share of the live blocks' bytes that nobody asked for; 0 to below a half."""
        blocks = self.live.values()
        return internal_fragmentation((n for n, _ in blocks), (n for _, n in blocks))

    @property
    def external_fragmentation(self):
        """1 - the largest free block / all free bytes; 0..1."""
        return external_fragmentation(n for _, n in self.free_list)

    def snapshot(self):
        live = sorted((self.base + at, n) for at, (n, _) in self.live.items())
        return BuddyState(self.base, self.size, tuple(self.free_list), tuple(live))

    def _tell(self, event, words, at, nbytes, **more):
        if self.trace.on:
            address = self.base + at
            self.trace.emit(
                event, words, address=address, at=hex(address), size=size(nbytes), **more
            )
