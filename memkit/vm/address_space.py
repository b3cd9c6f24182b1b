"""The address space of one process: which ranges of addresses mean anything at all.

vma   a virtual memory area: [start, end) with one protection; addresses, no memory yet
mmap  makes one, munmap takes away, both in whole pages of 4 KiB
hint  an address one would like; the kernel takes it where it is free

Source: Linux mm/mmap.c (a hint is honoured where it is free, else the highest gap below mmap_base
is used; neighbours that are alike are merged; MAP_FIXED replaces) and
Documentation/arch/x86/x86_64/mm.rst.
Unlike the real one: no randomisation, no file mappings, no stack growth; a madvise changes no area.
"""

from bisect import bisect_right
from typing import NamedTuple

from memkit.trace import Trace, hex, size

PAGE = 4096
USER_END = 0x7FFF_FFFF_F000  # one page below 2^47
STACK = (0x7FFF_FFFD_E000, 0x7FFF_FFFF_F000)  # 132 KiB, as a fresh process has
MIN_ADDR = PAGE  # vm.mmap_min_addr: page 0 stays empty, so that a null pointer faults
MMAP_BASE = 0x7FFF_F7FF_F000  # the highest place for a mapping: 128 MiB below the top
COMMIT_LIMIT = 16 << 30  # bytes a process may map writable: memory and swap of a small machine


def _is_whole(value):
    return isinstance(value, int) and not isinstance(value, bool)


class OutOfMemory(MemoryError):
    """The kernel would say ENOMEM."""


class Vma(NamedTuple):
    """One area. `prot` is three letters of r, w, x or -; every area is private."""

    start: int
    end: int
    prot: str
    name: str

    @property
    def length(self):
        return self.end - self.start

    def __str__(self):
        """One line as /proc/self/maps has it; offset, device, inode are 0: no file is behind it."""
        line = f"{self.start:08x}-{self.end:08x} {self.prot}p 00000000 00:00 0"
        return f"{line:<73}{self.name}" if self.name else f"{line} "


