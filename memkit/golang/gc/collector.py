"""The collector, while the program runs on: tri-colour marking, the write barrier, lazy sweeping.

    gc = Collector(GoHeap())
    a, b = gc.new(48, pointers=2), gc.new(16)     # on the stack of goroutine 0
    gc.store(a, 0, b)
    gc.start(), gc.step(), gc.finish()            # between them the program may do what it likes

roots      where reachability begins: global variables and the goroutines' stacks
barrier    code at each pointer write to the heap or to a global, while marking goes on: it shades
           the pointer that is overwritten, and the new one
phase      "off", "mark", "sweep" (marking is over, some spans are still unswept)
colour     white (not found), grey (found, its pointers not yet looked at), black; all objects are
           white between collections

A goroutine works with the pointers on its stack and gets them there by new, load, load_global or
push: what it dropped it cannot use again. Stacks are scanned once and have no barrier. So a
pointer moved out of sight of the marker is lost, unless the barrier saw the move:
    the overwritten one   it may live on in a stack that was scanned before
    the new one           it may come from a stack that has yet to be scanned, and vanish there

A collection begins by `start`, and then who calls `step` is the marker; or at an allocation when
the heap has grown to the trigger, and then allocations pay with marking (assists).

Source: Go 1.27.3 runtime/mgc.go (gcStart, gcMarkDone, gcMarkTermination), runtime/mbarrier.go,
runtime/mgcmark.go (gcDrain, gcAssistAlloc), runtime/mgcpacer.go.
Unlike the real one: no worker on other processors, no buffer of the barrier, no finalizers, no
pointer into the middle of an object; the runway is what the last triggered cycle allocated.
"""

from typing import NamedTuple

from memkit.checks import WORD, WORD_MASK, flag, hex, one_of, shown, size, whole
from memkit.golang.gc.cycle import ORDERS, Cycle
from memkit.golang.gc.pacer import DEFAULT_GOGC, NO_GOAL, heap_goal, trigger
from memkit.golang.heap import marksweep
from memkit.golang.heap.malloc import GoHeap
from memkit.golang.heap.sizeclass import TINY_SIZE, TINY_SPAN_CLASS


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
    """A span's bits for the collector, bit i for slot i: marks = found, scans = looked into as
    well."""

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


