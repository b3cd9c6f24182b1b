"""The mspan: a run of pages cut into slots of one size, and the bits that say which are taken.

slot         a place in a span; object: what fills it
freeindex    slots below it are not looked at again before the next sweep
alloc_bits   slots that held a live object at the last sweep
mark_bits    slots found reachable by the collection that goes on
alloc_cache  the free slots of the current group of 64, shifted so that bit 0 is slot freeindex

A slot i is free when i >= freeindex and its alloc bit is 0; the lowest free slot is handed out.
Objects are never freed one by one: a sweep makes the mark bits the new alloc bits.

Source: Go 1.27.3 runtime/mheap.go (mspan), runtime/mbitmap.go (nextFreeIndex), runtime/mgcsweep.go.
Unlike the real one: bitmaps are Python ints, and the cache stops at the span's last slot.
"""

from typing import NamedTuple

from memkit.golang.heap.sizeclass import PAGE_SIZE, SPAN_CLASSES

CACHE_SLOTS = 64


class SpanState(NamedTuple):
    """A span as it was at one moment. Bit i of a mask stands for slot i."""

    base: int
    npages: int
    spanclass: int
    elemsize: int
    nelems: int
    header: int
    freeindex: int
    alloc_count: int
    allocated: (
        int  # slots that cannot be handed out: their alloc bit is set or freeindex passed them
    )
    alloc_bits: int
    marks: int
    sweepgen: int
    needzero: bool
    large_size: int  # requested bytes of a large object, else 0

    @property
    def noscan(self):
        return bool(self.spanclass & 1)

    @property
    def free(self):
        """Slots that can still be handed out."""
        return self.nelems - self.alloc_count


class MSpan:
    """One span in use. `base` is its address, `elemsize` its slot size in bytes."""

    __slots__ = (
        "base",
        "npages",
        "spanclass",
        "elemsize",
        "nelems",
        "header",
        "freeindex",
        "alloc_count",
        "alloc_count_before_cache",
        "alloc_bits",
        "mark_bits",
        "alloc_cache",
        "sweepgen",
        "needzero",
        "large_size",
        "_state",
    )

    def __init__(self, base, npages, spanclass, sweepgen=0, needzero=False, large_size=0):
        shape = SPAN_CLASSES[spanclass]
        self.base = base
        self.npages = npages
        self.spanclass = spanclass
        self.elemsize = shape.elemsize or npages * PAGE_SIZE
        self.nelems = shape.nelems if npages else 0
        self.header = shape.header
        self.freeindex = 0
        self.alloc_count = 0
        self.alloc_count_before_cache = 0
        self.alloc_bits = 0
        self.mark_bits = 0
        self.sweepgen = sweepgen
        self.needzero = needzero
        self.large_size = large_size
        self._state = None
        self.refill_alloc_cache()

    def refill_alloc_cache(self):
        """Load the free slots from freeindex to the end of its group of 64."""
        start = self.freeindex
        count = min(CACHE_SLOTS - start % CACHE_SLOTS, self.nelems - start)
        self.alloc_cache = ~(self.alloc_bits >> start) & ((1 << count) - 1)

    def find_free(self):
        """Load the next group of 64 that has a free slot; False: the span is full."""
        while self.freeindex < self.nelems:
            self.refill_alloc_cache()
            if self.alloc_cache:
                return True
            self.freeindex = min(
                self.freeindex // CACHE_SLOTS * CACHE_SLOTS + CACHE_SLOTS, self.nelems
            )
        return False

    def take(self):
        """Hand out the lowest free slot, whose index is returned. The cache must hold one."""
        nth = (self.alloc_cache & -self.alloc_cache).bit_length()
        self.alloc_cache >>= nth
        self.freeindex += nth
        self.alloc_count += 1
        return self.freeindex - 1

    def slot_of(self, address):
        """The slot that holds `address`, or -1 behind the last slot."""
        slot = (address - self.base) // self.elemsize
        return slot if slot < self.nelems else -1

    def is_allocated(self, slot):
        return slot < self.freeindex or bool(self.alloc_bits >> slot & 1)

    def sweep(self, sweepgen):
        """Take the marked slots for the live ones; returns how many objects were freed."""
        live = self.mark_bits.bit_count()
        freed = self.alloc_count - live
        self.alloc_bits = self.mark_bits
        self.mark_bits = 0
        self.freeindex = 0
        self.alloc_count = live
        self.sweepgen = sweepgen
        if freed:
            self.needzero = True
        self.refill_alloc_cache()
        return freed

    def state(self):
        """The frozen SpanState; the same object as long as nothing changed."""
        old = self._state
        if (
            old is None
            or old[6:8] != (self.freeindex, self.alloc_count)
            or old[9:13]
            != (
                self.alloc_bits,
                self.mark_bits,
                self.sweepgen,
                self.needzero,
            )
        ):
            passed = (1 << self.freeindex) - 1
            self._state = SpanState(
                self.base,
                self.npages,
                self.spanclass,
                self.elemsize,
                self.nelems,
                self.header,
                self.freeindex,
                self.alloc_count,
                self.alloc_bits | passed,
                self.alloc_bits,
                self.mark_bits,
                self.sweepgen,
                self.needzero,
                self.large_size,
            )
        return self._state
