"""A collection, as far as the allocator feels it: mark what lives, then sweep the spans.

live     addresses of the objects that can still be reached
mark     sets the mark bits, makes every span unswept, and empties the mcaches
sweep    for each span the mark bits become the alloc bits; without a mark its pages go back

Source: Go 1.27.3 runtime/mgc.go (gcMarkTermination, gcSweep), runtime/mcache.go (releaseAll),
runtime/mgcmark.go (gcMarkTinyAllocs), runtime/mgcsweep.go (sweepone: span classes ascending, the
full set before the partial one).
Unlike the real one: the marking itself is given, and the program waits while it goes on; then the
mcaches are flushed by the number of their P, where in Go the P that ended the marking is the first
(with two Ps, half of 40 programs by chance found spans in the other order; nothing else differed).
"""

from memkit.checks import instance, plural, shown, whole
from memkit.golang.heap.mcache import EMPTY_SPAN
from memkit.golang.heap.mspan import MSpan


def find_marks(heap, live):
    """{span: mask of live slots}; ValueError names the first address that holds no object."""
    marks = {}
    for address in live:
        span = heap.span_of(address) if isinstance(address, int) else None
        slot = span.slot_of(address) if span else -1
        if slot < 0 or not span.is_allocated(slot):
            at = shown(address)
            raise ValueError(f"live must hold addresses of allocated objects, and {at} is none.")
        marks[span] = marks.get(span, 0) | 1 << slot
    return marks


def check_marks(heap, marks):
    """ValueError unless `marks` is {span of this heap: mask of its slots}."""
    instance("marks", marks, dict)
    for span, mask in marks.items():
        if not isinstance(span, MSpan) or heap.span_of(span.base) is not span:
            raise ValueError(f"marks must have spans of this heap as keys, not {shown(span)}.")
        whole("a mask of marks", mask, 0, (1 << span.nelems) - 1)


def tiny_blocks(procs):
    """The tiny block of each P: more objects may join it, so a collection finds it reachable.

    The flush at that collection's end gives it up: it can die in the next one.
    """
    return [proc.mcache.tiny for proc in procs if proc.mcache.tiny]


def mark(heap, procs, marks):
    """Begin a cycle with these marks: all spans turn unswept, cached ones are swept at once."""
    sweep(heap)  # the cycle before must be finished
    for span in heap.spans():
        span.mark_bits = marks.get(span, 0)
    heap.heap_live = sum(bits.bit_count() * span.elemsize for span, bits in marks.items())
    heap.sweepgen += 2
    heap.counts["gcs"] += 1
    heap.reclaim_index, heap.reclaim_credit = 0, 0
    if heap.trace.on:
        text = "mark: {live} reachable; every span has yet to be swept"
        count = sum(bits.bit_count() for bits in marks.values())
        heap.trace.emit("mark", text, objects=count, live=plural(count, "object"))
    for proc in procs:
        flush(heap, proc)


def sweep(heap):
    """Sweep every span that is still unswept."""
    for central in heap.central:
        _, _, partial, full = central.sets()
        for unswept in (full, partial):
            while unswept:
                heap.sweep_and_file(unswept.popleft())
    heap.reclaim_index = None


def sweep_one(heap):
    """Sweep the next unswept span, in the same order; False where there is none."""
    for central in heap.central:
        _, _, partial, full = central.sets()
        if full or partial:
            heap.sweep_and_file((full or partial).popleft())
            return True
    return False


def flush(heap, proc):
    """Empty a P's mcache into the mcentrals, span classes ascending, and forget its tiny block."""
    mcache = proc.mcache
    held = mcache.cached()
    for spanclass, span in held:
        count_allocated(heap, span)
        mcache.alloc[spanclass] = EMPTY_SPAN
        stale = span.sweepgen == heap.sweepgen + 1  # cached before this cycle began
        span.sweepgen = heap.sweepgen
        if stale:
            heap.sweep_and_file(span)
        else:
            heap.heap_live -= (span.nelems - span.alloc_count) * span.elemsize
            heap.central[spanclass].push_swept(span)
    mcache.tiny = mcache.tinyoffset = 0
    if heap.trace.on:
        text = "P{p}'s mcache is flushed: {held} left for the mcentrals"
        heap.trace.emit("flush", text, p=proc.id, spans=len(held), held=plural(len(held), "span"))


def count_allocated(heap, span):
    """Note the objects that were allocated in `span` while an mcache held it."""
    heap.small_alloc[span.spanclass] += span.alloc_count - span.alloc_count_before_cache
    span.alloc_count_before_cache = span.alloc_count
