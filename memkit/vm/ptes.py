"""The entries of a process's page table as the kernel edits them.

present   P = 1: the hardware uses the entry
swapped   P = 0, not zero: the number of a swap slot lies where the frame number was
protnone  P = 0 and the marker set: the frame stays, nobody may use it (PROT_NONE). x86 Linux
          marks it with bit 8, which means "global" only while P = 1
none      zero: never touched, or given back
huge      a leaf above the last level

Source: Linux arch/x86/include/asm/pgtable_64.h (swap entries), mm/memory.c (free_pgtables).
"""

from typing import NamedTuple

import numpy as np


class Pte(NamedTuple):
    """An entry of the last level, or where the way there ends: `state` says what it is."""

    va: int
    level: int
    address: int  # physical, of the entry itself
    entry: int
    state: str  # present, swapped, protnone, none, huge


class Ptes:
    """Reads and edits the leaves of one PageTable; never tells any TLB."""

    def __init__(self, table):
        self.table, self.scheme, self.memory = table, table.scheme, table.memory
        self.last = self.scheme.levels - 1
        marker = "user" if self.scheme.global_ is None else "global_"
        self.marker = self.scheme.at(self.last, marker)
        self.present = self.scheme.at(self.last, "present")
        self.masks = [(1 << bits) - 1 for bits in self.scheme.index_bits]
        self._leaves = {}  # (prot, writable, level) -> an entry for frame 0

    def _state(self, level, entry):
        if not entry:
            return "none"
        if entry & self.present:
            return "present" if level == self.last else "huge"
        return "protnone" if entry & self.marker else "swapped"

    def find(self, va):
        """-> Pte. On a missing table: the empty entry that would point to it, "none"."""
        scheme, data, nbytes = self.scheme, self.memory.data, self.scheme.pte_bytes
        at = self.table.root << scheme.offset_bits
        for level, shift in enumerate(scheme.shifts):
            address = at + (va >> shift & self.masks[level]) * nbytes
            entry = int.from_bytes(data[address : address + nbytes], "little")
            if level == self.last or not entry or scheme.kind(level, entry) != "table":
                return Pte(va, level, address, entry, self._state(level, entry))
            at = scheme.pfn_of(entry) << scheme.offset_bits

    def each(self, start, end, level=0, table=None, base=0):
        """Every entry of [start, end) that is not none, in order of address."""
        scheme = self.scheme
        table = self.table.root if table is None else table
        shift = scheme.shifts[level]
        for index, entry in self._row(level, table, base, start, end):
            va = base + (index << shift)
            if level < self.last and scheme.kind(level, entry) == "table":
                yield from self.each(start, end, level + 1, scheme.pfn_of(entry), va)
            else:
                address = (table << scheme.offset_bits) + index * scheme.pte_bytes
                yield Pte(va, level, address, entry, self._state(level, entry))

    def _row(self, level, table, base, start, end):
        """(index, entry) of the entries in use, of those of one table that [start, end) needs."""
        scheme = self.scheme
        shift, at = scheme.shifts[level], table << scheme.offset_bits
        first = max(0, start - base >> shift)
        last = min(1 << scheme.index_bits[level], -(base - end >> shift))
        row = self.memory.data[at + first * scheme.pte_bytes : at + last * scheme.pte_bytes]
        entries = np.frombuffer(row, f"<u{scheme.pte_bytes}")
        return [(first + int(n), int(entries[n])) for n in np.flatnonzero(entries)]

    def put(self, address, entry):
        self.memory.put(address, self.scheme.pte_bytes, entry)

    def slot(self, entry):
        """The swap slot in an entry that is "swapped"."""
        return self.scheme.pfn_of(entry) - 1

    def swap_entry(self, slot):
        return slot + 1 << self.scheme.pfn

    def _leaf(self, prot, writable, level):
        scheme, flags = self.scheme, dict(writable=bool(writable))
        if scheme.no_execute is not None:
            flags["no_execute"] = "x" not in prot
        if scheme.executable is not None:
            flags["executable"] = "x" in prot
        entry = scheme.encode(level, 0, **flags)
        if prot == "---":
            return entry & ~self.present | self.marker
        return entry & ~scheme.at(level, "global_")

    def leaf(self, pfn, prot, writable, old=0, level=None):
        """An entry for a page with `prot`: present, or for "---" protnone; keeps old's A and D.

        writable=False: for now it may only be read."""
        level = self.last if level is None else level
        entry = self._leaves.get((prot, writable, level))
        if entry is None:
            entry = self._leaves[prot, writable, level] = self._leaf(prot, writable, level)
        keep = self.scheme.at(level, "accessed") | self.scheme.at(level, "dirty")
        return entry | pfn << self.scheme.pfn | old & keep

    def is_writable(self, pte):
        mask = self.scheme.at(pte.level, "writable")
        return pte.entry & mask == mask

    def is_dirty(self, pte):
        return bool(pte.entry & self.scheme.at(pte.level, "dirty"))

    def missing(self, vas):
        """How many tables it takes to reach the entries of `vas`, beyond those there are."""
        wanted = set()
        for va in vas:
            pte = self.find(va)
            if pte.state != "huge":
                wanted |= {(n, va >> self.scheme.shifts[n]) for n in range(pte.level, self.last)}
        return len(wanted)

    def prune(self, start, end, in_use, level=0, table=None, base=0):
        """Free the tables of [start, end) whose whole span has no area: in_use(first, end)."""
        scheme = self.scheme
        if level == self.last:
            return
        table = self.table.root if table is None else table
        shift = scheme.shifts[level]
        for index, entry in self._row(level, table, base, start, end):
            if scheme.kind(level, entry) != "table":
                continue
            va, below = base + (index << shift), scheme.pfn_of(entry)
            self.prune(start, end, in_use, level + 1, below, va)
            if not in_use(va, va + (1 << shift)):
                self.put((table << scheme.offset_bits) + index * scheme.pte_bytes, 0)
                self.memory.free(below, scheme.table_frames(level + 1))
