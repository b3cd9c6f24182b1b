"""What must hold in every state of a tower, whatever has just happened."""

from itertools import pairwise

PAGE = 4096


def broken(state):
    """Sentences on what does not hold in a TowerState; nothing is the only right answer."""
    return [*_spans(state), *_pages(state.machine), *_counters(state.heap.counts)]


def _spans(state):
    """Every object lies in a span, every span in an area that can be written; none overlap."""
    heap = state.heap
    held = [span for proc in heap.procs for span in proc.alloc.values()]
    filed = [span for central in heap.central.values() for spans in central for span in spans]
    spans = sorted({span.base: span for span in held + filed}.values())
    process = next(p for p in state.machine.processes if p.pid == state.pid)
    writable = [vma for vma in process.vmas if "w" in vma.prot]
    for span in spans:
        end = span.base + span.npages * 8192
        if not any(vma.start <= span.base and end <= vma.end for vma in writable):
            yield f"the span at {span.base:#x} lies in no area."
        if span.alloc_count > span.nelems:
            yield f"the span at {span.base:#x} has more objects than slots."
    for one, other in pairwise(spans):
        if one.base + one.npages * 8192 > other.base:
            yield f"the spans at {one.base:#x} and {other.base:#x} overlap."


def _pages(machine):
    """Every touched page lies in an area, and in a frame or in swap."""
    for process in machine.processes:
        for va, info in process.pages.items():
            if not any(vma.start <= va < vma.end for vma in process.vmas):
                yield f"process {process.pid} has memory at {va:#x} and no area."
            if info.present == info.swapped:
                yield f"the page at {va:#x} is neither in a frame nor in swap, or in both."
            if info.present and machine.frames[info.pfn].kind in ("free", "table"):
                yield f"process {process.pid} maps frame {info.pfn}, which holds no page."
    for pfn, frame in enumerate(machine.frames):
        pids = [pid for pid, _ in frame.owners]
        if frame.kind == "anon" and len(pids) != len(set(pids)):
            yield f"one process has frame {pfn} twice."


def _counters(counts):
    if counts["refills"] < counts["from_partial"] + counts["from_sweep"] + counts["grows"]:
        yield "fewer refills than spans found for them."


def writers_of_shared(machine):
    """(pid, va) where a frame of several owners may be written: copy on write forbids it. Asks the
    live machine, since a state does not hold the entries."""
    for frame in machine.snapshot().frames:
        if frame.kind == "anon" and len(frame.owners) > 1:
            for pid, va in frame.owners:
                maps = machine.processes[pid].mappings
                if maps.is_writable(maps.find(va)):
                    yield pid, va
