"""The whole tower: a Go heap on a process of a machine, one story from new(T) to a frame.

    tower = Tower(nframes=64)
    with record(tower) as steps:
        tower.new(48)
    print(*steps, sep="\\n")

new     mallocgc finds a place, then the program writes to it: only that write needs memory
where   one address, followed all the way down: slot, span, area, tables, frame or swap

Unlike the real one: the runtime's own memory outside the heap is not there, see heap/behind.py.
"""

from typing import NamedTuple

from memkit.checks import PAGE, WORD, WORD_MASK, hex, instance, multiple, plural, size, whole
from memkit.golang.heap.malloc import GoHeap
from memkit.vm import Machine
from memkit.vm.memory import MOST_BYTES


class TowerState(NamedTuple):
    """Frozen: the HeapState above, the MachineState below, whose process it is, its page tables.

    tables: the TableState of its PageTable, by the rules of `scheme`
    """

    heap: object
    machine: object
    pid: int
    scheme: object
    tables: object


class Where(NamedTuple):
    """One address on every floor; None where it has not arrived.

    span is a SpanState, slot its slot; vma the area; walk the WalkSteps down the tables; pfn the
    frame, or None; swapped: the page is in swap
    """

    address: int
    span: object
    slot: int | None
    vma: object
    walk: tuple
    pfn: int | None
    swapped: bool

    def __str__(self):
        lines = [f"{hex(self.address)}"]
        if self.span:
            lines.append(
                f"slot {self.slot} of the span at {hex(self.span.base)}, "
                f"{plural(self.span.npages, 'page')} in slots of {self.span.elemsize} B"
            )
        lines.append(str(self.vma).rstrip() if self.vma else "in no area")
        lines += [str(step) for step in self.walk]
        lines.append(
            f"frame {self.pfn}"
            if self.pfn is not None
            else "in swap"
            if self.swapped
            else "no frame"
        )
        return "\n".join(lines)


class Tower:
    """A Go program's heap (`heap`), its process (`process`) and its machine (`machine`).

    machine  a vm.Machine; None: one of `nframes` frames and `swap_pages` of swap
    nprocs   Ps of the heap
    """

    def __init__(self, nframes=4096, swap_pages=0, policy="clock", nprocs=1, machine=None):
        nprocs = whole("nprocs", nprocs, 1, 1024)
        instance("machine", machine, Machine, None)
        self.machine = Machine(nframes, swap_pages, policy) if machine is None else machine
        self.process = self.machine.spawn()
        self.heap = GoHeap(self.process, nprocs)
        trace = self.trace = self.heap.trace
        trace.model = self
        self.machine.trace = self.process.trace = trace

    def new(self, nbytes, noscan=True, p=0):
        """Allocate, and let the program write the first word -> address. As GoHeap.mallocgc."""
        nbytes = whole("nbytes", nbytes, 0, WORD_MASK)
        before = self._spent()
        address = self.heap.mallocgc(nbytes, noscan, p)
        if nbytes:
            self.write(address, min(nbytes, WORD))
        if self.trace.on:
            self._tell_new(nbytes, address, before)
        return address

    def write(self, address, nbytes):
        """The program writes to `nbytes` bytes from `address` on."""
        address, nbytes = (
            whole("address", address, 0, WORD_MASK),
            whole("nbytes", nbytes, 0, MOST_BYTES),
        )
        served = self.trace.on and self._tell_write(address, nbytes)
        self.process.touch_range(address, nbytes)
        if self.trace.on:
            self._tell_written(address, served)

    # -- the story

    def _spent(self):
        """Faults taken and frames that are not free, so far."""
        process, memory = self.process, self.machine.memory
        faults = process.minor_faults + process.major_faults
        return faults, memory.nframes - memory.free_frames

    def _tell_new(self, nbytes, address, before):
        faults, frames = (now - then for now, then in zip(self._spent(), before, strict=True))
        text = "new is done: {what} at {at}, for {faults} and {frames}"
        self.trace.emit(
            "new", text, size=nbytes, address=address, what=size(nbytes), at=hex(address),
            faults=plural(faults, "page fault"), frames=plural(frames, "more frame"),
        )  # fmt: skip

    def _tell_write(self, address, nbytes):
        """What the hardware does about a write -> must the kernel help?"""
        emit, process, at = self.trace.emit, self.process, hex(address)
        text = "the program writes {what} to {at}"
        emit("write", text, address=address, at=at, what=size(nbytes))
        entries = process.mmu.tlb.live()
        known = next((e for e in entries if e.covers(address, process.mmu.asid)), None)
        if known and known.writable:
            return False
        text = "the TLB does not know the page of {at}: the MMU has to walk the page tables"
        if known:
            text = "the TLB knows the page of {at} as read-only: that does not do for a write"
        emit("tlb miss", text, address=address, at=at)
        steps = process.table.walk(address)
        last, way = steps[-1], " → ".join(f"{step.name}[{step.index}]" for step in steps)
        writable = last.kind == "page" and all("writable" in step.bits for step in steps)
        end = f"it says frame {last.pfn}"
        if not writable:
            if last.kind != "page":
                swapped = process.pagemap(address // PAGE * PAGE)[0].swapped
                end = "the page is in swap" if swapped else "there is no frame there"
            else:
                end += ", read-only"
            end += ". The CPU stops and calls the kernel"
        emit("walk", "{way}: {end}", address=address, way=way, end=end, walk=steps)
        return not writable

    def _tell_written(self, address, served):
        steps = self.process.table.walk(address)
        last = steps[-1]
        entry = f"{last.name}[{last.index}]"
        if served:
            text = "{entry} says frame {pfn} now, present and writable"
            self.trace.emit("entry", text, address=address, entry=entry, pfn=last.pfn)
        text = "the write goes to frame {pfn}, byte {offset}: the TLB knows the page"
        if served:
            text = "the write is tried again, and goes to frame {pfn}, byte {offset}"
        self.trace.emit(
            "written", text, address=address, pfn=last.pfn, offset=address % PAGE, walk=steps
        )  # fmt: skip

    def gc(self, live):
        """A collection; `live` holds the addresses of the objects still in reach."""
        self.heap.gc(live)

    def where(self, address):
        """Follow one address down -> Where. It changes nothing, no bit and no counter."""
        address = multiple("address", address, 1, self.process.user_end)
        span = self.heap.mheap.span_of(address)
        slot = span.slot_of(address) if span else None
        info = self.process.pagemap(address // PAGE * PAGE)[0]
        return Where(
            address,
            span and span.state(),
            None if slot is None or slot < 0 else slot,
            self.process.find_vma(address),
            self.process.table.walk(address),
            info.pfn,
            info.swapped,
        )

    def snapshot(self):
        process = self.process
        return TowerState(
            self.heap.snapshot(),
            self.machine.snapshot(),
            process.pid,
            process.scheme,
            process.table.snapshot(),
        )
