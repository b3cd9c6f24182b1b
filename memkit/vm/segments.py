"""The road to paging: base and bounds, then segments.

base     where the segment lies in physical memory
limit    its size in bytes (bounds); an address past it is refused
segment  a piece of the address space with a base and a limit of its own; the top bits of a
         virtual address say which one

OSTEP chapter 15 (base and bounds) and chapter 16 (segmentation). A segment that grows down has its
base at its END, as in OSTEP: pa = base - (end of its part of the address space - va).

Unlike the real one: segment registers are not loaded by the program (x86: selectors and descriptor
tables, Intel SDM vol. 3A chapter 3), and a segment number is always part of the address.
"""

from typing import NamedTuple

from memkit.checks import flag, listed, rights, shown, whole
from memkit.trace import Trace
from memkit.vm.faults import SegmentFault

TOP = 1 << 48  # more than any machine with segments had


class Relocation(NamedTuple):
    """va -> pa by way of a segment; `offset` is the distance from its base (negative: below)."""

    va: int
    pa: int
    segment: int
    offset: int


class Segment(NamedTuple):
    """base, limit in bytes, direction, and rights as in "rwx" or "r-x"."""

    base: int
    limit: int
    grows_down: bool = False
    prot: str = "rwx"

    @property
    def extent(self):
        """The physical addresses it fills: first, and one past the last."""
        if self.grows_down:
            return self.base - self.limit, self.base
        return self.base, self.base + self.limit


class Segmentation:
    """An address space of `size` bytes cut into equal parts, one for each segment.

    memory_size  bytes of physical memory; each segment must fit (None: not checked)
    """

    def __init__(self, size, segments, memory_size=None):
        self.size = whole("size", size, 1, TOP)
        self.memory_size = memory_size
        room = TOP if memory_size is None else whole("memory_size", memory_size, 1, TOP)
        what = "a list of Segment(base, limit, ...)"
        rows = [listed("segments", row, what, 64) for row in listed("segments", segments, what)]
        try:
            self.segments = tuple(Segment(*row) for row in rows)
        except TypeError:
            raise ValueError(f"segments must be {what}, not {shown(segments)}.") from None
        if not 1 <= len(self.segments) <= self.size:
            raise ValueError(f"segments must be 1 to {self.size}, not {len(self.segments)}.")
        for n, segment in enumerate(self.segments):
            whole(f"base of segment {n}", segment.base, 0, room)
            start, end = self.part(n)
            whole(f"limit of segment {n}", segment.limit, 0, end - start)
            flag(f"grows_down of segment {n}", segment.grows_down)
            first, last = segment.extent
            if first < 0 or last > room:
                raise ValueError(
                    f"segment {n} would lie at {first} to {last}, outside of memory: "
                    "its base must be another."
                )
            rights(f"prot of segment {n}", segment.prot)
        self.trace = Trace(self)

    def part(self, n):
        """The addresses that select segment n: first, and one past the last."""
        count = len(self.segments)
        n = whole("n", n, 0, count - 1)
        return -(-n * self.size // count), -(-(n + 1) * self.size // count)

    def translate(self, va, write=False, fetch=False):
        """-> Relocation. Raises SegmentFault beyond the limit or against the rights."""
        va = whole("va", va, 0, self.size - 1)
        write, fetch = flag("write", write), flag("fetch", fetch)
        if write and fetch:
            raise ValueError("an access is a write or a fetch, not both.")
        n = va * len(self.segments) // self.size
        segment, (start, end) = self.segments[n], self.part(n)
        offset = va - end if segment.grows_down else va - start
        inside = -offset <= segment.limit if segment.grows_down else offset < segment.limit
        if not inside:
            far = -offset if segment.grows_down else offset + 1
            why = f"it needs {far} bytes of the segment, the limit is {segment.limit}"
            self._fault(va, n, why)
        kind, verb = ("w", "written") if write else ("x", "executed") if fetch else ("r", "read")
        if kind not in segment.prot:
            self._fault(va, n, f"the segment ({segment.prot}) may not be {verb}")
        pa = segment.base + offset
        words = "{va:#x} is in segment {segment}: base {base:#x} {offset:+d} = {pa:#x}."
        self.trace.emit(
            "relocate", words, va=va, segment=n, base=segment.base, offset=offset, pa=pa
        )
        return Relocation(va, pa, n, offset)

    def _fault(self, va, n, why):
        self.trace.emit(
            "segment fault",
            "{va:#x} is refused in segment {segment}: {why}.",
            va=va,
            segment=n,
            why=why,
        )
        raise SegmentFault(va, f"segmentation violation at {va:#x} in segment {n}: {why}.")

    def snapshot(self):
        return self.segments


class BaseAndBounds(Segmentation):
    """One pair of registers for the whole process: segmentation with a single segment.

    size  bytes of the address space (None: any address may be tried)
    """

    def __init__(self, base, bounds, size=None, memory_size=None):
        size = TOP if size is None else whole("size", size, 1, TOP)
        bounds = whole("bounds (the limit of segment 0)", bounds, 0, size)
        super().__init__(size, [(base, bounds)], memory_size)
