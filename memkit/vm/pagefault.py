"""The page-fault handler: what the kernel does with an access that the hardware refused.

demand zero    first write to anonymous memory: a fresh frame of zeros; first read: the one page of
               zeros, for all, read-only
file           from the page cache, read from disk if it is not there (major); a read fault maps up
               to 16 cached pages around it at once
swap in        from its slot (major), or from the swap cache
copy on write  a write to a page that others may see: it gets a frame of its own; if nobody else
               has it, it only becomes writable

Source: Linux mm/memory.c (handle_pte_fault, do_anonymous_page, do_fault, do_fault_around,
do_cow_fault, do_swap_page, do_wp_page), mm/filemap.c (filemap_map_pages), arch/x86/mm/fault.c.
Unlike the real one: the page cache holds single pages; where a file system caches larger folios
(ext4 does, tmpfs does not), a read fault of 6.18 maps a whole one if area and table have room.
"""

from memkit.checks import PAGE, hex, plural
from memkit.vm import hugepages
from memkit.vm.signals import refusal
from memkit.vm.vma import OutOfMemory

FAULT_AROUND = 16  # pages: fault_around_bytes


def serve(process, va, write, fetch, error_code):
    """Serve one fault, or raise Signal or OutOfMemory and leave everything as it was; but for what
    the kernel has done by the time it finds that the file ends (Fault.in_vain)."""
    signal = refusal(process, va, write, fetch, error_code & 1)
    if signal:
        if signal.signal == "SIGBUS":
            Fault(process, va, write).in_vain()
        process.trace.emit("signal", "process {pid}: {signal}", pid=process.pid, signal=str(signal))
        raise signal
    Fault(process, va, write).serve()


def check(process, vas, write):
    """Would accesses to all of these pages be served? Signal or OutOfMemory if not."""
    machine = process.machine
    new = passing = most = zero = wanted = there = 0
    for va in vas:
        pte = process.mappings.find(va)
        signal = refusal(process, va, write, False, pte.state == "present")
        if signal:
            raise signal
        if pte.state != "huge":
            fault = Fault(process, va, write)
            frames, keep = fault.frames(pte), fault.keep(pte)
            stays = bool(frames) and fault.stays(pte)
            if frames and fault.reads_zero(pte):
                zero, frames = 1, 0
            new += stays
            most = max(most, frames + (keep is not None))
            wanted, there = wanted + frames, there + (keep is not None)
            # Such a page can be evicted for its neighbours, and must then come back.
            free = keep is not None and not (keep.file is None and keep.slot is None)
            passing |= frames > stays or free
    missing = process.mappings.missing(vas)
    data = machine.data_frames - missing - zero
    # Where anything is evicted, it may be a page of this call: it passes through swap and back.
    if there and wanted + missing + zero > machine.memory.free_frames:
        passing = 1
    if machine.bound() + new + bool(passing) - machine.free_slots > data or most > data:
        raise OutOfMemory(
            f"{len(vas)} pages wanted at {hex(vas[0])}: {machine.data_frames} frames and "
            f"{machine.free_slots} free swap slots cannot hold them."
        )


