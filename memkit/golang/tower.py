"""The whole tower: a Go heap on a process of a machine, one story from new(T) to a frame.

    tower = Tower(nframes=64)
    with record(tower) as steps:
        tower.new(48)
    print(*steps, sep="\\n")

new     mallocgc finds a place, then the program writes to it: only that write needs memory
where   one address, followed all the way down: slot, span, area, tables, frame or swap

Unlike the real one: the runtime's own memory outside the heap is not there, see behind.py.
"""

from typing import NamedTuple

from memkit.golang.malloc import GoHeap
from memkit.trace import hex, plural
from memkit.vm import Machine
from memkit.vm.vma import PAGE

WORD = 8


class TowerState(NamedTuple):
    """Frozen: the HeapState above, the MachineState below, and whose process it is."""

    heap: object
    machine: object
    pid: int


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
        self.machine = Machine(nframes, swap_pages, policy) if machine is None else machine
        self.process = self.machine.spawn()
        self.heap = GoHeap(self.process, nprocs)
        trace = self.trace = self.heap.trace
        trace.model = self
        self.machine.trace = self.process.trace = trace

    def new(self, nbytes, noscan=True, p=0):
        """Allocate, and let the program write the first word -> address. As GoHeap.mallocgc."""
        address = self.heap.mallocgc(nbytes, noscan, p)
        if nbytes:
            self.write(address, min(nbytes, WORD))
        return address

    def write(self, address, nbytes):
        """The program writes to `nbytes` bytes from `address` on."""
        if self.trace.on:
            self._tell_walk("write", "the program writes to {at}: {way}", address)
        self.process.touch_range(address, nbytes)
        if self.trace.on:
            self._tell_walk("written", "{way}: the write is done", address)

    def _tell_walk(self, event, text, address):
        steps = self.process.table.walk(address)
        names = " → ".join(f"{step.name}[{step.index}]" for step in steps)
        last = steps[-1]
        if last.kind == "page":
            way = f"{names} → frame {last.pfn}"
        else:
            way = f"the MMU walks {names}, and finds nothing there"
        self.trace.emit(event, text, address=address, at=hex(address), way=way, walk=steps)

    def gc(self, live):
        """A collection; `live` holds the addresses of the objects still in reach."""
        self.heap.gc(live)

    def where(self, address):
        """Follow one address down -> Where. It changes nothing, no bit and no counter."""
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

    def broken(self):
        """What must always hold and does not, a sentence each; nothing is the only right answer.

        Every span lies in an area that can be written; every page with memory lies in an area and
        in a frame or in swap; spans do not overlap; a frame that two processes map is shared.
        """
        found, process = [], self.process
        end = 0
        for span in self.heap.mheap.spans():
            length = span.npages * 8192
            vma = process.find_vma(span.base)
            if vma is None or "w" not in vma.prot or vma.end < span.base + length:
                found.append(f"the span at {hex(span.base)} lies in no area for it.")
            if span.base < end:
                found.append(f"the span at {hex(span.base)} overlaps the one before.")
            end = span.base + length
        machine = self.machine.snapshot()
        for state in machine.processes:
            for va, info in state.pages.items():
                if not any(vma.start <= va < vma.end for vma in state.vmas):
                    found.append(f"process {state.pid} has memory at {hex(va)} and no area.")
                if info.present and machine.frames[info.pfn].kind in ("free", "table"):
                    found.append(f"process {state.pid} maps frame {info.pfn}, which is not data.")
        for pfn, frame in enumerate(machine.frames):
            if frame.kind == "anon" and len({pid for pid, _ in frame.owners}) > 1:
                writers = [
                    pid
                    for pid, va in frame.owners
                    if self.machine.processes[pid].mappings.can_write(va)
                ]
                if writers:
                    found.append(f"frame {pfn} belongs to two processes and one may write.")
        return found

    def snapshot(self):
        return TowerState(self.heap.snapshot(), self.machine.snapshot(), self.process.pid)
