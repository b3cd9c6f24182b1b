"""mallocgc: how one request finds its memory. The door to the Go allocator.

A request takes the first of these ways that is open; each asks the next tier only when it must:
    0 bytes              one address for all, no memory
    tiny, no pointers    a 16-byte block shared with others
    up to 32760 bytes    a slot of the mcache's span; if that is full, refill from the mcentral,
                         which makes a new span from pages of the mheap, which asks the kernel
    larger               a span of its own

p        number of the P (processor slot) that allocates, 0 .. nprocs - 1
noscan   the object holds no pointers

Source: Go 1.27.3 runtime/malloc.go, runtime/mcache.go (refill, allocLarge), runtime/mstats.go.
Unlike the real one: no goroutine stacks, no finalizers, nobody starts a collection but the caller.
"""

from typing import NamedTuple

from memkit.checks import WORD_MASK, flag, instance, listed, plural, size, whole
from memkit.golang.heap import behind, marksweep, mstats, snapshots, story
from memkit.golang.heap.mcache import EMPTY_SPAN, P
from memkit.golang.heap.mheap import MHeap
from memkit.golang.heap.sizeclass import (
    MAX_SMALL_REQUEST,
    PAGE_SIZE,
    SPAN_CLASS_OF,
    SPAN_CLASSES,
    TINY_SIZE,
    TINY_SPAN_CLASS,
)
from memkit.trace import Trace
from memkit.vm import AddressSpace, OutOfMemory

ZERO_BASE = 0x59E2A0  # an address in the program's data: where every object of 0 bytes lies


class HeapState(NamedTuple):
    """The allocator at one moment; equal heaps have equal states."""

    procs: tuple  # ProcState of each P
    central: dict  # spanclass -> CentralState, where there are spans
    pages: object  # PagesState
    vmas: tuple  # the address space
    sweepgen: int
    counts: dict  # what each tier did so far