class AddressSpace:
    """The areas of one process, in order of address.

    layout  "x86_64": user addresses below 2^47, the stack at the top, mappings below it
    limit   bytes that may be mapped writable before mmap raises OutOfMemory
    """

    def __init__(self, layout="x86_64", limit=COMMIT_LIMIT):
        if layout != "x86_64":
            raise ValueError(f'layout must be "x86_64", not {layout!r}.')
        if not _is_whole(limit) or limit < 0:
            raise ValueError(f"limit must be a whole number of bytes, 0 or more, not {limit!r}.")
        self.layout = layout
        self.limit = limit
        self.trace = Trace(self)
        self._vmas = [Vma(*STACK, "rw-", "[stack]")]

    @property
    def vmas(self):
        """The areas as a tuple of Vma, lowest address first."""
        return tuple(self._vmas)

    def snapshot(self):
        return self.vmas

    def maps(self):
        """The areas as text, as the kernel prints them."""
        return "".join(f"{vma}\n" for vma in self._vmas)

    def find_vma(self, address):
        """The area that holds `address`, or None."""
        if not _is_whole(address):
            raise ValueError(f"address must be a whole number, not {address!r}.")
        i = bisect_right(self._vmas, address, key=lambda vma: vma.start) - 1
        return self._vmas[i] if i >= 0 and address < self._vmas[i].end else None

    def mmap(self, length, addr=None, prot="rw-", fixed=False, name=""):
        """Map `length` bytes (rounded up to pages); returns the address.

        addr   a hint (0 is none), or with fixed=True the place, whatever was there
        prot   "rw-" for memory, "---" to reserve addresses only
        Raises ValueError for a bad argument, OutOfMemory where the limit or the addresses end.
        """
        length = self._whole_pages(length)
        if prot not in ("---", "r--", "rw-", "r-x", "rwx"):
            raise ValueError(f'prot must be "---", "r--", "rw-", "r-x" or "rwx", not {prot!r}.')
        if addr is None:
            if fixed:
                raise ValueError("fixed=True needs an addr.")
        else:
            self._check_address(addr)
        if fixed and addr < MIN_ADDR:
            raise ValueError("fixed=True cannot take page 0: it stays empty for null pointers.")
        start = addr if fixed else self._choose(length, addr)
        if start is None or start + length > USER_END:
            raise OutOfMemory(
                f"no room for {size(length)} in the {size(USER_END)} of user addresses."
            )
        if "w" in prot:
            writable = self._writable_bytes() - self._writable_bytes(start, start + length)
            if writable + length > self.limit:
                raise OutOfMemory(
                    f"mapping {size(length)} more would pass the limit of {size(self.limit)}: "
                    f"{size(writable)} are mapped writable."
                )
        self._carve(start, start + length)
        self._insert(Vma(start, start + length, prot, name))
        if self.trace.on:
            self.trace.emit(
                "mmap",
                "the kernel {verb} {size} at {at}: addresses, no memory yet",
                verb="reserves" if prot == "---" else "maps",
                addr=start,
                length=length,
                prot=prot,
                name=name,
                size=size(length),
                at=hex(start),
            )
        return start

    def munmap(self, addr, length):
        """Take away whatever is mapped in [addr, addr + length); areas are cut where needed."""
        self._check_address(addr)
        length = self._whole_pages(length)
        if addr + length > USER_END:
            raise ValueError(f"addr + length must not pass the end of all, {hex(USER_END)}.")
        self._carve(addr, addr + length)
        if self.trace.on:
            text = "the kernel unmaps {size} at {at}"
            self.trace.emit(
                "munmap", text, addr=addr, length=length, size=size(length), at=hex(addr)
            )

    def madvise(self, addr, length, advice="dontneed"):
        """Tell the kernel that the contents are not needed: the areas stay, the memory may go."""
        self._check_address(addr)
        length = self._whole_pages(length)
        if advice != "dontneed":
            raise ValueError(f'advice must be "dontneed", not {advice!r}.')
        if self._mapped_bytes(addr, addr + length) < length:
            raise OutOfMemory(f"{size(length)} at {hex(addr)} are not all mapped.")
        if self.trace.on:
            text = "the kernel takes back the memory of {size} at {at}; the addresses stay"
            self.trace.emit(
                "madvise", text, addr=addr, length=length, size=size(length), at=hex(addr)
            )

    # -- how it is done

    def _whole_pages(self, length):
        if not _is_whole(length) or length <= 0:
            raise ValueError(f"length must be a whole number of bytes above 0, not {length!r}.")
        return -(-length // PAGE) * PAGE

    def _check_address(self, addr):
        if not _is_whole(addr) or addr % PAGE or not 0 <= addr < USER_END:
            shown = hex(addr) if _is_whole(addr) else repr(addr)
            raise ValueError(
                f"addr must be a multiple of {PAGE} below {hex(USER_END)}, not {shown}."
            )

    def _overlapping(self, start, end):
        i = max(bisect_right(self._vmas, start, key=lambda vma: vma.start) - 1, 0)
        while i < len(self._vmas) and self._vmas[i].start < end:
            if self._vmas[i].end > start:
                yield self._vmas[i]
            i += 1

    def _mapped_bytes(self, start, end, writable=False):
        return sum(
            min(vma.end, end) - max(vma.start, start)
            for vma in self._overlapping(start, end)
            if not writable or "w" in vma.prot
        )

    def _writable_bytes(self, start=0, end=USER_END):
        return self._mapped_bytes(start, end, writable=True)

    def _choose(self, length, hint):
        """The hint where it is free, else the highest gap below MMAP_BASE; None: there is none."""
        if hint and hint + length <= USER_END:
            if not self._mapped_bytes(hint, hint + length):
                return hint
        top = MMAP_BASE
        for vma in reversed(self._vmas):
            if top - max(vma.end, MIN_ADDR) >= length:
                return top - length
            top = min(top, vma.start)
        return top - length if top - length >= MIN_ADDR else None

    def _carve(self, start, end):
        """Cut [start, end) out of every area it touches."""
        kept = []
        for vma in self._vmas:
            if vma.end <= start or vma.start >= end:
                kept.append(vma)
                continue
            if vma.start < start:
                kept.append(vma._replace(end=start))
            if vma.end > end:
                kept.append(vma._replace(start=end))
        self._vmas = kept

    def _insert(self, vma):
        """Add `vma` to a free range and merge it with neighbours that are alike."""
        i = bisect_right(self._vmas, vma.start, key=lambda other: other.start)
        before, after = self._vmas[:i], self._vmas[i:]
        if before and before[-1].end == vma.start and before[-1][2:] == vma[2:]:
            vma = vma._replace(start=before.pop().start)
        if after and after[0].start == vma.end and after[0][2:] == vma[2:]:
            vma = vma._replace(end=after.pop(0).end)
        self._vmas = [*before, vma, *after]
