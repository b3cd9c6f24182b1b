"""A recorded Go program, replayed: each request through the model, each fact against the record.

ev     0 existed before, 1 allocated, 2 slot freed by a sweep, 3 mark phase begins, 4 ends
slot   id of one use of a slot, from the first object in it until its free; tiny objects share one
req    requested bytes; spanclass: 2 * size class + noscan
proc   the P that allocated; where the record does not say it, all was done by P 0

The model starts from the spans and objects that existed when the record began. Which of them the
mcaches held is not recorded: all begin in their mcentrals, in the order in which the program came
to use them. What a sweep frees before the first mark phase was dead already and is left out. In
these records the background sweeper was through before the program went on; so it is here.
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from os import PathLike

import numpy as np

from memkit.checks import WORD, instance, shown
from memkit.golang.heap import behind, marksweep, mstats
from memkit.golang.heap.malloc import GoHeap
from memkit.golang.heap.mcache import MCache
from memkit.golang.heap.mspan import MSpan
from memkit.golang.heap.pagealloc import lowest, mask
from memkit.golang.heap.sizeclass import (
    NUM_SPAN_CLASSES,
    PAGE_SIZE,
    TINY_SIZE,
    TINY_SPAN_CLASS,
    size_class,
)
from memkit.golang.process.tower import Tower

OBJECTS = "seq ev slot req spanclass slot_off addr_off".split()
SPANS = "span_seq span_ev span_page span_npages span_class".split()
EXISTED, ALLOCATED, FREED, MARK_BEGINS, MARK_ENDS = range(5)  # ev
SPAN_EXISTED, SPAN_TAKEN, SPAN_FREED = range(3)  # span_ev
MAX_PROCS, MAX_PAGES = 1024, 1 << 22  # Ps; pages of a heap that can be replayed, 32 GiB
ORIGIN = PAGE_SIZE  # added to offsets where 0 means that there is no block


@dataclass(frozen=True)
class TraceReplay:
    """What the model did with a recorded program, in counts.

    counts    by tier, see mstats.counts: mallocs, tiny, tiny_shared, hits, refills, grows, ...
    heap      the GoHeap as the program left it
    """

    trace: dict
    heap: GoHeap
    counts: dict

    @property
    def spans_taken(self):
        """Spans that the model made, by span class: {spanclass: number}."""
        return {i: n for i, n in enumerate(self.heap.mheap.spans_taken) if n}

    @cached_property
    def recorded(self):
        """The same counts of the real run, as its record tells them, and `wrong`: rules broken.

        spans_taken: by span class, as above. wrong: requests in another class than the model's,
        slots that were not the lowest free one of their span, tiny objects that lie elsewhere than
        the tiny allocator would put them.
        """
        return follow(self.trace)


def checked_trace(trace):
    """The arrays of a trace, a mapping or a .npz file, as a dict; ValueError where it is none."""
    if isinstance(trace, (str, PathLike)):
        return checked_trace(_read(trace))
    needed = OBJECTS + SPANS
    try:
        arrays = {name: np.asarray(trace[name]) for name in needed}
        arrays["proc"] = np.asarray(trace["proc"] if "proc" in trace else 0 * arrays["ev"])
    except Exception:  # a mapping of another kind, or none
        raise ValueError(
            f"this is no trace: it must have the arrays {', '.join(needed)}."
        ) from None
    for names in ([*OBJECTS, "proc"], SPANS):
        if len({arrays[name].shape for name in names}) > 1 or arrays[names[0]].ndim != 1:
            raise ValueError(f"this is no trace: {', '.join(names)} must be arrays of one length.")
    if any(array.dtype.kind not in "iu" for array in arrays.values()):
        raise ValueError("this is no trace: its arrays must hold whole numbers.")
    ev, allocated = arrays["ev"], arrays["ev"] == ALLOCATED
    for what, numbers, low, high in (
        ("req of an allocation", arrays["req"][allocated], 0, 1 << 47),
        ("proc of an allocation", arrays["proc"][allocated], 0, MAX_PROCS - 1),
        ("spanclass of an object", arrays["spanclass"][ev <= ALLOCATED], 0, NUM_SPAN_CLASSES - 1),
        ("span_class", arrays["span_class"], -1, NUM_SPAN_CLASSES - 1),
        ("span_page", arrays["span_page"], 0, MAX_PAGES - 1),
        ("span_npages", arrays["span_npages"], 1, MAX_PAGES),
    ):
        wrong = numbers[(numbers < low) | (numbers > high)]
        if len(wrong):
            raise ValueError(f"this is no trace: {what} must be {low} to {high}, not {wrong[0]}.")
    return arrays


def _read(path):
    try:
        with np.load(path) as arrays:
            return dict(arrays)
    except Exception:  # numpy and zipfile have many ways to say it
        raise ValueError(
            f"this is no trace: {shown(path)} cannot be read as a .npz file."
        ) from None


def replay_trace(trace, tower=None):
    """Run a recorded program's requests and collections through a GoHeap -> TraceReplay.

    trace  a mapping of name -> array, as data.trace gives it, or the path of a .npz file
    tower  a Tower that has not been used: then every object is written to, and faults

    The heap has as many Ps as the trace. ValueError for what is no trace, or a tower with fewer.
    """
    trace = checked_trace(trace)
    instance("tower", tower, Tower, None)
    ev, slot = trace["ev"], trace["slot"]
    allocs = np.flatnonzero(ev == ALLOCATED)
    nprocs = int(trace["proc"][allocs].max(initial=0)) + 1
    if tower is not None and tower.heap.nprocs < nprocs:
        raise ValueError(f"tower must have {nprocs} Ps as the trace has, not {tower.heap.nprocs}.")
    heap = GoHeap(nprocs=nprocs) if tower is None else tower.heap
    if heap.mheap.pages.npages:
        raise ValueError("tower must be a fresh one: its heap has pages in use already.")
    new = heap.mallocgc if tower is None else tower.new
    existed = _start(heap, trace, tower)
    slots = np.concatenate([np.fromiter(existed, slot.dtype, len(existed)), slot[allocs]])
    addresses = list(existed.values())
    before = mstats.counts(heap.mheap, heap.procs)
    sizes = trace["req"][allocs].tolist()
    noscan = (trace["spanclass"][allocs] & 1 == 1).tolist()
    procs = trace["proc"][allocs].tolist()
    done = 0
    for begins, ends, next_begins in _cycles(ev):
        upto = int(np.searchsorted(allocs, ends))
        addresses += map(new, sizes[done:upto], noscan[done:upto], procs[done:upto])
        done = upto
        # What is freed before the next cycle begins was dead at this one's mark.
        freed = slot[ends:next_begins][ev[ends:next_begins] == FREED]
        gone = slot[:begins][ev[:begins] == FREED]
        dead = np.isin(slots[: len(addresses)], np.concatenate([freed, gone]))
        heap.gc(np.asarray(addresses, np.int64)[~dead].tolist())
    addresses += map(new, sizes[done:], noscan[done:], procs[done:])
    after = mstats.counts(heap.mheap, heap.procs)
    return TraceReplay(trace, heap, {name: n - before[name] for name, n in after.items()})


def _cycles(ev):
    """(mark begins, mark ends, next mark begins) of each collection, as row numbers."""
    begins, ends = np.flatnonzero(ev == MARK_BEGINS), np.flatnonzero(ev == MARK_ENDS)
    for end in ends.tolist():
        before, after = begins[begins < end], begins[begins > end]
        yield int(before.max(initial=0)), end, int(after.min(initial=len(ev)))


def _start(heap, trace, tower):
    """Put what existed when the record began into a fresh heap -> {slot id: address}."""
    ev, slot, pages = trace["ev"], trace["slot"], trace["slot_off"] // PAGE_SIZE
    existed = trace["span_ev"] == SPAN_EXISTED
    spans = [trace[name][existed].tolist() for name in ("span_page", "span_npages", "span_class")]
    spans = list(zip(*spans, strict=True))
    end = max((page + npages for page, npages, _ in spans), default=1)
    home = np.full(end, -1)  # page -> number of the span there
    for i, (page, npages, _) in enumerate(spans):
        if (home[page : page + npages] >= 0).any():
            raise ValueError(f"this is no trace: two spans existed at page {page}.")
        home[page : page + npages] = i
    begins = int(np.flatnonzero(ev >= MARK_BEGINS).min(initial=len(ev)))
    dead = slot[:begins][ev[:begins] == FREED]
    rows = np.flatnonzero((ev <= ALLOCATED) & (pages >= 0) & (pages < end))
    rows = rows[home[pages[rows]] >= 0]
    living = rows[ev[rows] == EXISTED]
    living = living[~np.isin(slot[living], dead)]
    objects = {}  # number of a span -> [(slot id, offset)]
    for row in living.tolist():
        found = int(slot[row]), int(trace["slot_off"][row])
        objects.setdefault(int(home[pages[row]]), []).append(found)
    mheap, addresses = heap.mheap, {}
    if not objects:
        return addresses
    mheap.grow(end)
    # A heap begins at a random page and is filled from there on: nothing below is free.
    taken = mask(0, min(page for page, _, _ in spans))
    mheap.manual_pages = taken.bit_count()
    used, first_use = np.unique(home[pages[rows[ev[rows] == ALLOCATED]]], return_index=True)
    first_use = dict(zip(used.tolist(), first_use.tolist(), strict=True))
    for i in sorted(range(len(spans)), key=lambda i: first_use.get(i, len(ev))):
        page, npages, spanclass = spans[i]
        if spanclass < 0:  # a stack or the collector's own
            mheap.manual_pages += npages
        elif i not in objects:
            continue
        else:
            large_size = npages * PAGE_SIZE if spanclass < 2 else 0
            span = mheap.place(page, npages, spanclass, False, large_size)
            for name, offset in objects[i]:
                address = mheap.pages.base + offset
                if (place := span.slot_of(address)) < 0:
                    raise ValueError(f"this is no trace: no slot of a span lies at {offset}.")
                span.alloc_bits |= 1 << place
                addresses[name] = address + span.header
            span.alloc_count = span.alloc_bits.bit_count()
            span.refill_alloc_cache()
            if spanclass < 2:
                mheap.file_large(span)
            else:
                marksweep.count_allocated(mheap, span)
                mheap.heap_live += span.alloc_count * span.elemsize
                mheap.central[spanclass].push_swept(span)
            if tower is not None:
                behind.made(heap.space, span)
        taken |= mask(page, npages)
    mheap.pages.free &= ~taken
    mheap.pages.scavenged &= ~taken
    for p, (name, offset, tinyoffset) in _tiny_at_start(trace).items():
        if name in addresses:
            mcache = heap.procs[p].mcache
            mcache.tiny, mcache.tinyoffset = mheap.pages.base + offset, tinyoffset
    if tower is not None:
        for address in addresses.values():
            tower.write(address, WORD)
    return addresses


def _tiny_at_start(trace):
    """{p: (slot id, its offset, tinyoffset)}: the tiny blocks of Ps when the record began.

    A P's first object in a block that existed tells which; what it asked for before did not fit.
    """
    ev, slot, proc = trace["ev"], trace["slot"], trace["proc"]
    flushed = int(np.flatnonzero(ev == MARK_ENDS).min(initial=len(ev)))
    tiny = (ev == ALLOCATED) & (trace["spanclass"] == TINY_SPAN_CLASS) & (trace["req"] < TINY_SIZE)
    tiny = np.flatnonzero(tiny[:flushed])
    joins = tiny[np.isin(slot[tiny], slot[ev == EXISTED])]
    found = {}
    for p in np.unique(proc[joins]).tolist():
        row = int(joins[proc[joins] == p][0])
        before = trace["req"][tiny[(tiny < row) & (proc[tiny] == p)]]
        offset = int(trace["slot_off"][row])
        tinyoffset = min(int(trace["addr_off"][row]) - offset, int(before.min(initial=TINY_SIZE)))
        found[p] = int(slot[row]), offset, tinyoffset
    return found


def follow(trace):
    """The recorded run itself, seen as tiers: counts of what really happened, and rules broken."""
    names = [*OBJECTS, "proc"]
    rows = zip(*(trace[name].tolist() for name in names), strict=True)
    span_rows = list(zip(*(trace[name].tolist() for name in SPANS), strict=True))
    span_rows.reverse()
    run = _Follower(_tiny_at_start(trace))
    for row in rows:
        while span_rows and span_rows[-1][0] < row[0]:
            run.span_event(*span_rows.pop()[1:])
        run.object_event(*row[1:])
    for missing in run.late:
        run.wrong["tiny" if isinstance(missing, int) else "slot"] += 1
    names = (
        "mallocs",
        "tiny",
        "tiny_shared",
        "hits",
        "refills",
        "from_partial",
        "grows",
        "large",
        "gcs",
    )
    counts = {name: getattr(run, name) for name in names}
    return counts | {"spans_taken": run.spans_taken, "wrong": run.wrong}


class _Follower:
    """The spans of a recorded run, filled and freed as the record says."""

    def __init__(self, tiny):
        self.page_span = {}
        self.unused = set()  # spans taken since the start and not yet used
        self.spans_taken = {}
        self.cached = {}  # (P, span class) -> the span that its mcache holds, as its use shows
        self.slots = {}  # slot id -> (span, slot) while it is in use
        # An object is recorded when mallocgc returns; a goroutine that is stopped before that is
        # late. Where one is missing, a (span, slot) passed over or a tiny block that has room or
        # no beginning without it -> collections so far: it must come before the next one is over.
        self.late = {}
        self.mcaches = defaultdict(MCache)  # of each P, for the tiny block
        self.flushed = []  # those that the last collection flushed
        for p, (_, offset, tinyoffset) in tiny.items():
            self._fill(p, offset, tinyoffset)
        self.mallocs = self.refills = self.grows = self.large = self.gcs = 0
        self.tiny = self.tiny_shared = 0
        self.wrong = {"class": 0, "slot": 0, "tiny": 0}

    @property
    def hits(self):
        return self.mallocs - self.large - self.refills

    @property
    def from_partial(self):
        return self.refills - self.grows

    def span_event(self, ev, page, npages, spanclass):
        if ev == SPAN_FREED:
            for i in range(page, page + npages):
                self.page_span.pop(i, None)
        elif spanclass >= 0:  # below: a stack or the collector's own
            span = MSpan(page * PAGE_SIZE, npages, spanclass)
            self.page_span.update(dict.fromkeys(range(page, page + npages), span))
            if ev == SPAN_TAKEN:
                self.unused.add(span)
                self.spans_taken[spanclass] = self.spans_taken.get(spanclass, 0) + 1

    def object_event(self, ev, slot_id, req, spanclass, slot_off, addr_off, p):
        if ev == FREED:
            span, slot = self.slots.pop(slot_id, (None, 0))
            if span is None:
                self.wrong["slot"] += 1  # nothing lived there
            else:
                span.alloc_bits &= ~(1 << slot)
        elif ev == EXISTED:
            span, slot = self._find(slot_off)
            if slot < 0:
                self.wrong["slot"] += 1
            else:
                self._occupy(span, slot, slot_id)
        elif ev == ALLOCATED:
            self.mallocs += 1
            shape = size_class(req, noscan=bool(spanclass & 1))
            if 2 * shape.index + (spanclass & 1) != spanclass:
                self.wrong["class"] += 1
            if spanclass < 2:
                self.large += 1
                self._new_slot(slot_id, slot_off)
            elif spanclass & 1 and req < TINY_SIZE:
                self._tiny(slot_id, req, slot_off, addr_off, p)
            else:
                self._new_slot(slot_id, slot_off, p)
                self.wrong["slot"] += addr_off - slot_off != shape.header
        elif ev == MARK_ENDS:
            self.gcs += 1
            self.cached.clear()
            self.flushed = list(self.mcaches.values())
            self.mcaches.clear()

    def _tiny(self, slot_id, req, slot_off, addr_off, p):
        """Where the record breaks the rule its own block is the one to go on with."""
        mcache, block, offset = self.mcaches[p], slot_off + ORIGIN, addr_off - slot_off
        shared = slot_id in self.slots
        self.tiny += 1
        self.tiny_shared += shared
        if shared:
            # Its goroutine may have moved to this P, or slept through the flush, before it is told.
            for other in (mcache, *self.mcaches.values(), *self.flushed):
                if self._joins(other, req, block + offset):
                    return
            if self._is_late(block):
                return
            self.wrong["tiny"] += 1
        else:
            self._new_slot(slot_id, slot_off, p)
            if mcache.tiny_fit(req):
                self.late[mcache.tiny] = self.gcs
            elif not offset:
                mcache.tiny_block(block, req)
                return
            if offset:
                self.late[block] = self.gcs
        self._fill(p, slot_off, offset + req)

    def _joins(self, mcache, req, address):
        """Does the object come to lie where the tiny block of `mcache` has room for it?"""
        offset = mcache.tinyoffset
        if mcache.tiny_fit(req) == address:
            return True
        mcache.tinyoffset = offset
        return False

    def _fill(self, p, slot_off, tinyoffset):
        self.mcaches[p].tiny, self.mcaches[p].tinyoffset = slot_off + ORIGIN, tinyoffset

    def _new_slot(self, slot_id, slot_off, p=None):
        """A slot is used anew: it must be the lowest free one; count who was asked for its span.

        p: whose mcache holds the span; None: a large object's, which no mcache ever holds
        """
        span, slot = self._find(slot_off)
        if slot < 0:
            self.wrong["slot"] += 1
            return
        if self._is_late((span, slot)):
            self._occupy(span, slot, slot_id)
            return
        free = ~span.alloc_bits & mask(0, span.nelems)
        passed = lowest(free)
        if passed != slot:
            if lowest(free & free - 1) == slot:
                self.late[span, passed] = self.gcs
                span.alloc_bits |= 1 << passed
            else:
                self.wrong["slot"] += 1
        if p is not None and self.cached.get((p, span.spanclass)) is not span:
            self.cached[p, span.spanclass] = span
            self.refills += 1
            self.grows += span in self.unused
            self.unused.discard(span)
        self._occupy(span, slot, slot_id)

    def _find(self, slot_off):
        """(span, slot) at an offset; slot -1: the record has none there."""
        span = self.page_span.get(slot_off // PAGE_SIZE)
        return span, span.slot_of(slot_off) if span else -1

    def _is_late(self, missing):
        return self.gcs - self.late.pop(missing, -2) <= 1

    def _occupy(self, span, slot, slot_id):
        span.alloc_bits |= 1 << slot
        self.slots[slot_id] = span, slot