class GoHeap:
    """The Go allocator over an address space.

    space     an AddressSpace; None: a fresh one
    nprocs    number of Ps, each with an mcache and a page cache of its own
    snapshot  a recorded page heap to start from: a dict with `chunks`, `pcache`, `curArena_page`,
              `curArena_end_page`, `heap_pages_end`, `searchAddr_page`, `pagesInUse`
    """

    def __init__(self, space=None, nprocs=1, snapshot=None):
        nprocs = whole("nprocs", nprocs, 1, 1024)
        self.space = instance("space", AddressSpace() if space is None else space, AddressSpace)
        self.trace = Trace(self)
        self.nprocs = nprocs
        self.procs = [P(i) for i in range(nprocs)]
        self.mheap = MHeap(self.space, self.trace)
        self.space.trace = self.trace  # the kernel's steps belong to the heap's story
        self._memory = self.space if self.space.has_memory else None  # else there are addresses
        if snapshot is not None:
            self.adopt_pages(snapshot)

    def mallocgc(self, size, noscan=True, p=0):
        """Allocate `size` bytes on P `p`; returns the address.

        Raises ValueError for a bad size or P, OutOfMemory where the kernel has no more; the heap
        is then as it was.
        """
        if type(size) is not int or not 0 <= size <= WORD_MASK:
            size = whole("size", size, 0, WORD_MASK)
        if type(p) is not int or not 0 <= p < self.nprocs:
            p = whole("p", p, 0, self.nprocs - 1)
        if type(noscan) is not bool:
            noscan = flag("noscan", noscan)
        if self.trace.on and size:
            story.tell_request(self.trace, size, noscan, p)
        if size > MAX_SMALL_REQUEST:
            return self._large(size, noscan, p)
        mcache = self.procs[p].mcache
        if noscan:
            if size < TINY_SIZE:
                return self._tiny(size, p) if size else self._zero()
            spanclass = SPAN_CLASS_OF[(size + 7 >> 3 << 1) + 1]
        elif size:
            spanclass = SPAN_CLASS_OF[size + 7 >> 3 << 1]
        else:
            return self._zero()
        span = mcache.alloc[spanclass]
        if not span.alloc_cache and not span.find_free():
            span = self.refill(spanclass, p)
        # MSpan.take, written out: this is the path of nearly every allocation.
        cache = span.alloc_cache
        nth = (cache & -cache).bit_length()
        span.alloc_cache = cache >> nth
        span.freeindex += nth
        span.alloc_count += 1
        address = span.base + (span.freeindex - 1) * span.elemsize + span.header
        if self.trace.on:
            story.tell_slot(self.trace, span, address, size, p)
        if self._memory is not None:
            behind.taken(self._memory, span, address, size)
        return address

    def _zero(self):
        self.mheap.counts["zero"] += 1
        if self.trace.on:
            story.tell_zero(self.trace, ZERO_BASE)
        return ZERO_BASE

    def _tiny(self, nbytes, p):
        mcache = self.procs[p].mcache
        address = mcache.tiny_fit(nbytes)
        if address:
            if self.trace.on:
                story.tell_tiny(self.trace, address, nbytes, p)
            return address
        span = mcache.alloc[TINY_SPAN_CLASS]
        if not span.alloc_cache and not span.find_free():
            span = self.refill(TINY_SPAN_CLASS, p)
        address = span.base + span.take() * TINY_SIZE
        mcache.tiny_block(address, nbytes)
        if self.trace.on:
            story.tell_slot(self.trace, span, address, nbytes, p)
        if self._memory is not None:
            behind.taken(self._memory, span, address, nbytes)
        return address

    def _large(self, nbytes, noscan, p):
        """A span of its own: no mcache, and the mcentral only keeps it on its list."""
        mheap = self.mheap
        npages = -(-nbytes // PAGE_SIZE)
        try:
            span = mheap.alloc(npages, int(bool(noscan)), self.procs[p], large_size=nbytes)
        except OutOfMemory as error:
            raise self._out_of_memory(nbytes, error) from None
        span.freeindex = span.alloc_count = 1
        span.alloc_cache = 0
        mheap.file_large(span)
        mheap.counts["large"] += 1
        if self.trace.on:
            story.tell_large(self.trace, span, p)
        if self._memory is not None:
            behind.taken(self._memory, span, span.base, nbytes)
        return span.base

    def refill(self, spanclass, p):
        """Put a span with a free slot into P `p`'s mcache; the full one goes to the mcentral."""
        spanclass = whole("spanclass", spanclass, 2, len(SPAN_CLASSES) - 1)
        p = whole("p", p, 0, self.nprocs - 1)
        mheap, proc = self.mheap, self.procs[p]
        central, old = mheap.central[spanclass], proc.mcache.alloc[spanclass]
        if self.trace.on:
            text = "P{p}'s mcache has no {what} in span class {spanclass}"
            what = "span yet" if old is EMPTY_SPAN else "free slot left"
            self.trace.emit("span full", text, p=p, spanclass=spanclass, what=what)
        if old is not EMPTY_SPAN:
            old_sweepgen, old.sweepgen = old.sweepgen, mheap.sweepgen
            central.push_swept(old)
        mheap.counts["refills"] += 1
        if self.trace.on:
            text = "refill: ask mcentral {spanclass} for a whole span"
            self.trace.emit("refill", text, p=p, spanclass=spanclass)
        span = central.cache_span(p)
        if span is None:
            try:
                span = self._grow(spanclass, proc)
            except OutOfMemory as error:
                mheap.counts["refills"] -= 1
                if old is not EMPTY_SPAN:
                    central.sets()[1].pop()  # the full span that was pushed above
                    old.sweepgen = old_sweepgen
                raise self._out_of_memory(SPAN_CLASSES[spanclass].elemsize, error) from None
        if old is not EMPTY_SPAN:
            marksweep.count_allocated(mheap, old)
        span.sweepgen = mheap.sweepgen + 3  # swept and cached
        span.alloc_count_before_cache = span.alloc_count
        # All of it counts as used from now on: the trigger is tested here, not at each slot.
        mheap.heap_live += span.npages * PAGE_SIZE - span.alloc_count * span.elemsize
        span.find_free()
        proc.mcache.alloc[spanclass] = span
        return span

    def _grow(self, spanclass, proc):
        """A new span for the mcentral, from pages of the mheap."""
        npages = SPAN_CLASSES[spanclass].npages
        if self.trace.on:
            text = "grow: ask the mheap for {pages} to make a new span"
            pages = plural(npages, "page")
            self.trace.emit("grow", text, spanclass=spanclass, npages=npages, pages=pages)
        span = self.mheap.alloc(npages, spanclass, proc)
        self.mheap.counts["grows"] += 1
        return span

    def _out_of_memory(self, nbytes, error):
        text = f"cannot allocate {size(nbytes)}: {error}"
        if self.trace.on:
            self.trace.emit("out of memory", "{text}", size=nbytes, text=text)
        return OutOfMemory(text)

    # -- collecting and giving back

    def mark(self, live):
        """Begin a collection: `live` holds the addresses of the objects still in reach.

        The tiny block that a P fills is kept as well. Spans are swept later: by `sweep`, or one by
        one when an allocation needs them.
        Raises ValueError for an address where no object lies; nothing has changed then.
        """
        live = [whole("live", address) for address in listed("live", live, "a list of addresses")]
        solid = [address for address in live if address != ZERO_BASE]
        self.mark_slots(marksweep.find_marks(self.mheap, solid + marksweep.tiny_blocks(self.procs)))

    def mark_slots(self, marks):
        """`mark` for one who knows the slots: {MSpan: mask of live slots}."""
        marksweep.check_marks(self.mheap, marks)
        if self._memory is not None:
            behind.marked(self._memory, marks)
        marksweep.mark(self.mheap, self.procs, marks)

    def sweep(self):
        """Sweep every span that the last collection left unswept."""
        marksweep.sweep(self.mheap)

    def gc(self, live):
        """A whole collection, as runtime.GC() does it: mark, then sweep everything."""
        self.mark(live)
        self.sweep()

    def flush(self):
        """Empty every mcache into the mcentrals, as runtime.ReadMemStats does."""
        for proc in self.procs:
            marksweep.flush(self.mheap, proc)

    def scavenge(self):
        """Give the memory of all free pages back to the kernel; returns the number of pages."""
        return self.mheap.scavenge()

    def adopt_pages(self, snapshot):
        """Take over from a recorded page heap which pages are free; spans must lie on used ones."""
        snapshots.adopt(self.mheap, self.procs[0], snapshot)

    # -- looking at it

    def memstats(self):
        """The counters of runtime.MemStats, bytes and objects. Flushes the mcaches, as Go does."""
        self.flush()
        return mstats.memstats(self.mheap, self.procs)

    def spans(self):
        """The spans in use as SpanState, by ascending address."""
        return tuple(span.state() for span in self.mheap.spans())

    def snapshot(self):
        """The frozen HeapState of this moment; changes nothing."""
        mheap = self.mheap
        base = mheap.pages.base
        return HeapState(
            tuple(proc.state(base) for proc in self.procs),
            {
                c.spanclass: c.state()
                for c in mheap.central
                if c.partial[0] or c.full[0] or c.partial[1] or c.full[1]  # c.sets(), uncalled
            },
            mheap.pages.state(),
            self.space.vmas,
            mheap.sweepgen,
            mstats.counts(self.mheap, self.procs),
        )
