"""One mark phase: what is still to be scanned, and what the running program adds to it.

roots     "globals" and the numbers of the goroutines whose stacks have yet to be scanned
order     the grey objects, or spans with grey objects: ObjectOrder, SpanOrder
work      bytes of pointers looked at so far
assist    in a cycle that the trigger began: each allocated byte owes so many bytes of marking that
          all is marked when the heap reaches its goal

Source: Go 1.27.3 runtime/mgcmark.go (markroot, gcAssistAlloc), runtime/mbarrier.go,
runtime/mgcpacer.go (revise).
Unlike the real one: no background workers, whose credit pays most of the assists' debt there, and
the ratio is set once.
"""

from memkit.checks import WORD, hex, plural, size, whole
from memkit.golang.gc.greentea import SpanOrder
from memkit.golang.gc.marking import ObjectOrder
from memkit.golang.heap import marksweep

ORDERS = {"object": ObjectOrder, "span": SpanOrder}
LEAST_RUNWAY = 64 << 10  # bytes of allocation over which the marking is spread, at least


class Cycle:
    """The marking of a Collector, from its first root to its last grey object."""

    def __init__(self, collector, triggered):
        mheap = collector.heap.mheap
        self.collector = collector
        self.trace = collector.trace
        self.order = ORDERS[collector.unit](mheap, collector.graph)
        self.roots = ["globals", *range(len(collector.stacks))]
        self.work = self.owed = 0
        self.triggered = triggered
        self.live_at_start = mheap.heap_live
        runway = max(collector.goal - mheap.heap_live, LEAST_RUNWAY)
        self.assist_ratio = (collector.scannable + WORD) / runway
        for block in marksweep.tiny_blocks(collector.heap.procs):
            self.order.blacken(block)

    def tell_start(self):
        if self.trace.on:
            why = "a collection begins"
            if self.triggered:
                why = f"{size(self.live_at_start)} of heap reach the trigger: {why}"
            barrier = "on" if self.collector.barrier else "missing"
            text = "{why}: the write barrier is {barrier}, {roots} wait to be scanned"
            roots = plural(len(self.roots), "root")
            self.trace.emit(
                "gc start", text, why=why, barrier=barrier, roots=roots, triggered=self.triggered
            )

    def pending(self):
        return (*self.roots, *self.order.pending())

    def step(self, choice=0):
        """Scan the pending thing of that number; False where nothing is pending."""
        npending = len(self.pending())
        if not npending:
            return False
        choice = whole("choice", choice, 0, npending - 1)
        if choice < len(self.roots):
            self._scan_root(self.roots.pop(choice))
            return True
        kind, address, objects, found = self.order.scan(choice - len(self.roots))
        graph = self.collector.graph
        self.work += sum(len(graph[a]) for a in objects) * WORD
        if self.trace.on:
            text = "scan {at}: {found}, and it is black"
            if kind == "span":
                text = "scan the span at {at}, {n} of it: {found}"
            self.trace.emit(
                f"scan {kind}",
                text,
                address=address,
                objects=tuple(objects),
                shaded=tuple(found),
                at=hex(address),
                n=plural(len(objects), "grey object"),
                found=_found(found),
            )
        return True

    def _scan_root(self, root):
        collector = self.collector
        if root == "globals":
            pointers = list(collector.globals.values())
        else:
            pointers = collector.stacks[root]
        self.work += len(pointers) * WORD
        found = [pointer for pointer in pointers if pointer and self.order.shade(pointer)]
        if self.trace.on:
            text = "scan the globals: {found}"
            if root != "globals":
                text = "stop goroutine {root}, scan its stack: {found}; the stack is black from now"
            event = "scan globals" if root == "globals" else "scan stack"
            self.trace.emit(event, text, root=root, shaded=tuple(found), found=_found(found))

    def drain(self):
        """Scan all that is left; in one go where nobody records."""
        if self.trace.on:
            while self.step():
                pass
        while self.roots:
            self._scan_root(self.roots.pop(0))
        self.work += self.order.drain()

    def find_lost(self):
        """What is reachable and was not found: nothing, where the barrier was on."""
        lost = []
        for address in sorted(self.collector.reachable()):
            span = self.collector.heap.mheap.span_of(address)
            if not span.mark_bits >> (address - span.base) // span.elemsize & 1:
                lost.append(address)
        if lost and self.trace.on:
            text = "{n} in reach, and never found: what is at {at} will be freed while in use"
            at = ", ".join(map(hex, lost))
            n = plural(len(lost), "object")
            self.trace.emit("lost object", text, lost=tuple(lost), n=n, at=at)
        return tuple(lost)

    # -- what the program does meanwhile

    def write_barrier(self, old, new, place):
        """A pointer is about to be overwritten: shade it, and the one that takes its place."""
        found = [pointer for pointer in (old, new) if pointer and self.order.shade(pointer)]
        if self.trace.on:
            text = "write barrier at {place}: shade what it held and what it gets: {found}"
            self.trace.emit(
                "write barrier",
                text,
                place=place,
                old=old,
                new=new,
                shaded=tuple(found),
                found=_found(found),
            )

    def allocated(self, address):
        """A new object is black; its goroutine may have to mark -> False: nothing is left to."""
        self.order.blacken(address)
        if self.trace.on:
            text = "allocated while marking goes on: {at} is black from the start"
            self.trace.emit("allocate black", text, address=address, at=hex(address))
        if not self.triggered:
            return True
        nbytes = self.collector.heap.mheap.span_of(address).elemsize
        self.owed += nbytes * self.assist_ratio
        if self.trace.on and self.work < self.owed:
            text = "assist: {what} allocated, so {debt} of marking are owed"
            debt = int(self.owed - self.work) + 1
            self.trace.emit("assist", text, debt=size(debt), what=size(nbytes), address=address)
        while self.work < self.owed:
            if not self.step():
                return False
        return True


def _found(found):
    if not found:
        return "nothing new"
    return f"{', '.join(map(hex, found[:4]))}{', ...' if len(found) > 4 else ''} found"
