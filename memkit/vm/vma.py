"""Areas of addresses, and the list of them that a process has.

vma      virtual memory area: [start, end) with one set of rights
merge    two neighbours that are alike, and continue each other in their file, become one
carve    take a range out, whatever lies there; areas are cut where needed

Source: Linux mm/vma.c (vma_merge), fs/proc/task_mmu.c (show_map_vma).
Unlike the real one: a sorted list, not a tree; areas merge as untouched memory does (the kernel
leaves two apart if each has pages of its own history, anon_vma).
"""

from bisect import bisect_right
from typing import NamedTuple

PAGE = 4096
GUARD_GAP = 256 * PAGE  # stack_guard_gap: 1 MiB below a stack stays empty


class OutOfMemory(MemoryError):
    """The kernel would say ENOMEM."""


class AlreadyMapped(ValueError):
    """The kernel would say EEXIST."""


def is_whole(value):
    return isinstance(value, int) and not isinstance(value, bool)


def whole_pages(length):
    """`length` bytes rounded up to pages; ValueError for what is no length."""
    if not is_whole(length) or length <= 0:
        raise ValueError(f"length must be a whole number of bytes above 0, not {length!r}.")
    return -(-length // PAGE) * PAGE


def check_prot(prot):
    ok = isinstance(prot, str) and len(prot) == 3
    if not ok or any(c not in (r, "-") for c, r in zip(prot, "rwx", strict=True)):
        raise ValueError(f'prot must be like "rw-": r, w and x or a dash each, not {prot!r}.')


class Vma(NamedTuple):
    """One area. `prot` is three letters of r, w, x or -; name is a path, "[heap]", "[stack]", ...

    offset  where in the file the area begins, bytes; dev and inode say which file it is
    huge    the kernel may use huge pages here (madvise); not part of the line in maps
    """

    start: int
    end: int
    prot: str
    name: str = ""
    shared: bool = False
    offset: int = 0
    dev: str = "00:00"
    inode: int = 0
    huge: bool = False

    @property
    def length(self):
        return self.end - self.start

    @property
    def grows_down(self):
        return self.name == "[stack]"

    @property
    def in_memory(self):
        """Is its file one that lies on no disk: shared anonymous memory?"""
        return self.dev == "00:01"

    def part(self, start, end):
        """The piece from `start` to `end`: its place in the file moves along."""
        offset = self.offset + start - self.start if self.inode else 0
        return self._replace(start=start, end=end, offset=offset)

    def continues(self, before):
        """May this area and the one `before` it be one?"""
        return (
            before.end == self.start
            and before[2:5] == self[2:5]
            and before[6:] == self[6:]
            and (not self.inode or before.offset + before.length == self.offset)
        )

    def __str__(self):
        """One line as /proc/self/maps has it."""
        sharing = "s" if self.shared else "p"
        line = f"{self.start:08x}-{self.end:08x} {self.prot}{sharing} {self.offset:08x} "
        line += f"{self.dev} {self.inode} "
        return f"{line:<72} {self.name}" if self.name else line


class VmaList:
    """The areas of one process in order of address; none overlap."""

    def __init__(self, areas=()):
        self.areas = list(areas)

    def _after(self, address):
        """Index of the first area that begins above `address`."""
        return bisect_right(self.areas, address, key=lambda vma: vma.start)

    def find(self, address):
        """The area that holds `address`, or None."""
        i = self._after(address) - 1
        return self.areas[i] if i >= 0 and address < self.areas[i].end else None

    def neighbours(self, address):
        """(area that begins at or below `address`, area that begins above it), None for none."""
        i = self._after(address)
        below = self.areas[i - 1] if i else None
        return below, self.areas[i] if i < len(self.areas) else None

    def overlapping(self, start, end):
        """The areas that touch [start, end), lowest first."""
        i = max(self._after(start) - 1, 0)
        while i < len(self.areas) and self.areas[i].start < end:
            if self.areas[i].end > start:
                yield self.areas[i]
            i += 1

    def mapped_bytes(self, start, end, only=lambda vma: True):
        return sum(
            min(vma.end, end) - max(vma.start, start)
            for vma in self.overlapping(start, end)
            if only(vma)
        )

    def carve(self, start, end):
        """Cut [start, end) out of every area it touches."""
        kept = []
        for vma in self.areas:
            if vma.end <= start or vma.start >= end:
                kept.append(vma)
                continue
            if vma.start < start:
                kept.append(vma.part(vma.start, start))
            if vma.end > end:
                kept.append(vma.part(end, vma.end))
        self.areas = kept

    def insert(self, vma):
        """Add `vma` to a free range and merge it with neighbours that are alike."""
        i = self._after(vma.start)
        before, after = self.areas[:i], self.areas[i:]
        if before and vma.continues(before[-1]):
            first = before.pop()
            vma = first._replace(end=vma.end)
        if after and after[0].continues(vma):
            vma = vma._replace(end=after.pop(0).end)
        self.areas = [*before, vma, *after]

    def change(self, part, **fields):
        """Let a part of an area have other fields -> the part as it is now."""
        changed = part._replace(**fields)
        self.carve(part.start, part.end)
        self.insert(changed)
        return changed

    def highest_gap(self, length, top, bottom):
        """Start of the highest hole of `length` bytes in [bottom, top) at its upper end, or None.

        A hole is measured from what lies above: below a stack its guard gap stays free.
        """
        for vma in reversed(self.areas):
            if top - max(vma.end, bottom) >= length:
                return top - length
            top = min(top, vma.start - (GUARD_GAP if vma.grows_down else 0))
        return top - length if top - length >= bottom else None
