"""What the runtime counts: runtime.MemStats, and what each tier did.

Small objects are counted when their span leaves the mcache: counting costs an allocation nothing.
Tiny objects that share a block add to both Mallocs and Frees: the block is what lives.

Source: Go 1.27.3 runtime/mstats.go (readmemstats_m).
"""

from memkit.golang.heap.sizeclass import PAGE_SIZE, SPAN_CLASSES


def _small_allocated(mheap, procs):
    """Objects ever allocated by span class, those in cached spans included."""
    total = list(mheap.small_alloc)
    for proc in procs:
        for spanclass, span in proc.mcache.cached():
            total[spanclass] += span.alloc_count - span.alloc_count_before_cache
    return total


def memstats(mheap, procs):
    """The fields of runtime.MemStats as a dict; BySize maps slot size -> (mallocs, frees)."""
    allocated = _small_allocated(mheap, procs)
    tiny = sum(proc.mcache.tiny_allocs for proc in procs)
    by_size, total, freed = {}, mheap.large_alloc[1], mheap.large_free[1]
    for shape, scan, noscan in zip(SPAN_CLASSES[3::2], *_pairs(allocated), strict=True):
        by_size[shape.elemsize] = [scan + noscan, 0]
        total += (scan + noscan) * shape.elemsize
    for shape, scan, noscan in zip(SPAN_CLASSES[3::2], *_pairs(mheap.small_free), strict=True):
        by_size[shape.elemsize][1] = scan + noscan
        freed += (scan + noscan) * shape.elemsize
    mallocs = sum(allocated) + mheap.large_alloc[0] + tiny
    frees = sum(mheap.small_free) + mheap.large_free[0] + tiny
    in_use = (mheap.pages_in_use + mheap.other_pages) * PAGE_SIZE
    heap_sys = (mheap.pages.npages - mheap.manual_pages) * PAGE_SIZE
    released = mheap.pages.scavenged.bit_count()
    released += sum(proc.pcache.scavenged.bit_count() for proc in procs)
    return {
        "HeapAlloc": total - freed,
        "TotalAlloc": total,
        "Mallocs": mallocs,
        "Frees": frees,
        "HeapObjects": mallocs - frees,
        "HeapInuse": in_use,
        "HeapSys": heap_sys,
        "HeapIdle": heap_sys - in_use,
        "HeapReleased": released * PAGE_SIZE,
        "NumGC": mheap.counts["gcs"],
        "BySize": {size: tuple(pair) for size, pair in by_size.items() if any(pair)},
    }


def _pairs(by_spanclass):
    return by_spanclass[2::2], by_spanclass[3::2]


def counts(mheap, procs):
    """What each tier did so far, in numbers of events.

    mallocs      requests served (0 bytes aside)
    tiny         of these, those below 16 B without pointers
    tiny_shared  tiny objects that found room in a block that was there
    hits         requests that the mcache served alone
    refills, from_partial, from_sweep, grows       the mcentral: asked; where its span came from
    large, pcache_spans, pcache_fills, heap_grows  the mheap
    spans_made   small spans and large ones
    """
    shared = blocks = 0
    for proc in procs:
        shared += proc.mcache.tiny_allocs
        blocks += proc.mcache.tiny_blocks
    small = sum(_small_allocated(mheap, procs)) + shared
    return {
        "mallocs": small + mheap.counts["large"],
        "tiny": shared + blocks,
        "tiny_shared": shared,
        "hits": small - mheap.counts["refills"],
        "spans_made": sum(mheap.spans_taken),
        **mheap.counts,
    }
