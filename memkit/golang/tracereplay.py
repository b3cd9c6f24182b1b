"""A recorded Go program, replayed: each request through the model, each fact against the record.

ev     0 existed before, 1 allocated, 2 slot freed by a sweep, 3 mark phase begins, 4 ends
slot   id of one use of a slot, from the first object in it until its free; tiny objects share one
req    requested bytes; spanclass: 2 * size class + noscan

The model starts as a cold process, so it makes the spans that the real one had already. In these
records the background sweeper was through before the program went on; so it is here.
"""

from dataclasses import dataclass
from functools import cached_property
from os import PathLike
from zipfile import BadZipFile

import numpy as np

from memkit.golang.malloc import GoHeap
from memkit.golang.mcache import MCache
from memkit.golang.mspan import MSpan
from memkit.golang.sizeclass import PAGE_SIZE, TINY_SIZE, size_class

NEEDED = (
    "seq ev slot req spanclass slot_off addr_off span_seq span_ev span_page span_npages span_class"
)
EXISTED, ALLOCATED, FREED, MARK_BEGINS, MARK_ENDS = range(5)  # ev
_, SPAN_TAKEN, SPAN_FREED = range(3)  # span_ev


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
    try:
        arrays = {name: np.asarray(trace[name]) for name in NEEDED.split()}
    except (KeyError, TypeError, IndexError, ValueError):
        raise ValueError(
            f"this is no trace: it must have the arrays {', '.join(NEEDED.split())}."
        ) from None
    for names in (NEEDED.split()[:7], NEEDED.split()[7:]):
        if len({arrays[name].shape for name in names}) > 1 or arrays[names[0]].ndim != 1:
            raise ValueError(f"this is no trace: {', '.join(names)} must be arrays of one length.")
    if any(array.dtype.kind not in "iu" for array in arrays.values()):
        raise ValueError("this is no trace: its arrays must hold whole numbers.")
    return arrays


def _read(path):
    try:
        with np.load(path) as arrays:
            return dict(arrays)
    except (OSError, ValueError, TypeError, EOFError, BadZipFile, AttributeError):
        raise ValueError(f"this is no trace: {path!r} cannot be read as a .npz file.") from None


def replay_trace(trace, tower=None):
    """Run a recorded program's requests and collections through a cold GoHeap -> TraceReplay.

    trace  a mapping of name -> array, as data.trace gives it, or the path of a .npz file
    tower  a Tower that has not been used: then every object is written to, and faults
    """
    trace = checked_trace(trace)
    ev, slot = trace["ev"], trace["slot"]
    allocs = np.flatnonzero(ev == ALLOCATED)
    if len(allocs) and int(trace["req"][allocs].min()) < 0:
        raise ValueError("this is no trace: an allocation asks for less than 0 bytes.")
    sizes = trace["req"][allocs].tolist()
    noscan = ((trace["spanclass"][allocs] & 1) == 1).tolist()
    heap, addresses = GoHeap() if tower is None else tower.heap, []
    new = heap.mallocgc if tower is None else tower.new
    done = 0
    for begins, ends, next_begins in _cycles(ev):
        upto = int(np.searchsorted(allocs, ends))
        addresses += map(new, sizes[done:upto], noscan[done:upto])
        done = upto
        # What is freed before the next cycle begins was dead at this one's mark.
        freed = slot[ends:next_begins][ev[ends:next_begins] == FREED]
        gone = slot[:begins][ev[:begins] == FREED]
        dead = np.isin(slot[allocs[:upto]], np.concatenate([freed, gone]))
        heap.gc(np.asarray(addresses)[~dead].tolist())
    addresses += map(new, sizes[done:], noscan[done:])
    return TraceReplay(trace, heap, heap.snapshot().counts)


def _cycles(ev):
    """(mark begins, mark ends, next mark begins) of each collection, as row numbers."""
    begins, ends = np.flatnonzero(ev == MARK_BEGINS), np.flatnonzero(ev == MARK_ENDS)
    for i, end in enumerate(ends):
        after = begins[begins > end]
        begin = begins[i] if i < len(begins) else end
        yield int(begin), int(end), int(after[0]) if len(after) else len(ev)


def follow(trace):
    """The recorded run itself, seen as tiers: counts of what really happened, and rules broken."""
    rows = zip(*(trace[n].tolist() for n in NEEDED.split()[:7]), strict=True)
    span_rows = list(zip(*(trace[n].tolist() for n in NEEDED.split()[7:]), strict=True))
    span_rows.reverse()
    run = _Follower()
    for row in rows:
        while span_rows and span_rows[-1][0] < row[0]:
            run.span_event(*span_rows.pop()[1:])
        run.object_event(*row[1:])
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

    def __init__(self):
        self.page_span = {}
        self.unused = set()  # spans taken since the start and not yet used
        self.spans_taken = {}
        self.cached = {}  # span class -> the span that the mcache holds, as its use shows
        self.slots = {}  # slot id -> (span, slot) while it is in use
        self.mcache = MCache()  # for the tiny block
        self.mallocs = self.refills = self.grows = self.large = self.gcs = 0
        self.wrong = {"class": 0, "slot": 0, "tiny": 0}

    @property
    def tiny(self):
        return self.mcache.tiny_allocs + self.mcache.tiny_blocks

    @property
    def tiny_shared(self):
        return self.mcache.tiny_allocs

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

    def object_event(self, ev, slot_id, req, spanclass, slot_off, addr_off):
        if ev == FREED:
            span, slot = self.slots.pop(slot_id)
            span.alloc_bits &= ~(1 << slot)
        elif ev == EXISTED:
            span = self.page_span[slot_off // PAGE_SIZE]
            self._occupy(span, span.slot_of(slot_off), slot_id)
        elif ev == ALLOCATED:
            self.mallocs += 1
            shape = size_class(req, noscan=bool(spanclass & 1))
            if 2 * shape.index + (spanclass & 1) != spanclass:
                self.wrong["class"] += 1
            if spanclass < 2:
                self.large += 1
                self._new_slot(slot_id, slot_off, cached=False)
            elif spanclass & 1 and req < TINY_SIZE:
                self._tiny(slot_id, req, slot_off, addr_off)
            else:
                self._new_slot(slot_id, slot_off)
                self.wrong["slot"] += addr_off - slot_off != shape.header
        elif ev == MARK_ENDS:
            self.gcs += 1
            self.cached.clear()
            self.mcache.tiny = self.mcache.tinyoffset = 0

    def _tiny(self, slot_id, req, slot_off, addr_off):
        expected = self.mcache.tiny_fit(req)
        if not expected:
            expected = slot_off
            self._new_slot(slot_id, slot_off)
            self.mcache.tiny_block(slot_off, req)
        self.wrong["tiny"] += addr_off != expected

    def _new_slot(self, slot_id, slot_off, cached=True):
        """A slot is used anew: it must be the lowest free one; count who was asked for its span."""
        span = self.page_span[slot_off // PAGE_SIZE]
        slot = span.slot_of(slot_off)
        span.refill_alloc_cache()
        self.wrong["slot"] += not (span.find_free() and span.take() == slot)
        span.freeindex = 0
        if cached and self.cached.get(span.spanclass) is not span:
            self.cached[span.spanclass] = span
            self.refills += 1
            self.grows += span in self.unused
            self.unused.discard(span)
        self._occupy(span, slot, slot_id)

    def _occupy(self, span, slot, slot_id):
        span.alloc_bits |= 1 << slot
        self.slots[slot_id] = span, slot
