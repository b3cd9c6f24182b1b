"""A machine: frames, swap, processes, and what happens when memory is full.

page      what a frame holds, with a list of who maps it (struct page and its reverse map)
anon      memory of one process, which came from no file; file: a page of the page cache
swap      slots on disk, a page each; a page that was swapped in and not written since keeps
          its slot, and leaves next time without a write
evict     a page goes: every entry that maps it is changed, and every CPU that may have it in its
          TLB is told (shoot-down); then its frame is free

Source: Linux mm/memory.c, mm/rmap.c (try_to_unmap), mm/swapfile.c, mm/vmscan.c.
Unlike the real one: each process has a CPU of its own; a page is evicted when a frame is needed
and not before; there is no read-ahead, and no OOM killer: the call raises OutOfMemory.
"""

from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple

from memkit.checks import PAGE, instance, octets, plural, shown, whole
from memkit.trace import Trace
from memkit.vm.files import File
from memkit.vm.formats import X86_64
from memkit.vm.frames import FrameState, Page
from memkit.vm.memory import PhysicalMemory
from memkit.vm.policies import POLICIES
from memkit.vm.process import Process
from memkit.vm.replacement import checked_policy
from memkit.vm.scheme import PagingScheme
from memkit.vm.vma import OutOfMemory

MOST_SLOTS = 1 << 20  # of swap, a page each


class MachineState(NamedTuple):
    """Frozen: frames by pfn; swap slots in use; processes (ProcessState); who would go next."""

    frames: tuple
    swap: tuple
    processes: tuple
    next_victim: int | None
    counts: dict


