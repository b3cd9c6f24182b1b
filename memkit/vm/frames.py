"""What a frame holds: free, a page table, the page of zeros, or a page with those who map it.

Source: Linux include/linux/mm_types.h (struct page), mm/rmap.c (the reverse map).
"""

from typing import NamedTuple


class Page:
    """A frame in use for data. mappers: {(process, va)}; file: (File, page number) or None."""

    __slots__ = ("pfn", "file", "mappers", "exclusive", "slot", "dirty")

    def __init__(self, pfn, file=None):
        self.pfn, self.file, self.mappers = pfn, file, set()
        self.exclusive = file is None  # this anonymous page is one process's alone
        self.slot, self.dirty = None, False


class FrameState(NamedTuple):
    """kind: "free", "table", "zero", "anon", "file"; owners: ((pid, va), ...); name: the file's."""

    kind: str
    owners: tuple = ()
    name: str = ""
