"""The doctor's shadow memory: what is known of each byte of each block.

shadow    one letter a byte: r red zone, u never written, i written, f freed
red zone  bytes before and behind a block's own bytes that nobody may touch
held      the allocator has not got the block back: it is live, or in quarantine

Source: AddressSanitizer's shadow, MemorySanitizer's too (LLVM compiler-rt).
Unlike the real one: the shadow is kept block by block, not as one map of all memory.
"""

from bisect import bisect_right, insort

from memkit.checks import WORD, hex
from memkit.malloc.doctor.report import BlockState

REDZONE, UNINIT, INIT, FREED = b"ruif"


class Block:
    """One block with its red zones: `outer` bytes from `base` on, `size` of them the user's."""

    __slots__ = ("base", "outer", "address", "size", "shadow", "data", "at", "freed_at", "held")

    def __init__(self, base, redzone, nbytes, outer, at, fill):
        self.base = base
        self.outer = outer
        self.address = base + redzone
        self.size = nbytes
        self.shadow = bytearray([REDZONE]) * outer
        self.shadow[redzone : redzone + nbytes] = bytes([fill]) * nbytes
        self.data = bytearray(nbytes)
        self.at = at
        self.freed_at = None
        self.held = True  # the allocator has not got it back

    @property
    def end(self):
        return self.address + self.size

    def cells(self, address, n):
        """The part of the shadow, as a slice."""
        return slice(address - self.base, address - self.base + n)

    def words(self):
        """(address, number) of each word that its data hold, aligned as a pointer is."""
        for i in range(0, len(self.data) - WORD + 1, WORD):
            yield self.address + i, int.from_bytes(self.data[i : i + WORD], "little")

    def state(self):
        text = self.shadow.decode()
        return BlockState(self.address, self.size, self.at, self.freed_at, self.base, text)


class Blocks:
    """All blocks by address, and the freed ones until their place is used again."""

    def __init__(self):
        self.bases = []  # sorted
        self.by_base = {}

    def __iter__(self):
        return (self.by_base[base] for base in self.bases)

    def _from(self, address):
        """The blocks in order, from the last one that begins at or before `address`."""
        for i in range(max(bisect_right(self.bases, address) - 1, 0), len(self.bases)):
            yield self.by_base[self.bases[i]]

    def at(self, address):
        """The block, with its red zones, that holds `address`; None where there is none."""
        for block in self._from(address):
            return block if 0 <= address - block.base < block.outer else None
        return None

    def nearest(self, address, reach):
        """The block whose own bytes are closest to `address`, at most `reach` away; or None.

        Of equally close ones a live one, then the lower one.
        """
        found = []
        for block in self._from(address - reach):
            if block.address > address + reach:
                break
            distance = max(block.address - address, address - block.end + 1, 0)
            if distance <= reach:
                found.append((distance, block.freed_at is not None, block.base))
        return self.by_base[min(found)[2]] if found else None

    def add(self, block):
        """Note a new block. What was freed in its place is forgotten."""
        end = block.base + block.outer
        for old in list(self._from(block.base)):
            if old.base >= end:
                break
            if old.base + old.outer > block.base:
                if old.held:
                    raise RuntimeError(f"the allocator gave {hex(old.base)} to two owners.")
                self.bases.remove(old.base)
                del self.by_base[old.base]
        self.by_base[block.base] = block
        insort(self.bases, block.base)

    def shadow(self, address, n):
        """One letter for each of the n bytes from `address` on; . where no block is."""
        found = bytearray(b"." * n)
        for block in self._from(address):
            if block.base >= address + n:
                break
            start = max(address, block.base)
            stop = min(address + n, block.base + block.outer)
            if start < stop:
                cells = block.shadow[block.cells(start, stop - start)]
                found[start - address : stop - address] = cells
        return found.decode()
