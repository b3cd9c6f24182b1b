"""The collector at one moment, frozen, as a picture draws it.

An object is "white" (not found), "grey" (found, its pointers not yet looked at) or "black". Between
collections all are white. Masks: bit i stands for slot i of a span.
"""

from typing import NamedTuple


class ObjectState(NamedTuple):
    """An object; `pointers` has the address that each slot of it holds, None for nil."""

    address: int
    elemsize: int
    colour: str
    pointers: tuple
    span: int  # base of the span it lies in


class StackState(NamedTuple):
    """A goroutine's stack, oldest pointer first; scanned: black, what comes later is not seen."""

    pointers: tuple
    scanned: bool


class SpanMarks(NamedTuple):
    """A span's bits for the collector: marks = found, scans = looked into as well."""

    base: int
    elemsize: int
    nelems: int
    noscan: bool
    allocated: int
    marks: int
    scans: int
    swept: bool


class CollectorState(NamedTuple):
    """Everything about one moment; equal collectors have equal states."""

    phase: str  # "off", "mark", or "sweep" while spans wait for it
    barrier: bool  # the write barrier is on right now
    unit: str  # "object" or "span"
    objects: tuple  # ObjectState, by ascending address
    globals: tuple  # (name, address or None)
    globals_scanned: bool
    stacks: tuple  # StackState of each goroutine
    roots: tuple  # still to be scanned: "globals", or the number of a goroutine
    queue: tuple  # addresses of grey objects, and of spans, in the order of their turn
    spans: tuple  # SpanMarks, by ascending address
    cycle: int
    heap_live: int  # bytes
    goal: int
    trigger: int
    below: object  # HeapState of the heap, or TowerState of its tower


def snapshot(collector):
    """The CollectorState of now; changes nothing."""
    mheap = collector.heap.mheap
    cycle = collector.cycle
    greys = cycle.order.greys() if cycle else {}
    roots = cycle.roots if cycle else ["globals", *range(len(collector.stacks))]
    objects, graph = [], collector.graph
    for address in sorted(graph):
        span = mheap.span_of(address)
        slot = (address - span.base) // span.elemsize
        colour = "white"
        if span.mark_bits >> slot & 1:
            colour = "grey" if greys.get(span, 0) >> slot & 1 else "black"
        objects.append(
            ObjectState(address, span.elemsize, colour, tuple(graph[address]), span.base)
        )
    spans = tuple(
        SpanMarks(
            span.base,
            span.elemsize,
            span.nelems,
            bool(span.spanclass & 1),
            span.alloc_bits | (1 << span.freeindex) - 1,
            span.mark_bits,
            span.mark_bits & ~greys.get(span, 0),
            span.sweepgen - mheap.sweepgen not in (-2, 1),  # 1: in an mcache since before
        )
        for span in mheap.spans()
    )
    return CollectorState(
        collector.phase,
        bool(cycle) and collector.barrier,
        collector.unit,
        tuple(objects),
        tuple(collector.globals.items()),
        "globals" not in roots,
        tuple(StackState(tuple(stack), g not in roots) for g, stack in enumerate(collector.stacks)),
        tuple(cycle.roots) if cycle else (),
        cycle.order.pending() if cycle else (),
        spans,
        mheap.counts["gcs"],
        mheap.heap_live,
        collector.goal,
        collector.trigger,
        collector.below.snapshot(),
    )
