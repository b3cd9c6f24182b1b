"""What the memory of a TCMalloc holds: the program's data, and the allocator's links among them.

word  8 bytes at a multiple of 8
link  the first word of a free object: the address of the next object in its list, 0 at the end

A program writes where it likes. Over the link of an object it has freed, too: then the next malloc
but one returns whatever was written there, and nothing notices.

Source: gperftools 2.10 src/linked_list.h.
Unlike the real one: memory that nobody wrote reads as 0, and until the program writes something, a
block that moves takes only its first word along.
"""

from memkit.checks import hex, octets, whole
from memkit.malloc.errors import NotFollowed, SegmentationFault
from memkit.malloc.tcmalloc.sizes import MAX_SIZE
from memkit.malloc.tcmalloc.spans import PLACES, RECORDS

LONGEST = 1 << 24  # bytes of one read


class WordMemory(dict):
    """Address of a word -> its value, of those that somebody wrote."""

    def __init__(self, space):
        super().__init__()
        self.space = space
        self.program_wrote = False

    def __missing__(self, address):
        """A word that nobody wrote. Raises SegmentationFault where nothing is mapped."""
        if PLACES <= address < RECORDS + LONGEST:
            raise NotFollowed(f"a record of the allocator's own lies at {hex(address)}.")
        if address < 0 or self.space.find_vma(address) is None:
            raise SegmentationFault(f"no area holds the address {hex(address)}.")
        return 0

    def read(self, address, n=8):
        """`n` bytes from `address` on. Raises SegmentationFault where nothing is mapped."""
        address, n = whole("address", address), whole("n", n, 0, 1 << 30)
        if n > LONGEST:
            raise ValueError(f"n must be at most {LONGEST} bytes, not {n}.")
        start = address & -8
        words = (self[at].to_bytes(8, "little") for at in range(start, address + n, 8))
        return b"".join(words)[address - start :][:n]

    def write(self, address, data):
        """Put bytes at `address`. Raises SegmentationFault before anything changes."""
        address, data = whole("address", address), octets("data", data)
        start, end = address & -8, address + len(data)
        old = self.read(start, -(-(end - start) // 8) * 8)
        new = old[: address - start] + data + old[end - start :]
        self.program_wrote = True
        for at in range(start, end, 8):
            self[at] = int.from_bytes(new[at - start : at - start + 8], "little")

    def clear(self, address, n):
        """Let `n` bytes from `address` on be zero."""
        words = range(address, address + n, 8)
        if len(words) > len(self):  # most of it was never written
            words = [at for at in self if at in words]
        for at in words:
            self.pop(at, None)

    def move(self, to, address, n):
        """Copy `n` bytes from one block to another one.

        Where the program never wrote, links are all there is, and only that of `to` can matter: it
        does where `to` was freed twice, and a list leads to it still.
        """
        if n > MAX_SIZE:  # what a double free made of a span may be longer than the heap
            self[address + n - 1 & -8]
        if not self.program_wrote and n > 7:
            self[to] = self.get(address, 0)
            return
        for at in range(0, n - 7, 8):
            self[to + at] = self.get(address + at, 0)
        if rest := n & 7:
            at, low = n - rest, (1 << 8 * rest) - 1
            self[to + at] = self.get(to + at, 0) & ~low | self.get(address + at, 0) & low
