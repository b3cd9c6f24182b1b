"""One region and one list of its free blocks: the allocator of the textbooks.

block      (address, size): a free one stands in the list, a live one is known by its address
header     bytes in front of what the program gets; they are part of the block
fit        which free block is taken: first, best, worst, next
order      where a freed block enters the list: address, size+, size-, front, back
split      a block is larger than needed: its low end is taken, the rest keeps its place in the list
coalesce   join neighbours into one block, on every free, over the whole list

Source: Knuth, The Art of Computer Programming 1, 2.5; Arpaci-Dusseau, Operating Systems: Three Easy
Pieces, chapter 17, whose simulator gives the same addresses, searches and lists.
Unlike the real one: the list lies beside the memory, not in it, and costs nothing but the header.
"""

from bisect import bisect_left
from itertools import chain
from typing import NamedTuple

from memkit.checks import flag, hex, listed, one_of, plural, size, whole
from memkit.trace import Trace

FITS = ("first", "best", "worst", "next")
ORDERS = ("address", "size+", "size-", "front", "back")
# The same in the words of the textbook's simulator.
ALIASES = {
    "addrsort": "address",
    "sizesort+": "size+",
    "sizesort-": "size-",
    "size": "size+",
    "insert-front": "front",
    "insert-back": "back",
}
MAX_SIZE = 1 << 48


class RegionState(NamedTuple):
    """Frozen. free: the list in its order; live: by address, both of whole blocks as
    (address, size). While recorded also looked_at: the blocks that the last search looked
    at, in order; found: the one it took, or None."""

    base: int
    size: int
    free: tuple
    live: tuple
    looked_at: tuple
    found: int | None


