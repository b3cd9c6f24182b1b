"""What is behind each address of a process: the entries of its page table as the kernel edits them,
tied to pages of the machine.

present   P = 1: the hardware uses the entry
swapped   P = 0, not zero: the number of a swap slot lies where the frame number was
protnone  P = 0 and the marker set: the frame stays, nobody may use it (PROT_NONE). x86 Linux
          marks it with bit 8, which means "global" only while P = 1
none      zero: never touched, or given back
huge      a leaf above the last level

install   an entry comes into the table, the tables on the way with it
lose      a page is evicted: the entry changes, and the CPU must forget it
drop      a range is not needed any more; protect: a range has new rights
prune     tables that serve no area any more are free

Source: Linux arch/x86/include/asm/pgtable_64.h (swap entries), mm/memory.c (zap_pte_range,
free_pgtables), mm/mprotect.c (change_pte_range, can_change_pte_writable).
"""

from typing import NamedTuple

from memkit.vm import hugepages


class Pte(NamedTuple):
    """An entry of the last level, or where the way there ends: `state` says what it is."""

    va: int
    level: int
    address: int  # physical, of the entry itself
    entry: int
    state: str  # present, swapped, protnone, none, huge


class PageInfo(NamedTuple):
    """What /proc/PID/pagemap says of one page. pfn is None where no frame is.

    exclusive: nobody else maps this frame
    """

    present: bool
    swapped: bool
    pfn: int | None
    exclusive: bool


