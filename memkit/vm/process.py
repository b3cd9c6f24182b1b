"""A process of a machine: an address space with memory behind it.

rss        frames it maps, the shared page of zeros not counted
minor      a page fault served without a disk; major: something was read from a file or swap
exclusive  nobody else maps this frame

Source: Linux kernel/fork.c, mm/memory.c (copy_page_range: private pages become read-only in both
processes; vma_needs_copy: an area without an anon_vma is left to faults), mm/mprotect.c,
fs/proc/task_mmu.c (pagemap).
Unlike the real one: one thread; exit leaves no zombie.
"""

from contextlib import suppress
from typing import NamedTuple

from memkit.checks import PAGE, flag, octets, plural, whole
from memkit.vm import pagefault
from memkit.vm.address_space import AddressSpace
from memkit.vm.faults import GeneralProtection, PageFault
from memkit.vm.mappings import Mappings
from memkit.vm.memory import MOST_BYTES
from memkit.vm.mmu import MMU
from memkit.vm.paging import PageTable
from memkit.vm.signals import Signal, refusal
from memkit.vm.tlb import TLB
from memkit.vm.vma import OutOfMemory, VmaList, whole_pages

MOST_PAGES = 1 << 18  # of a pagemap: 1 GiB


class Stats(NamedTuple):
    """Linux's names: minflt, majflt; VmRSS, VmPTE (the top table is not counted), VmSwap."""

    minor_faults: int
    major_faults: int
    resident_pages: int
    page_table_bytes: int
    swapped_pages: int


class ProcessState(NamedTuple):
    """Frozen. pages: {va: PageInfo} of those with a frame or a slot."""

    pid: int
    parent: int
    vmas: tuple
    pages: dict
    stats: Stats
    brk: int


class _Gone:
    """Stands for the areas of a process that has exited."""

    def __init__(self, pid):
        self.__dict__["pid"] = pid

    def __getattr__(self, name):
        raise ValueError(f"process {self.pid} has exited.")