class Machine:
    """`nframes` frames of 4 KiB, `swap_pages` slots of swap, a policy of vm.POLICIES.

    counts: evictions, writebacks (pages written to swap or to a file), swap_ins, file_reads,
    shootdowns (one page flushed from one process's TLB)
    """

    def __init__(self, nframes, swap_pages=0, policy="clock", scheme=X86_64):
        instance("scheme", scheme, PagingScheme)
        if scheme.page_bytes != PAGE or scheme.writable is None or scheme.table_frames(0) > 1:
            raise ValueError(f"scheme must have 4 KiB pages and tables and a bit for writable, "
                             f"unlike {scheme.name}.")  # fmt: skip
        kind = checked_policy(policy)
        if kind is POLICIES["opt"]:
            raise ValueError("policy cannot be opt here: a machine does not know what comes.")
        self.memory = PhysicalMemory(nframes)
        most = min(MOST_SLOTS, (1 << scheme.pfn_bits) - 2)
        self.swap_pages = whole("swap_pages", swap_pages, 0, most)
        self.scheme, self.policy = scheme, kind(self.memory.nframes)
        self.pages, self.cache = {}, {}  # pfn -> Page; (dev, inode, page number) -> Page
        self.zero = None  # frame of the shared page of zeros, once somebody has read one
        self.slots, self.refs, self.swap_cache = {}, {}, {}  # slot -> bytes, entries, Page
        self.free = list(range(self.swap_pages))  # a heap of slots
        self.processes, self.next_pid = {}, 1
        self.anon_vmas = count(1)  # the number of the next one
        names = ("evictions", "writebacks", "swap_ins", "file_reads", "shootdowns")
        self.counts = dict.fromkeys(names, 0)
        self.trace = Trace(self)

    def spawn(self, layout=None, program=None, seed=None):
        """A new process -> Process. layout: "x86_64" or "i386"; None: as the scheme allows."""
        if layout is None:
            layout = "x86_64" if self.scheme.va_bits > 47 else "i386"
        return Process(self, layout, program=program, seed=seed)

    def preload(self, file):
        """Read a whole File into the page cache, as if somebody had read it before."""
        for index in range(instance("file", file, File).npages):
            if (file.dev, file.inode, index) not in self.cache:
                self.make_room(1)
                self.read_file(file, index)

    # frames

    def make_room(self, frames, keep=None):
        """Evict until `frames` frames are free, but not the Page `keep`. OutOfMemory, and nothing
        changed, if that cannot be done."""
        if type(frames) is not int or not 0 <= frames < 1 << 24 or keep is not None:
            frames, keep = whole("frames", frames, 0, 1 << 24), instance("keep", keep, Page, None)
        free = self.memory.free_frames
        if free >= frames:
            return
        wanted = frames - free
        quick = self.free_slots >= wanted < len(self.pages)
        if not quick and (able := self._evictable(keep)) < wanted:
            raise OutOfMemory(
                f"{plural(frames, 'frame')} wanted: {free} of {self.memory.nframes} are free and "
                f"{able} can be emptied, with {self.free_slots} swap slots free."
            )
        while self.memory.free_frames < frames:
            self._evict(self._victim(keep))

    @property
    def free_slots(self):
        return len(self.free)

    def bound(self):
        """How many pages cannot go without a swap slot that they do not have yet."""
        return sum(page.file is None and page.slot is None for page in self.pages.values())

    @property
    def data_frames(self):
        """Frames that hold pages or are free: all but tables, the page of zeros, huge pages."""
        return self.memory.free_frames + len(self.pages)

    def _evictable(self, keep):
        bound = self.bound()
        free = len(self.pages) - bound
        if keep is not None:
            if keep.file is None and keep.slot is None:
                bound -= 1
            else:
                free -= 1
        return free + min(bound, self.free_slots)

    def _victim(self, keep):
        """The policy's victim that can go. Those that cannot start anew, as if just loaded."""
        passed = []
        while True:
            page = self.pages[self.policy.victim()]
            bound = page.file is None and page.slot is None and not self.free_slots
            if page is not keep and not bound:
                break
            self.policy.dropped(page.pfn)
            passed.append(page.pfn)
        for pfn in passed:
            self.policy.loaded(pfn)
        return page

    def _evict(self, page):
        self.policy.evicted(page.pfn)
        dirty = page.dirty or any(
            process.mappings.is_dirty(process.mappings.find(va)) for process, va in page.mappers
        )
        write = dirty if page.file or page.slot is not None else True
        data = self.memory.read(page.pfn * PAGE, PAGE) if write else None
        if page.file:
            file, index = page.file
            if write:
                file.written[index] = data
            where = f"{file.name}, page {index}"
            del self.cache[file.dev, file.inode, index]
        else:
            if page.slot is None:
                page.slot = heappop(self.free)
                self.refs[page.slot] = 0
            if write:
                self.slots[page.slot] = data
            self.swap_cache.pop(page.slot, None)
            self.refs[page.slot] += len(page.mappers)
            where = f"swap slot {page.slot}"
        for process, va in page.mappers:
            maps = process.mappings
            maps.lose(va, 0 if page.file else maps.swap_entry(page.slot))
        del self.pages[page.pfn]
        self.memory.free(page.pfn)
        self.counts["evictions"] += 1
        self.counts["writebacks"] += write
        words = "frame {pfn} is needed: its page {verb} {where}{told}"
        self.trace.emit(
            "evict", words, pfn=page.pfn, writeback=write, where=where,
            verb="is written to" if write else "is clean and still in",
            told="; its TLB entry is flushed" if page.mappers else "",
        )  # fmt: skip

    def take(self, data=None, file=None):
        """A free frame for a new Page, filled with `data` (None: zeros). OutOfMemory without one.

        file  (File, page number) that the data come from; None: anonymous memory
        """
        if data is not None and len(data := octets("data", data)) > PAGE:
            raise ValueError(f"data must be at most {PAGE} bytes, not {len(data)}.")
        if file is not None:
            if not (isinstance(file, tuple) and len(file) == 2 and isinstance(file[0], File)):
                raise ValueError(
                    f"file must be a pair (File, page number) or None, not {shown(file)}."
                )
            whole("the page number of file", file[1], 0)
        pfn = self._frame(data)
        page = self.pages[pfn] = Page(pfn, file)
        self.policy.loaded(pfn)
        return page

    def _frame(self, data):
        pfn = self.memory.taken.find(0)  # tables are taken from the other end
        if pfn < 0:
            raise OutOfMemory(f"none of the {self.memory.nframes} frames is free.")
        self.memory.claim(pfn)
        self.memory.write(pfn * PAGE, data or bytes(PAGE))
        return pfn

    def zero_frame(self):
        if self.zero is None:
            self.zero = self._frame(None)
        return self.zero

    def read_file(self, file, index):
        """Bring one page of a File into the page cache -> Page."""
        instance("file", file, File)
        page = self.take(file.page(index), (file, index))
        self.cache[file.dev, file.inode, index] = page
        self.counts["file_reads"] += file.on_disk(index)
        return page

    def swap_in(self, slot):
        """Read a slot -> Page, which keeps the slot as long as it is not written."""
        page = self.take(self.slots[self._used(slot)])
        page.slot = slot
        self.swap_cache[slot] = page
        self.counts["swap_ins"] += 1
        return page

    def is_sole(self, page):
        """Is there nobody else, neither in memory nor in swap, to whom this page belongs?"""
        self._held(page)
        return len(page.mappers) == 1 and not (page.slot is not None and self.refs[page.slot])

    def unref(self, slot):
        """One entry less names `slot`."""
        self.refs[self._used(slot)] -= 1
        if not self.refs[slot] and slot not in self.swap_cache:
            self._free_slot(slot)

    def _free_slot(self, slot):
        del self.slots[slot], self.refs[slot]
        heappush(self.free, slot)

    def unmapped(self, page):
        """A mapper of `page` is gone; an anonymous page without any is gone too."""
        self._held(page)
        if page.mappers or page.file:
            return
        if page.slot is not None:
            del self.swap_cache[page.slot]
            if not self.refs[page.slot]:
                self._free_slot(page.slot)
        self.policy.dropped(page.pfn)
        del self.pages[page.pfn]
        self.memory.free(page.pfn)

    def _used(self, slot):
        if type(slot) is not int or slot not in self.slots:
            raise ValueError(f"slot must be one of swap that holds a page, not {shown(slot)}.")
        return slot

    def _held(self, page):
        if not isinstance(page, Page) or self.pages.get(page.pfn) is not page:
            raise ValueError(f"page must be a Page of this machine, not {shown(page)}.")

    def snapshot(self):
        frames = [FrameState("free")] * self.memory.nframes
        for process in self.processes.values():
            for level, pfn in process.table.tables():
                frames[pfn] = FrameState("table", ((process.pid, level),))
        for pfn, page in self.pages.items():
            owners = tuple(sorted((process.pid, va) for process, va in page.mappers))
            kind = "file" if page.file else "anon"
            frames[pfn] = FrameState(kind, owners, page.file[0].name if page.file else "")
        if self.zero is not None:
            frames[self.zero] = FrameState("zero")
        return MachineState(
            tuple(frames),
            tuple(sorted(self.slots)),
            tuple(process.state() for process in self.processes.values()),
            self.policy.victim() if self.pages else None,
            dict(self.counts),
        )
