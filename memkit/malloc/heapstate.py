"""How a heap of glibc looks at one moment: its chunks by address, its lists in order."""

from typing import NamedTuple


class Chunk(NamedTuple):
    """One chunk of a picture. kind: used, tcache, fastbin, unsorted, bin, top or mapped."""

    address: int
    size: int
    kind: str


class HeapState(NamedTuple):
    """Frozen. chunks: all of them; lists: pairs of a name and chunk addresses, next one first."""

    start: int
    brk: int
    chunks: tuple
    lists: tuple


def heap_state(heap):
    """The HeapState of a PtMalloc, by a walk from header to header."""
    arena, bins, lists = heap.arena, heap.arena.bins, []
    kinds = {}
    for thread, cache in heap.caches.items():
        for i, stack in enumerate(cache or ()):
            if stack:
                lists.append((f"tcache {thread}, {i << 4} B", tuple(reversed(stack))))
                kinds |= dict.fromkeys(stack, "tcache")
    by_size = {}
    for p in bins.fast_chunks():
        by_size.setdefault(arena.size[p], []).append(p)
        kinds[p] = "fastbin"
    lists += [(f"fastbin, {size} B", tuple(chunks)) for size, chunks in by_size.items()]
    if bins.unsorted:
        lists.append(("unsorted", tuple(bins.unsorted)))
    for i, chunks in enumerate(bins.small):
        if chunks:
            lists.append((f"bin {i}, {i << 4} B", tuple(chunks)))
    for i, (_, chunks) in enumerate(bins.large):
        if chunks:
            lists.append((f"bin {i}", tuple(chunks)))
    kinds |= dict.fromkeys(bins.unsorted, "unsorted")

    chunks, p = [], heap.start + -heap.start % 16
    while p < arena.top:
        size = arena.size.get(p, 0)
        if size < 16 or p + size > arena.top:  # a header was overwritten: the walk ends here
            break
        free = "bin" if p + size in arena.prev_size else "used"
        chunks.append(Chunk(p, size, kinds.get(p, free)))
        p += size
    if arena.top:
        chunks.append(Chunk(arena.top, arena.top_size, "top"))
    chunks += [Chunk(p, arena.size[p], "mapped") for p in sorted(arena.mapped.before)]
    return HeapState(heap.start, heap.space.brk(), tuple(chunks), tuple(lists))