class Mappings:
    """The entries of one process, kept in step with the machine's pages."""

    def __init__(self, process, table):
        self.process, self.machine = process, process.machine
        self.table, self.scheme, self.memory = table, table.scheme, table.memory
        self.last = self.scheme.levels - 1
        marker = "user" if self.scheme.global_ is None else "global_"
        self.marker = self.scheme.at(self.last, marker)
        self.present = self.scheme.at(self.last, "present")
        self.masks = [(1 << bits) - 1 for bits in self.scheme.index_bits]
        self._leaves = {}  # (prot, writable, level) -> an entry for frame 0
        self.spare = {}  # va of a huge page -> frame of the table kept for its split

    # -- entries: nothing but the table changes

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
        nbytes = scheme.pte_bytes
        found = self.memory.numbers(at + first * nbytes, last - first, nbytes)
        return [(first + n, entry) for n, entry in found]

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

    # -- pages

    def page(self, pte):
        """The machine's Page behind a Pte, or None: no frame, the page of zeros, a huge page."""
        if pte.state in ("present", "protnone"):
            return self.machine.pages.get(self.scheme.pfn_of(pte.entry))
        return None

    def tables(self, start, end, level=0, table=None, base=0):
        """(level, first address) of every table but the top one on the way to [start, end)."""
        scheme = self.scheme
        table = self.table.root if table is None else table
        for index, entry in self._row(level, table, base, start, end):
            if level < self.last and scheme.kind(level, entry) == "table":
                va = base + (index << scheme.shifts[level])
                yield level + 1, va
                yield from self.tables(start, end, level + 1, scheme.pfn_of(entry), va)

    def reach(self, va, level):
        """Make the tables on the way to `va` down to `level` -> Pte. Their frames must be free."""
        pte = self.find(va)
        while pte.level < level:
            below = self.memory.alloc(self.scheme.table_frames(pte.level + 1))
            at = below << self.scheme.offset_bits
            self.memory.write(at, bytes(self.scheme.table_bytes(pte.level + 1)))
            self.put(pte.address, self.scheme.encode(pte.level, below, page=False))
            pte = self.find(va)
        return pte

    def install(self, va, entry, level=None):
        """Put an entry for `va` in a table of `level`. The frames for tables must be free."""
        self.put(self.reach(va, self.last if level is None else level).address, entry)

    def share(self, va, child):
        """Give a child the same entry; neither of the two may write without a fault now."""
        pte, page = self.find(va), None
        if pte.state == "huge":
            hugepages.split(self, pte)
            for n in range(1 << self.scheme.index_bits[self.last]):
                self.share(va + (n << self.scheme.offset_bits), child)
            return
        entry = pte.entry
        if pte.state == "swapped":
            self.machine.refs[self.slot(entry)] += 1
        else:
            entry &= ~self.scheme.at(pte.level, "writable")
            self.put(pte.address, entry)
            page = self.page(pte)
        if page:
            page.exclusive = False
            page.mappers.add((child, va))
        child.mappings.install(va, entry)

    def map(self, va, vma, pfn, writable):
        """Let `va` show frame `pfn`, with the rights of its area."""
        page = self.machine.pages.get(pfn)
        if page:
            page.mappers.add((self.process, va))
        self.install(va, self.leaf(pfn, vma.prot, writable))

    def lose(self, va, entry):
        """The page behind `va` goes; `entry` says where it is now. A shoot-down."""
        self.put(self.find(va).address, entry)
        self.machine.counts["shootdowns"] += 1
        self.flush(va)

    def flush(self, va):
        self.process.mmu.tlb.flush_page(va)

    def forget(self, pte):
        """Clear an entry, and tell the page or the slot behind it."""
        page = self.page(pte)
        self.put(pte.address, 0)
        if pte.state == "swapped":
            self.machine.unref(self.slot(pte.entry))
        elif page:
            page.dirty |= self.is_dirty(pte)
            page.mappers.discard((self.process, pte.va))
            self.machine.unmapped(page)

    def drop(self, start, end, tables):
        """Give back what is behind [start, end); tables: and the tables that serve no area."""
        hugepages.cut(self, start, end)
        found = list(self.each(start, end))
        for pte in found:
            if pte.state == "huge":
                hugepages.free(self, pte)
            else:
                self.forget(pte)
        self._flush_all(found)
        if tables:
            self.prune(start, end, lambda *span: any(self.process.areas.overlapping(*span)))

    def protect(self, vma):
        """Give every page of `vma` its rights. A page that was shared stays read-only: the write
        will show whether it still is."""
        hugepages.cut(self, vma.start, vma.end)
        found = [pte for pte in self.each(vma.start, vma.end) if pte.state != "swapped"]
        for pte in found:
            frame = self.scheme.pfn_of(pte.entry)
            writable = pte.state == "huge" or self.may_write(vma, self.page(pte), pte)
            leaf = self.leaf(frame, vma.prot, writable and "w" in vma.prot, pte.entry, pte.level)
            self.put(pte.address, leaf)
        self._flush_all(found)

    def may_write(self, vma, page, pte=None):
        """Is a write to this page nothing that the kernel must see first?"""
        if "w" not in vma.prot or page is None:
            return False
        if vma.shared:  # a real file's page must first be marked as written
            return page.file is not None and (vma.in_memory or (pte and self.is_dirty(pte)))
        return page.file is None and page.exclusive

    def _flush_all(self, found):
        if len(found) > 33:  # tlb_single_page_flush_ceiling
            self.process.mmu.tlb.flush()
        else:
            for pte in found:
                self.flush(pte.va)

    def info(self, va):
        """-> PageInfo of the page at `va`."""
        pte, page = self.find(va), None
        if pte.state == "none":
            return PageInfo(False, False, None, False)
        if pte.state == "swapped":
            return PageInfo(False, True, None, False)
        pfn = self.scheme.pfn_of(pte.entry)
        if pte.state == "huge":
            return PageInfo(True, False, pfn + (va >> self.scheme.offset_bits) % 512, True)
        page = self.page(pte)
        return PageInfo(True, False, pfn, page is not None and len(page.mappers) == 1)

    def counts(self):
        """-> (pages in frames, the page of zeros left out; bytes of tables but the top one;
        pages in swap)."""
        resident = swapped = 0
        for pte in self.each(0, self.process.user_end):
            swapped += pte.state == "swapped"
            resident += 512 if pte.state == "huge" else self.page(pte) is not None
        tables = sum(self.scheme.table_bytes(level) for level, _ in self.table.tables()[1:])
        return resident, tables + len(self.spare) * self.memory.page_size, swapped
