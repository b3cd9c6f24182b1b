"""Recorded runs of real Go, replayed through the model.

pattern   a list of operations (alloc, drop, gc, ...) that real Go was given; see data.patterns()
recorded  what real Go answered: the address of every object, and snapshots of its tiers

A pattern starts from the recorded page heap, with the classes that it uses empty. The collector
of real Go moves pages for its own needs: after it, the next snapshot's page heap is taken over.
"""

from dataclasses import dataclass

from memkit.checks import shown
from memkit.golang.heap import snapshots
from memkit.golang.heap.malloc import ZERO_BASE, GoHeap
from memkit.golang.heap.sizeclass import PAGE_SIZE

BY_SIZE_MAX = 18432  # MemStats.BySize knows no larger class


@dataclass(frozen=True)
class Replay:
    """What the model answered, in the recorded form."""

    addresses: list  # byte offset of each object from the first heap page; -1 = zero-size
    snapshots: list  # one dict for each stat or peek, the first is the start


def replay(pattern, recorded):
    """Run one recorded pattern; raises ValueError where it is none."""
    try:
        ops, shots = pattern["ops"], recorded["snapshots"]
        run = _PatternRun(shots)
        for i, op in enumerate(ops):
            run.do(op, [later["op"] for later in ops[i + 1 :]])
    except Exception as error:  # whatever may be wrong with it
        said = shown(str(error))
        raise ValueError(f"this is no recorded pattern: {type(error).__name__} {said}.") from None
    return Replay(run.addresses, run.snapshots)


class _PatternRun:
    """The state of one replay: the heap, the objects so far, the snapshots so far."""

    def __init__(self, shots):
        self.shots = shots
        self.heap = GoHeap(snapshot=shots[0]["page_heap"])
        self.base = self.heap.mheap.pages.base
        self.addresses = []
        self.live = {}  # object id -> address
        self.snapshots = []
        self.start = self.heap.memstats()
        self.snapshots.append(self._picture("start", flushed=True))

    def do(self, op, later_ops):
        kind = op["op"]
        if kind == "alloc":
            self._alloc(op["id"], [(op["size"], op["kind"])] * op["n"])
        elif kind == "allocs":
            self._alloc(op["id"], op["seq"])
        elif kind == "drop":
            step = op.get("step", 1)
            for name in op.get("ids") or range(op["id"], op["id"] + op["n"] * step, step):
                self.live.pop(name)
        elif kind in ("gc", "freeosmem"):
            self.heap.gc(self.live.values())
            if kind == "freeosmem":
                self.heap.scavenge()
            following = next(
                (later for later in later_ops if later not in ("gc", "freeosmem")), None
            )
            if following in ("stat", "peek"):
                shot = self.shots[len(self.snapshots)]
                self.heap.adopt_pages(shot["page_heap"])
        elif kind in ("stat", "peek"):
            if kind == "stat":
                self.heap.flush()
            self.snapshots.append(self._picture(op["label"], flushed=kind == "stat"))
        else:
            raise ValueError(f"this is no recorded pattern: operation {kind!r} is unknown.")

    def _alloc(self, first, requests):
        for i, (size, kind) in enumerate(requests, first):
            address = self.heap.mallocgc(size, kind == "noscan")
            self.addresses.append(-1 if address == ZERO_BASE else address - self.base)
            self.live[i] = address

    def _picture(self, label, flushed):
        heap = self.heap
        shot = {
            "label": label,
            "mcache_flushed": flushed,
            "page_heap": snapshots.page_heap(heap.mheap, heap.procs[0]),
        }
        if label == "start" and not self.snapshots:
            return shot
        shot["span_classes_since_start"] = self._span_classes(flushed)
        if flushed:
            stats = heap.memstats()
            by_size = stats.pop("BySize")
            shot["by_size_mallocs_frees"] = {
                str(size): list(pair) for size, pair in by_size.items() if size <= BY_SIZE_MAX
            }
            growth = {
                name: stats[name] - self.start[name] for name in stats if name != "HeapReleased"
            }
            shot["memstats_since_start"] = growth
            shot["unmodified_runtime_since_start"] = {
                name: growth[name] for name in ("TotalAlloc", "Mallocs", "HeapAlloc")
            }
        return shot

    def _span_classes(self, flushed):
        """Spans and slots by span class, keyed by its number as text."""
        heap, out = self.heap, {}
        for span in heap.mheap.spans():
            row = out.setdefault(
                span.spanclass,
                dict.fromkeys(("spans", "objects", "pages", "spans_with_free_slots"), 0),
            )
            row["spans"] += 1
            row["objects"] += span.alloc_count
            row["pages"] += span.npages
            row["spans_with_free_slots"] += span.alloc_count < span.nelems
        cached = dict(heap.procs[0].mcache.cached())
        for spanclass, row in out.items():
            partial, full, _, _ = heap.mheap.central[spanclass].sets()
            row["central_partial"], row["central_full"] = len(partial), len(full)
            if spanclass in cached and not flushed:
                span = cached[spanclass]
                row["mcache"] = {
                    "allocCount": span.alloc_count,
                    "freeindex": span.freeindex,
                    "nelems": span.nelems,
                    "page": (span.base - self.base) // PAGE_SIZE,
                }
        return {str(spanclass): row for spanclass, row in sorted(out.items())}