class Process(AddressSpace):
    """Made by Machine.spawn or Process.fork. `mmu` and `table` are its own."""

    has_memory = True

    def __init__(self, machine, layout, program=None, seed=None, parent=None):
        if not isinstance(getattr(machine, "processes", None), dict):
            raise ValueError(f"machine must be a Machine, not {type(machine).__name__}.")
        self.machine, self.scheme = machine, machine.scheme
        parent = None if parent is None else whole("parent", parent, 1, 1 << 22)
        super().__init__(layout, program=program, seed=seed)
        if self.user_end > 1 << min(self.scheme.va_bits, 47):
            raise ValueError(f'layout "{layout}" does not fit the addresses of {self.scheme.name}.')
        machine.make_room(1)
        self.trace = machine.trace
        self.table = PageTable(self.scheme, machine.memory)
        self.mappings = Mappings(self, self.table)
        self.pid, self.parent = machine.next_pid, parent
        self.mmu = MMU(self.table, TLB(64, 4), asid=self.pid % 4096)
        self.minor_faults = self.major_faults = 0
        machine.next_pid += 1
        machine.processes[self.pid] = self

    # -- memory

    def read(self, va, n=1):
        """`n` bytes from `va` on. Signal where the kernel refuses; OutOfMemory without frames."""
        return b"".join(
            self.machine.memory.read(self.touch(at), length)
            for at, length in self._pieces(va, whole("n", n, 0, MOST_BYTES))
        )

    def write(self, va, data):
        """Store bytes. If any page refuses, no byte is written."""
        va, data = self.scheme.check(va), octets("data", data)
        for at, length in self._pieces(va, len(data), write=True):
            self.machine.memory.write(self.touch(at, write=True), data[at - va :][:length])

    def fetch(self, va):
        """Fetch an instruction byte, as a jump to `va` would."""
        return self.machine.memory.read(self.touch(va, fetch=True), 1)

    def touch(self, va, write=False, fetch=False):
        """One access of the CPU to one byte, with the faults it takes -> physical address."""
        va = self.scheme.check(va)
        if type(write) is not bool or type(fetch) is not bool:
            write, fetch = flag("write", write), flag("fetch", fetch)
        self._alive()
        while True:
            try:
                pa = self.mmu.translate(va, write, fetch=fetch).pa
            except GeneralProtection:
                raise refusal(self, va, write, fetch, False) from None
            except PageFault as fault:
                pagefault.serve(self, va, write, fetch, fault.error_code)
                continue
            if pa // PAGE in self.machine.pages:
                self.machine.policy.touched(pa // PAGE, write)
            return pa

    def touch_range(self, va, n, write=True):
        """One access to each page of [va, va + n): an allocator's own write, say."""
        va, n = self.scheme.check(va), whole("n", n, 0, MOST_BYTES)
        for at in range(va // PAGE * PAGE, va + n, PAGE):
            self.touch(max(at, va), write)

    def _pieces(self, va, n, write=False):
        """[(address, length)] a page each; all of them are checked before any is touched."""
        self._alive()
        va, pieces = self.scheme.check(va), []
        at, end = va, va + n
        while at < end:
            length = min(end, (at // PAGE + 1) * PAGE) - at
            pieces.append((at, length))
            at += length
        if len(pieces) > 1:
            pagefault.check(self, [at for at, _ in pieces], write)
        return pieces

    # -- the kernel's calls

    def mmap(self, length, *place, populate=False, **how):
        """As AddressSpace.mmap; populate=True touches every page at once (MAP_POPULATE): it writes
        where a write would need a page of its own, and stops without a word where it cannot go on
        (mm/gup.c, populate_vma_page_range)."""
        populate = flag("populate", populate)
        start = super().mmap(length, *place, **how)
        vma = self.find_vma(start)
        if populate and vma.prot != "---":
            with suppress(Signal, OutOfMemory):
                for at in range(start, start + whole_pages(length), PAGE):
                    self.touch(at, write="w" in vma.prot and not vma.shared)
        return start

    def _memory_goes(self, start, end, tables=False):
        self.mappings.drop(start, end, tables)

    def _rights_change(self, vma):
        self.mappings.protect(vma)

    def fork(self):
        """A child with the same areas; private memory is shared until one of them writes."""
        self._alive()
        # What never had a private page is not copied: faults will find the same again.
        private = [vma for vma in self.areas.areas if vma.anon_vmas]
        copied = [pte for vma in private for pte in self.mappings.each(vma.start, vma.end)]
        # Their tables are, even where no entry is left in them (copy_pte_range).
        tables = {table for vma in private for table in self.mappings.tables(vma.start, vma.end)}
        tables |= {(self.mappings.last, pte.va) for pte in copied if pte.state == "huge"}
        self.machine.make_room(1 + len(tables))
        child = Process(self.machine, self.layout, parent=self.pid)
        for name in ("limit", "program", "place", "mmap_base", "start_brk", "_brk"):
            setattr(child, name, getattr(self, name))
        child.files = dict(self.files)
        child.areas = VmaList(
            vma._replace(anon_vmas=(*vma.anon_vmas, next(self.machine.anon_vmas)))
            if vma.anon_vmas
            else vma
            for vma in self.areas.areas
        )
        for level, va in sorted(tables):
            child.mappings.reach(va, level)
        for pte in copied:
            self.mappings.share(pte.va, child)  # it may be in swap since
        self.mmu.tlb.flush()
        words = "process {pid} forks: {child} maps the same {pages}, read-only for both now"
        pages = plural(sum(1 << self.scheme.shifts[pte.level] for pte in copied) // PAGE, "page")
        self.trace.emit("fork", words, pid=self.pid, child=child.pid, pages=pages)
        return child

    def exit(self):
        """End: all memory that nobody else maps is free, and so are the tables."""
        self._alive()
        self._last_stats = self.stats
        self.areas.areas = []
        self._memory_goes(0, self.user_end, tables=True)
        self.machine.memory.free(self.table.root)
        self.areas = _Gone(self.pid)
        del self.machine.processes[self.pid]
        minor, major = self._last_stats[:2]
        words = "process {pid} exits after {minor} minor and {major} major faults"
        self.trace.emit("exit", words, pid=self.pid, minor=minor, major=major)

    def _alive(self):
        if self.pid not in self.machine.processes:
            raise ValueError(f"process {self.pid} has exited.")

    # -- what one can see

    @property
    def stats(self):
        """-> Stats; of a process that has exited, the last ones."""
        if self.pid not in self.machine.processes:
            return self._last_stats
        resident, tables, swapped = self.mappings.counts()
        return Stats(self.minor_faults, self.major_faults, resident, tables, swapped)

    def pagemap(self, addr, npages=1):
        """What is behind each of `npages` pages from `addr` on -> tuple of PageInfo."""
        self._alive()
        addr = self._checked_address(addr)
        npages = whole("npages", npages, 0, min(MOST_PAGES, (self.user_end - addr) // PAGE))
        return tuple(self.mappings.info(addr + n * PAGE) for n in range(npages))

    def state(self):
        pages = {pte.va: self.mappings.info(pte.va) for pte in self.mappings.each(0, self.user_end)}
        return ProcessState(self.pid, self.parent, self.vmas, pages, self.stats, self._brk)

    def snapshot(self):
        return self.machine.snapshot()
