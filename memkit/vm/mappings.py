"""What is behind each address of a process: entries tied to pages of the machine.

install  an entry comes into the table, the tables on the way with it
lose     a page is evicted: the entry changes, and the CPU must forget it
drop     a range is not needed any more; protect: a range has new rights

Source: Linux mm/memory.c (zap_pte_range, free_pgtables), mm/mprotect.c (change_pte_range,
can_change_pte_writable).
"""

from typing import NamedTuple

from memkit.vm import hugepages
from memkit.vm.ptes import Ptes


class PageInfo(NamedTuple):
    """What /proc/PID/pagemap says of one page. pfn is None where no frame is.

    exclusive: nobody else maps this frame
    """

    present: bool
    swapped: bool
    pfn: int | None
    exclusive: bool


class Mappings(Ptes):
    """The entries of one process, kept in step with the machine's pages."""

    def __init__(self, process, table):
        super().__init__(table)
        self.process, self.machine = process, process.machine
        self.spare = {}  # va of a huge page -> frame of the table kept for its split

    def page(self, pte):
        """The machine's Page behind a Pte, or None: no frame, the page of zeros, a huge page."""
        if pte.state in ("present", "protnone"):
            return self.machine.pages.get(self.scheme.pfn_of(pte.entry))
        return None

    def install(self, va, entry, level=None):
        """Put an entry for `va` in a table of `level`. The frames for tables must be free."""
        pte = self.find(va)
        while pte.level < (self.last if level is None else level):
            below = self.memory.alloc(self.scheme.table_frames(pte.level + 1))
            at = below << self.scheme.offset_bits
            self.memory.write(at, bytes(self.scheme.table_bytes(pte.level + 1)))
            self.put(pte.address, self.scheme.encode(pte.level, below, page=False))
            pte = self.find(va)
        self.put(pte.address, entry)

    def copied(self, vma):
        """The entries that fork copies from a private area: all of them if it has memory of its
        own (anon_vma), else none, since faults will find the same again."""
        found, own = list(self.each(vma.start, vma.end)), False
        for pte in found:
            page = self.page(pte)
            own |= pte.state in ("swapped", "huge") or (page is not None and page.file is None)
        return found if own else []

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