class Collector:
    """The objects of one GoHeap, the goroutines that use them, and the collector of both.

    heap        a GoHeap, whose objects all come from here: what mallocgc gave others is not found
    barrier     False: what Go would lose without its write barrier
    unit        what is taken from the queue of grey things: "span", or "object" as up to Go 1.25
    gogc        percentage, or "off": no collection but by `start`
    goroutines  number of stacks; goroutine g runs on P g, modulo the number of Ps
    """

    def __init__(self, heap, barrier=True, unit="span", gogc=DEFAULT_GOGC, goroutines=1):
        one_of("unit", unit, ORDERS)
        barrier, goroutines = flag("barrier", barrier), whole("goroutines", goroutines, 1, 1024)
        if not isinstance(heap, GoHeap) or heap.mheap.before_sweep:
            raise ValueError("heap must be a GoHeap that has no Collector yet.")
        self.heap = heap
        self.barrier, self.unit, self.gogc = barrier, unit, gogc
        self.goal = heap_goal(0, 0, 0, gogc)
        self.runway = 0
        self.trigger = trigger(self.goal, 0, 0)
        self.graph = {}  # address -> its pointers
        self.tiny = {}  # 16-byte block -> the tiny objects in it
        self.globals = {}
        self.stacks = [[] for _ in range(goroutines)]
        self.scannable = 0  # bytes of pointers in all objects
        self.cycle = None  # the Cycle, while marking goes on
        self.lost = ()  # reachable objects that the last cycle did not find
        heap.mheap.before_sweep = self._forget
        self.trace = heap.trace
        self.below = self.trace.model  # the heap, or the tower that it is a part of
        self.trace.model = self

    @property
    def phase(self):
        if self.cycle:
            return "mark"
        return "sweep" if any(any(c.sets()[2:]) for c in self.heap.mheap.central) else "off"

    # -- the program

    def new(self, nbytes, pointers=0, g=0):
        """Allocate; the pointer comes to lie on goroutine g's stack and is returned.

        pointers  how many of the object's words are pointers: its slots 0, 1, ..., all nil

        Raises ValueError where the pointers do not fit, OutOfMemory from the heap; nothing changed.
        """
        stack = self._stack(g)
        nbytes, pointers = whole("nbytes", nbytes, 0, WORD_MASK), whole("pointers", pointers)
        if not nbytes:
            raise ValueError("nbytes must be 1 or more: an object of 0 bytes needs no memory.")
        if pointers * WORD > nbytes:
            fit = nbytes // WORD
            raise ValueError(
                f"pointers must be 0 to {fit} in {size(nbytes)}, not {shown(pointers)}."
            )
        heap, counts = self.heap, self.heap.mheap.counts
        asked = counts["refills"] + counts["large"]
        address = heap.mallocgc(nbytes, not pointers, g % heap.nprocs)
        self.graph[address] = [None] * pointers if pointers else ()
        self.scannable += pointers * WORD
        stack.append(address)
        if nbytes < TINY_SIZE and not pointers:
            self.tiny.setdefault(address & -TINY_SIZE, []).append(address)
        if self.cycle:
            if not self.cycle.allocated(address):
                self.finish()
        elif counts["refills"] + counts["large"] > asked:
            if heap.mheap.heap_live >= self.trigger:
                self._begin(triggered=True)
        return address

    def store(self, obj, slot, value, g=0):
        """obj.slot = value, by goroutine g, which holds both pointers; value None: nil."""
        pointers = self._slots(obj, slot, g)
        self._held(value, g, "value")
        if self.cycle and self.barrier:
            self.cycle.write_barrier(pointers[slot], value, f"slot {slot} of {hex(obj)}")
        pointers[slot] = value
        if self.heap.space.has_memory:
            self.heap.space.touch_range(obj + slot * WORD, WORD)
        if self.trace.on:
            text = "goroutine {g} writes {to} into slot {slot} of {at}"
            detail = dict(address=obj, slot=slot, value=value, g=g)
            self.trace.emit("store", text, **detail, to=_shown(value), at=hex(obj))

    def load(self, obj, slot, g=0):
        """Goroutine g, which holds obj, reads obj.slot: the pointer joins its stack -> it, or None.

        Reading has no barrier.
        """
        value = self._slots(obj, slot, g)[slot]
        if self.heap.space.has_memory:
            self.heap.space.touch_range(obj + slot * WORD, WORD, write=False)
        return self._loaded(value, g, f"slot {slot} of {hex(obj)}")

    def store_global(self, name, value, g=0):
        """A global variable = value, a pointer that goroutine g holds, or None."""
        self._held(value, g, "value")
        if not isinstance(name, str):
            raise ValueError(f"name must be text, not {shown(name)}.")
        if self.cycle and self.barrier:
            self.cycle.write_barrier(self.globals.get(name), value, f"global {name}")
        self.globals[name] = value
        if self.trace.on:
            text = "goroutine {g} writes {to} into global {name}"
            self.trace.emit("store", text, name=name, value=value, g=g, to=_shown(value))

    def load_global(self, name, g=0):
        """Goroutine g reads a global variable: the pointer joins its stack -> it, or None."""
        self._stack(g)
        if not isinstance(name, str) or name not in self.globals:
            raise ValueError(f"name must be one of {sorted(self.globals)}, not {shown(name)}.")
        return self._loaded(self.globals[name], g, f"global {name}")

    def push(self, pointer, g=0):
        """Goroutine g passes a pointer on to a function that it calls: it is there twice."""
        self._held(pointer, g, "pointer")
        return self._loaded(pointer, g, "its own stack")

    def pop(self, g=0):
        """Goroutine g returns from where it used its newest pointer -> that pointer."""
        stack = self._stack(g)
        if not stack:
            raise ValueError(f"the stack of goroutine {g} is empty.")
        pointer = stack.pop()
        if self.trace.on:
            text = "goroutine {g} lets go of {at}"
            self.trace.emit("pop", text, g=g, address=pointer, at=hex(pointer))
        return pointer

    def reachable(self):
        """The addresses of all objects in reach of the roots, by a plain search."""
        found, todo = set(), [*self.globals.values(), *(a for s in self.stacks for a in s)]
        while todo:
            address = todo.pop()
            if address in self.graph and address not in found:
                found.add(address)
                todo += self.graph[address]
        return found

    # -- the collector

    def start(self):
        """Begin a collection: finish the last sweep, turn the barrier on, list the roots."""
        if self.cycle:
            raise ValueError("start must wait until the collection that goes on is finished.")
        self._begin(triggered=False)

    def _begin(self, triggered):
        self.heap.sweep()
        self.cycle = Cycle(self, triggered)
        self.cycle.tell_start()

    def step(self, choice=0):
        """One piece of marking: scan a root, a grey object or a span -> False: nothing was left.

        choice  which of `pending()`; Go's many workers may take them in any order
        """
        return self._running("step").step(choice)

    def pending(self):
        """What is to be scanned: roots ("globals", goroutine numbers), then addresses."""
        return self.cycle.pending() if self.cycle else ()

    def finish(self):
        """Mark what is left, then mark termination: the barrier is off, sweeping may begin."""
        cycle, mheap = self._running("finish"), self.heap.mheap
        cycle.drain()
        self.lost = () if self.barrier else cycle.find_lost()
        if cycle.triggered:
            self.runway = max(mheap.heap_live - cycle.live_at_start, 0)
        self.cycle = None
        self.heap.mark_slots({span: span.mark_bits for span in mheap.spans() if span.mark_bits})
        self._pace()

    def _pace(self):
        """Goal and trigger of the next cycle."""
        marked = self.heap.mheap.heap_live
        stacks = sum(map(len, self.stacks)) * WORD
        self.goal = heap_goal(marked, stacks, len(self.globals) * WORD, self.gogc)
        self.trigger = trigger(self.goal, marked, self.runway)
        if self.trace.on:
            text = "pacer: {marked} are marked; GOGC is off"
            if self.goal < NO_GOAL:
                text = "pacer: {marked} are marked; begin again at {begin}, to be done by {end}"
            names = dict(marked=size(marked), begin=size(self.trigger), end=size(self.goal))
            self.trace.emit("pacer", text, goal=self.goal, trigger=self.trigger, **names)

    def sweep_one(self):
        """Sweep the next span, as the background sweeper does -> False: none was left."""
        return marksweep.sweep_one(self.heap.mheap)

    def sweep(self):
        """Sweep all that is left."""
        self.heap.sweep()

    def collect(self):
        """A whole collection, as runtime.GC(): finish the one that goes on, then mark and sweep."""
        if self.cycle:
            self.finish()
        self.start()
        self.finish()
        self.sweep()

    def snapshot(self):
        """The frozen CollectorState of this moment."""
        mheap = self.heap.mheap
        cycle = self.cycle
        greys = cycle.order.greys() if cycle else {}
        roots = cycle.roots if cycle else ["globals", *range(len(self.stacks))]
        objects, graph = [], self.graph
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
            self.phase,
            bool(cycle) and self.barrier,
            self.unit,
            tuple(objects),
            tuple(self.globals.items()),
            "globals" not in roots,
            tuple(StackState(tuple(stack), g not in roots) for g, stack in enumerate(self.stacks)),
            tuple(cycle.roots) if cycle else (),
            cycle.order.pending() if cycle else (),
            spans,
            mheap.counts["gcs"],
            mheap.heap_live,
            self.goal,
            self.trigger,
            self.below.snapshot(),
        )

    # -- inside

    def _forget(self, span):
        """A span is about to be swept: its allocated, unmarked slots hold no object any more."""
        dead = (span.alloc_bits | (1 << span.freeindex) - 1) & ~span.mark_bits
        graph, tiny = self.graph, span.spanclass == TINY_SPAN_CLASS
        first = span.base + span.header
        while dead:
            address = first + ((dead & -dead).bit_length() - 1) * span.elemsize
            dead &= dead - 1
            for gone in self.tiny.pop(address, (address,)) if tiny else (address,):
                self.scannable -= len(graph.pop(gone, ())) * WORD

    def _running(self, verb):
        if not self.cycle:
            raise ValueError(f"{verb} needs a collection that goes on: start one.")
        return self.cycle

    def _stack(self, g):
        return self.stacks[whole("g", g, 0, len(self.stacks) - 1)]

    def _held(self, pointer, g, name):
        stack = self._stack(g)
        if pointer is not None and (type(pointer) is not int or pointer not in stack):
            raise ValueError(
                f"{name} must be a pointer on the stack of goroutine {g}, not {_shown(pointer)}."
            )

    def _slots(self, obj, slot, g):
        """The pointers of an object that goroutine g may use."""
        if obj is None:
            raise ValueError("obj must be an object, not nil.")
        self._held(obj, g, "obj")
        pointers = self.graph.get(obj)
        if pointers is None:
            raise ValueError(f"obj is dangling: what was at {hex(obj)} has been freed.")
        if whole("slot", slot) >= len(pointers):
            has = f"slot must be below {len(pointers)} in {hex(obj)}"
            raise ValueError(f"{has}, not {shown(slot)}.")
        return pointers

    def _loaded(self, value, g, source):
        if value is not None:
            self.stacks[g].append(value)
        if self.trace.on:
            text = "goroutine {g} reads {to} from {source}"
            self.trace.emit("load", text, g=g, address=value, to=_shown(value), source=source)
        return value


def _shown(pointer):
    if pointer is None:
        return "nil"
    return hex(pointer) if type(pointer) is int and abs(pointer) <= WORD_MASK else shown(pointer)