class Fault:
    """One fault of `process` at `va`."""

    def __init__(self, process, va, write):
        self.process, self.machine, self.maps = process, process.machine, process.mappings
        self.va, self.write = va // PAGE * PAGE, write
        self.vma = process.areas.find(va)

    def file_page(self):
        """(File, page number) behind the address, or None."""
        file = self.vma and self.process.files.get((self.vma.dev, self.vma.inode))
        return file and (file, (self.vma.offset + self.va - self.vma.start) // PAGE)

    def cached(self):
        file, index = self.file_page()
        return self.machine.cache.get((file.dev, file.inode, index))

    def copies(self, pte):
        """Must a write to the present page behind `pte` copy it?"""
        page = self.maps.page(pte)
        if page is None:
            return True  # the page of zeros
        if page.file:
            return not self.vma.shared
        return not (page.exclusive or self.machine.is_sole(page))

    def frames(self, pte):
        """How many frames it takes to serve, tables not counted."""
        machine = self.machine
        if pte.state == "present":
            return int(self.write and not self.maps.is_writable(pte) and self.copies(pte))
        if pte.state == "swapped":
            slot = self.maps.slot(pte.entry)
            return (slot not in machine.swap_cache) + (self.write and self.shared_slot(slot))
        if self.file_page():
            private = self.write and not self.vma.shared
            return (self.cached() is None) + private
        return 1 if self.write else int(machine.zero is None)

    def reads_zero(self, pte):
        return pte.state == "none" and not self.write and not self.file_page()

    def shared_slot(self, slot):
        cached = self.machine.swap_cache.get(slot)
        return self.machine.refs[slot] + (len(cached.mappers) if cached else 0) > 1

    def stays(self, pte):
        """Is one of the new frames for good, since it can leave only for a swap slot?"""
        if pte.state == "swapped":
            return self.write and self.shared_slot(self.maps.slot(pte.entry))
        if pte.state == "none" and self.file_page():
            return self.write and not self.vma.shared
        return self.write

    def keep(self, pte):
        """The Page that must not be evicted to make room, since it is needed; or None."""
        if pte.state == "swapped":
            return self.machine.swap_cache.get(self.maps.slot(pte.entry))
        if pte.state == "none":
            return self.cached() if self.file_page() else None
        return self.maps.page(pte)

    def serve(self):
        process, machine = self.process, self.machine
        pte = self.maps.find(self.va)
        tables = self.maps.missing([self.va])
        wanted = self.frames(pte) + tables
        machine.make_room(wanted, self.keep(pte))
        if self.vma is None:
            process.expand_stack(self.va)
            self.vma = process.areas.find(self.va)
        self.prepare()
        reads = machine.counts["file_reads"] + machine.counts["swap_ins"]
        what = self._serve(pte)
        major = machine.counts["file_reads"] + machine.counts["swap_ins"] > reads
        process.major_faults += major
        process.minor_faults += not major
        if pte.state == "present":  # an absent entry is in no TLB
            self.maps.flush(self.va)
        if process.trace.on:
            kind = "major" if major else "minor"
            if tables:
                what = f"{plural(tables, 'page table')} made on the way; {what}"
            text = "process {pid}, {verb} {at}: a {kind} page fault; {what}"
            verb = "writing" if self.write else "reading"
            process.trace.emit(
                "page fault", text, pid=process.pid, verb=verb, at=hex(self.va), va=self.va,
                kind=kind, what=what,
            )  # fmt: skip

    def prepare(self):
        """A write to private memory gives the area its anon_vma (vmf_anon_prepare)."""
        if self.write and not (self.vma.shared or self.vma.anon_vmas):
            self.vma = self.process.areas.prepare(self.vma, next(self.machine.anon_vmas))

    def in_vain(self):
        """Beyond the end of a file: what lies before it around a read is mapped all the same, and
        the tables on the way there stay (__handle_mm_fault)."""
        if self.write:
            self.prepare()
        maps, found = self.maps, [] if self.write else list(self._cached_around())
        tables = maps.missing([self.va])
        # filemap_map_pages makes no table for what begins with the last page of a file on a disk.
        ends = found and found[0][1].file[1] == self.file_page()[0].npages - 1
        if tables and ends and not self.vma.in_memory:
            found = []
        if self.machine.memory.free_frames < tables:
            return
        if found:
            self._around()
        else:
            maps.reach(self.va, maps.last - 1)

    def _serve(self, pte):
        if pte.state == "present":
            return self._write_present(pte)
        if pte.state == "swapped":
            return self._swap_in(pte)
        if self.file_page():
            return self._file()
        if self.write:
            if hugepages.serve(self.maps, self.vma, self.va):
                return "2 MiB of zeros in one huge page"
            page = self.machine.take()
            self.maps.map(self.va, self.vma, page.pfn, True)
            return f"frame {page.pfn} is filled with zeros for it"
        self.maps.map(self.va, self.vma, self.machine.zero_frame(), False)
        return "it gets the shared page of zeros, read-only"

    def _write_present(self, pte):
        maps, page = self.maps, self.maps.page(pte)
        if not self.write or maps.is_writable(pte):
            return "it was only the TLB that did not know"
        if self.copies(pte):
            return self._copy(pte, page)
        if page.file is None:
            page.exclusive = True
        maps.put(pte.address, maps.leaf(page.pfn, self.vma.prot, True, pte.entry))
        return f"nobody else has frame {page.pfn}: it becomes writable, without a copy"

    def _copy(self, pte, page):
        """A frame of its own for a write to a page that others see."""
        if page is None:
            new = self.machine.take()
        else:
            new = self.machine.take(self.machine.memory.read(page.pfn * PAGE, PAGE))
        self.maps.forget(pte)
        self.maps.map(self.va, self.vma, new.pfn, True)
        if page is None:
            return f"frame {new.pfn} is filled with zeros instead of the shared page of zeros"
        return f"copy on write, frame {page.pfn} to frame {new.pfn}"

    def _swap_in(self, pte):
        machine, slot = self.machine, self.maps.slot(pte.entry)
        page = machine.swap_cache.get(slot)
        come = f"frame {page.pfn} had it still" if page else None
        page = page or machine.swap_in(slot)
        self.maps.put(pte.address, 0)
        machine.refs[slot] -= 1
        page.exclusive = not page.mappers and not machine.refs[slot]
        self.maps.map(self.va, self.vma, page.pfn, self.maps.may_write(self.vma, page))
        come = come or f"swap slot {slot} is read into frame {page.pfn}"
        if self.write and not page.exclusive:
            return f"{come}; {self._copy(self.maps.find(self.va), page)}"
        return come

    def _file(self):
        machine, (file, index) = self.machine, self.file_page()
        page, come = self.cached(), "is in the page cache"
        if page is None:
            page, come = machine.read_file(file, index), "is read"
        words = f"page {index} of {file.name} {come}: frame {page.pfn}"
        if self.write and not self.vma.shared:
            new = machine.take(machine.memory.read(page.pfn * PAGE, PAGE))
            self.maps.map(self.va, self.vma, new.pfn, True)
            return f"{words}, copied to frame {new.pfn}"
        writable = self.vma.shared and "w" in self.vma.prot and (self.write or self.vma.in_memory)
        self.maps.map(self.va, self.vma, page.pfn, writable)
        return words if self.write else words + self._around()

    def _cached_around(self):
        """(address, Page) of what the page cache has around it: 64 KiB, from where its block of
        64 KiB or the area begins, within area and table."""
        vma, file = self.vma, self.file_page()[0]
        span, table = FAULT_AROUND * PAGE, PAGE << self.maps.scheme.index_bits[-1]
        start, table_end = max(self.va // span * span, vma.start), (self.va // table + 1) * table
        for va in range(start, min(start + span, table_end, vma.end), PAGE):
            index = (vma.offset + va - vma.start) // PAGE
            page = self.machine.cache.get((file.dev, file.inode, index))
            if page:
                yield va, page

    def _around(self):
        """Map what is cached around it."""
        maps, vma, more = self.maps, self.vma, 0
        for va, page in self._cached_around():
            if maps.find(va).state == "none":
                maps.map(va, vma, page.pfn, vma.shared and "w" in vma.prot and vma.in_memory)
                more += 1
        return f"; {more} more around it are mapped too" if more else ""