class FreeList:
    """`size` bytes from address `base` on, given out by a list of free blocks.

    header    bytes added to each request, after it was rounded up to a multiple of `align`
    fit       "first" stops at the first block that is large enough; "next" does so too, but begins
              where the last search ended; "best" and "worst" look at the whole list and keep the
              earliest of equals
    order     of a freed block: "front" or "back" of the list, or the list is sorted then, by
              "address" or by size, ascending "size+" or descending "size-". Only a free sorts.
    coalesce  joins blocks that stand next to each other in the list and in memory, in this order
    """

    def __init__(
        self, size, base=0, header=0, align=1, fit="first", order="address", coalesce=True
    ):
        self.size = whole("size", size, 1, MAX_SIZE)
        self.base = whole("base", base, 0, MAX_SIZE)
        self.header = whole("header", header, 0, MAX_SIZE)
        self.align = whole("align", align, 1, MAX_SIZE)
        self.fit = _one_of("fit", fit, FITS)
        self.order = _one_of("order", order, ORDERS)
        self.coalesce = flag("coalesce", coalesce)
        self.free_list = [(self.base, self.size)]
        self.live = {}  # address of a live block -> (its size, bytes requested)
        self.searched = 0
        self.trace = Trace(self)
        self._rover = self.base  # next fit: the search begins at the block that holds this address
        self._looked_at, self._found = (), None

    def malloc(self, n):
        """The address of `n` bytes, behind the block's header; None where no block is large enough.

        n from 1. `searched` is then the number of free blocks looked at.
        """
        n = whole("n", n, 1, MAX_SIZE)
        need = -(-n // self.align) * self.align + self.header
        i = self._search(need)
        if i is None:
            self._tell_search(n, need, None)
            return None
        address, length = self.free_list[i]
        self._tell_search(n, need, address)
        if length > need:
            self.free_list[i] = (address + need, length - need)
        else:
            del self.free_list[i]
        if self.free_list:
            self._rover = self.free_list[i % len(self.free_list)][0]
        self.live[address] = (need, n)
        if self.trace.on:
            words = "{size} are taken at {at}: the whole block"
            if length > need:
                words = "split: {size} are taken at {at}, {rest} stay in the list"
            self.trace.emit(
                "split" if length > need else "take",
                words,
                address=address,
                size=size(need),
                at=hex(address),
                rest=size(length - need),
            )
        return address + self.header

    def free(self, address):
        """Give back the block whose bytes begin at `address`, as malloc returned it.

        ValueError, and nothing changes, where no live block's bytes begin.
        """
        block = whole("address", address, 0, 2 * MAX_SIZE) - self.header
        if block not in self.live:
            raise ValueError(f"address must be of a live block; none begins at {hex(address)}.")
        length, _ = self.live.pop(block)
        self.searched, self._looked_at, self._found = 0, (), None
        blocks, order = self.free_list, self.order
        at = 0
        if order == "address":
            at = bisect_left(blocks, (block, length))
        elif order != "front":
            at = len(blocks)
        blocks.insert(at, (block, length))
        if order.startswith("size"):
            # Stable both ways: of equal sizes, what stood first stays first.
            blocks.sort(key=lambda b: b[1], reverse=order == "size-")
        if self.trace.on:
            words = "free: the block at {at} ({size}) enters the list"
            where = f", {order}" if order in ("front", "back") else f" by {order}"
            self.trace.emit("free", words + where, address=block, size=size(length), at=hex(block))
        if self.coalesce:
            # By address only the new block can have a neighbour to join.
            self._coalesce(max(at - 1, 0), at + 2) if order == "address" else self._coalesce()

    def _search(self, need):
        """The index of the block to take, or None; counts what was looked at."""
        blocks, fit = self.free_list, self.fit
        start, best, count = 0, None, len(blocks)
        if fit == "first":
            for i, (_, length) in enumerate(blocks):
                if length >= need:
                    best, count = i, i + 1
                    break
        elif fit == "next":
            start = self._rover_index()
            for looked_at, i in enumerate(chain(range(start, len(blocks)), range(start)), 1):
                if blocks[i][1] >= need:
                    best, count = i, looked_at
                    break
        elif fit == "best":
            smallest = MAX_SIZE + 1
            for i, (_, length) in enumerate(blocks):
                if need <= length < smallest:
                    best, smallest = i, length
        else:
            largest = need - 1
            for i, (_, length) in enumerate(blocks):
                if length > largest:
                    best, largest = i, length
        self.searched = count
        if self.trace.on:
            order = [*blocks[start:], *blocks[:start]]
            self._looked_at = tuple(address for address, _ in order[:count])
            self._found = None if best is None else blocks[best][0]
        return best

    def _rover_index(self):
        holds = (
            i for i, (address, n) in enumerate(self.free_list) if 0 <= self._rover - address < n
        )
        return next(holds, 0)

    def _coalesce(self, first=0, last=None):
        """Join what lies side by side, in the list and in memory, of free_list[first:last]."""
        joined = []
        blocks = self.free_list[first:last]
        for address, length in blocks:
            if joined and sum(joined[-1]) == address:
                before, n = joined[-1]
                joined[-1] = (before, n + length)
            else:
                joined.append((address, length))
        count = len(blocks) - len(joined)
        if count:
            self.free_list[first:last] = joined
            if self.trace.on:
                words = "coalesce: {joins}, {blocks} left"
                left = plural(len(self.free_list), "block")
                self.trace.emit("coalesce", words, joins=plural(count, "join"), blocks=left)

    def _tell_search(self, n, need, address):
        if not self.trace.on:
            return
        words = "malloc({n}) needs {need}; {fit} fit looks at {blocks} and "
        words += "finds none large enough" if address is None else "takes the one at {at}"
        self.trace.emit(
            "search",
            words,
            n=n,
            need=size(need),
            fit=self.fit,
            blocks=plural(self.searched, "block"),
            address=address,
            at=hex(address or 0),
        )

    # -- two kinds of waste

    @property
    def internal_fragmentation(self):
        """The share of the live blocks' bytes that nobody asked for: headers and rounding; 0..1."""
        return internal_fragmentation((n for n, _ in self.live.values()), self._requested())

    @property
    def external_fragmentation(self):
        """The share of the free bytes that one request cannot have: 1 - largest / all; 0..1."""
        return external_fragmentation(n for _, n in self.free_list)

    def _requested(self):
        return (n for _, n in self.live.values())

    def snapshot(self):
        live = sorted((address, n) for address, (n, _) in self.live.items())
        free = tuple(self.free_list)
        return RegionState(self.base, self.size, free, tuple(live), self._looked_at, self._found)


def internal_fragmentation(allocated, requested):
    """1 - requested / allocated, over the live blocks' sizes in bytes; 0.0 without any."""
    allocated = sum(_sizes("allocated", allocated))
    requested = sum(_sizes("requested", requested))
    return 1 - requested / allocated if allocated else 0.0


def external_fragmentation(free_sizes):
    """1 - largest / all, over the free blocks' sizes in bytes; 0.0 without any."""
    sizes = _sizes("free_sizes", free_sizes)
    return 1 - max(sizes) / sum(sizes) if any(sizes) else 0.0


def _sizes(name, sizes):
    return [whole(name, n, 0, 1 << 64) for n in listed(name, sizes, "a list of sizes")]


def _one_of(name, value, allowed):
    """A word of `allowed`, or of the textbook's simulator, in small letters."""
    word = value.lower() if isinstance(value, str) else value
    word = ALIASES.get(word, word) if isinstance(word, str) else word
    return word if isinstance(word, str) and word in allowed else one_of(name, value, allowed)
