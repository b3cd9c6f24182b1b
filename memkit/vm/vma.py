"""Areas of addresses, and the list of them that a process has.

vma       virtual memory area: [start, end) with one set of rights
merge     two neighbours that are alike, and continue each other in their file, become one
carve     take a range out, whatever lies there; areas are cut where needed
anon_vma  by what the kernel finds who maps a private page; an area has one from its first such
          page on, for good, and two areas with different ones stay apart
account   memory for each page of the area has been promised (VM_ACCOUNT)

Source: Linux mm/vma.c (vma_merge_new_range, is_mergeable_vma, is_mergeable_anon_vma,
find_mergeable_anon_vma), mm/rmap.c (anon_vma_fork), fs/proc/task_mmu.c (show_map_vma); as of 6.18.
Unlike the real one: a sorted list, not a tree.
"""

from bisect import bisect_right
from typing import NamedTuple

from memkit.checks import PAGE, instance, rights, whole

GUARD_GAP = 256 * PAGE  # stack_guard_gap: 1 MiB below a stack stays empty


class OutOfMemory(MemoryError):
    """The kernel would say ENOMEM."""


class AlreadyMapped(ValueError):
    """The kernel would say EEXIST."""


def whole_pages(length):
    """`length` bytes rounded up to pages; ValueError for what is no length."""
    return -(-whole("length", length, 1, 1 << 70) // PAGE) * PAGE


class Vma(NamedTuple):
    """One area. `prot` is three letters of r, w, x or -; name is a path, "[heap]", "[stack]", ...

    shared  None: not told by the system that it was read from; inode too
    offset  where in the file the area begins, bytes; dev and inode say which file it is
    What is not part of the line in maps:
    huge            the kernel may use huge pages here (madvise)
    still_accounted it is not writable any more, and what was promised for it is kept
    anon_vmas       the numbers of its anon_vma and, before it, of those that it was forked from
                    (anon_vma_chain); () before the first private page
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
    still_accounted: bool = False
    anon_vmas: tuple = ()

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

    @property
    def accounted(self):
        return not self.shared and ("w" in self.prot or self.still_accounted)

    def with_prot(self, prot):
        """The area with other rights. Only of memory without a page is a promise given up: not of
        a file, which may have been written to (mm/mprotect.c, mprotect_fixup)."""
        rights("prot", prot)
        keeps = self.accounted and "w" not in prot and bool(self.inode or self.anon_vmas)
        return self._replace(prot=prot, still_accounted=keeps)

    def part(self, start, end):
        """The piece from `start` to `end`: its place in the file moves along."""
        start = whole("start", start, self.start, self.end - 1)
        end = whole("end", end, start + 1, self.end)
        offset = self.offset + start - self.start if self.inode else 0
        return self._replace(start=start, end=end, offset=offset)

    def follows(self, before):
        """Does this area go on where the one `before` it ends, but for its rights?"""
        instance("before", before, Vma)
        return (
            before.end == self.start
            and before[3:5] == self[3:5]
            and before[6:9] == self[6:9]
            and before.accounted == self.accounted
            and (not self.inode or before.offset + before.length == self.offset)
        )

    def continues(self, before):
        """May this area and the one `before` it be one?"""
        return (
            self.follows(before)
            and before.prot == self.prot
            # One that was forked cannot take in pages that its parent never had.
            and (before.anon_vmas == self.anon_vmas
                 or len(before.anon_vmas) + len(self.anon_vmas) == 1)
        )  # fmt: skip

    def joined(self, after):
        """This area and the one that continues it."""
        instance("after", after, Vma)
        return self._replace(end=after.end, anon_vmas=self.anon_vmas or after.anon_vmas)

    def __str__(self):
        """One line as /proc/self/maps has it."""
        sharing = {True: "s", False: "p", None: "-"}[self.shared]
        line = f"{self.start:08x}-{self.end:08x} {self.prot}{sharing} {self.offset:08x} "
        line += f"{self.dev} {self.inode} " if self.inode is not None else f"{self.dev} "
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

    def insert(self, vma, lowest=0):
        """Add `vma` to a free range and merge it with neighbours that are alike, but not with one
        that begins below `lowest`."""
        i = self._after(vma.start)
        before, after = self.areas[:i], self.areas[i:]
        if before and before[-1].start >= lowest and vma.continues(before[-1]):
            vma = before.pop().joined(vma)
        if after and after[0].continues(vma):
            vma = vma.joined(after.pop(0))
        self.areas = [*before, vma, *after]

    def change(self, part):
        """Let what is given be a part of an area instead of what was there."""
        self.carve(part.start, part.end)
        self.insert(part)

    def prepare(self, vma, fresh):
        """Give `vma`, which will have its first private page, an anon_vma: that of a neighbour
        with which it could become one if their rights were the same, else the number `fresh`."""
        i = self._after(vma.start) - 1
        chain = (fresh,)
        for before, after, asked in ((i, i + 1, i + 1), (i - 1, i, i - 1)):
            if before >= 0 and after < len(self.areas):
                anon_vmas = self.areas[asked].anon_vmas
                if len(anon_vmas) == 1 and self.areas[after].follows(self.areas[before]):
                    chain = anon_vmas
                    break
        self.areas[i] = vma._replace(anon_vmas=chain)
        return self.areas[i]

    def highest_gap(self, length, top, bottom):
        """Start of the highest hole of `length` bytes in [bottom, top) at its upper end, or None.

        A hole is measured from what lies above: below a stack its guard gap stays free.
        """
        for vma in reversed(self.areas):
            if top - max(vma.end, bottom) >= length:
                return top - length
            top = min(top, vma.start - (GUARD_GAP if vma.grows_down else 0))
        return top - length if top - length >= bottom else None
