"""The bytes of a process that uses glibc's malloc: the program's data, the allocator's words among
them, and main_arena, the allocator's own record in the data of libc.

word    8 bytes; the header of a chunk is one, at 8 bytes above the chunk
link    the first word of a free block: in a tcache or a fastbin the next one's address, XORed with
        its own place / 4096 (safe linking), in a bin the neighbour's
key     the second word of a block in a tcache: the mark by which a double free is noticed

A program writes where it likes, over the allocator's words too.

Source: glibc 2.36 malloc/malloc.c (struct malloc_state, PROTECT_PTR).
Unlike the real one: memory that nobody wrote reads as 0; the key is always the same; of the data
of libc only main_arena is there, in a page that no area of a process can hold.
"""

from struct import Struct

from memkit.checks import PAGE, WORD_MASK, hex, whole
from memkit.malloc.errors import SegmentationFault

KEY = 0x7A3F_51C2_9D0E_64B8
MAIN_ARENA, ARENA_BYTES = 0x7FFF_FFFF_F060, 0x898
LONGEST = 1 << 24  # bytes of one read
NUMBER = Struct("<Q")


class ByteMemory:
    """The memory of one process, of which only pages that were written or read take room."""

    def __init__(self, space):
        self.space = space
        self.libc = range(MAIN_ARENA // PAGE, (MAIN_ARENA + ARENA_BYTES) // PAGE + 1)
        self.pages = {page: bytearray(PAGE) for page in self.libc}  # those one may write to

    # -- as a program

    def read(self, address, n=8):
        """`n` bytes from `address` on. Raises SegmentationFault where nothing is mapped."""
        address, n = whole("address", address, 0, WORD_MASK), whole("n", n, 0, LONGEST)
        return b"".join(bytes(page[a:b]) for page, a, b in self._parts(address, n, "r"))

    def write(self, address, data):
        """Put bytes at `address` and after. Raises SegmentationFault before anything changes."""
        address, data = whole("address", address, 0, WORD_MASK), bytes(data)
        at = 0
        for page, a, b in self._parts(address, len(data), "w"):
            page[a:b] = data[at : at + b - a]
            at += b - a

    def _parts(self, address, n, right):
        """(page, from, to) of each page that the `n` bytes touch."""
        end = address + n
        touched = range(address // PAGE, -(-end // PAGE)) if n else ()
        for number in touched:
            if number not in self.libc and self._area(number, right) is None:
                self.pages.pop(number, None)
                raise SegmentationFault(f"no area holds the address {hex(number * PAGE)}.")
        return [
            (self._page(k, right), max(address - k * PAGE, 0), min(end - k * PAGE, PAGE))
            for k in touched
        ]

    def _area(self, number, right):
        vma = self.space.find_vma(number * PAGE)
        return vma if vma is not None and right in vma.prot else None

    def _page(self, number, right):
        page = self.pages.get(number)
        if page is None:
            if self._area(number, right) is None:
                raise SegmentationFault(f"no area holds the address {hex(number * PAGE)}.")
            page = bytearray(PAGE)
            if self._area(number, "w") is not None:
                self.pages[number] = page
        return page

    # -- as the allocator, which looks at no area: the hardware does

    def load(self, at):
        """The word at `at`, as a number."""
        at &= WORD_MASK
        offset = at & PAGE - 1
        if offset > PAGE - 8:
            return int.from_bytes(self.read(at, 8), "little")
        page = self.pages.get(at >> 12)
        return NUMBER.unpack_from(page or self._page(at >> 12, "r"), offset)[0]

    def unpack(self, struct, at):
        """The numbers of a Struct that lies at `at`."""
        offset, page = at & PAGE - 1, self.pages.get(at >> 12)
        if page is None or offset + struct.size > PAGE:
            return struct.unpack(self.read(at, struct.size))
        return struct.unpack_from(page, offset)

    def store(self, at, value):
        """Let the word at `at` be `value`."""
        at &= WORD_MASK
        offset = at & PAGE - 1
        if offset > PAGE - 8:
            return self.write(at, (value & WORD_MASK).to_bytes(8, "little"))
        page = self.pages.get(at >> 12)
        NUMBER.pack_into(page or self._page(at >> 12, "w"), offset, value & WORD_MASK)

    def clear(self, address, n):
        """Let `n` bytes be zero."""
        while n > 0:
            offset = address % PAGE
            some = min(n, PAGE - offset)
            page = self.pages.get(address // PAGE)
            if page is None:
                self._page(address // PAGE, "w")
            else:
                page[offset : offset + some] = bytes(some)
            address, n = address + some, n - some

    def copy(self, to, address, n):
        """Copy `n` bytes to another place, as memcpy does."""
        while n > 0:
            some = min(n, LONGEST)
            self.write(to, self.read(address, some))
            to, address, n = to + some, address + some, n - some

    def unmapped(self, start, end):
        """The kernel has taken [start, end) back: what was there is gone."""
        gone = range(start // PAGE, -(-end // PAGE))
        for number in gone if len(gone) < len(self.pages) else list(self.pages):
            if number in gone and number not in self.libc:
                self.pages.pop(number, None)

    def moved(self, to, start, n):
        """The kernel has moved `n` bytes of mapping from `start` to `to`."""
        for i in range(-(-n // PAGE)):
            page = self.pages.pop(start // PAGE + i, None)
            if page is not None:
                self.pages[to // PAGE + i] = page
