"""How a heap of glibc looks at one moment: its chunks by address, its lists in order."""

from typing import NamedTuple

from memkit.checks import PAGE
from memkit.malloc.glibc.chunks import ALIGN, HEADER, SMALL_END
from memkit.malloc.glibc.inmemory import UNSORTED


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


def tiles(memory, top, kinds):
    """The chunks from the heap's start up to top, or to a header that cannot be."""
    p, pages, number, words = memory.start + -memory.start % ALIGN, memory.words.pages, -1, None
    chunks, new, kind = [], tuple.__new__, kinds.get  # without a call of Python for each
    while p < top != UNSORTED:  # before the first call top is a part of main_arena
        if p >> 12 != number:
            number = p >> 12
            words = memoryview(pages[number]).cast("Q") if number in pages else None
        size = words[(p & PAGE - 1) + 8 >> 3] & ~7 if words else 0
        if size < HEADER or p + size > top:
            break
        chunks.append(new(Chunk, (p, size, kind(p, "used"))))
        p += size
    return chunks


def heap_state(memory):
    """The HeapState of a heap in memory, by a walk from header to header."""
    kinds, lists = {}, []
    for thread, nbytes, chunks in memory.tcaches():
        lists.append((f"tcache {thread}, {nbytes} B", chunks))
        kinds |= dict.fromkeys(chunks, "tcache")
    for nbytes, chunks in memory.fastbins():
        lists.append((f"fastbin, {nbytes} B", chunks))
        kinds |= dict.fromkeys(chunks, "fastbin")
    for index, chunks in memory.bins():
        small = f", {index << 4} B" if index < SMALL_END >> 4 else ""
        lists.append((f"bin {index}{small}" if index > 1 else "unsorted", chunks))
        kinds |= dict.fromkeys(chunks, "unsorted" if index == 1 else "bin")

    top = memory.top()
    chunks = tiles(memory, top, kinds)
    if top != UNSORTED:
        chunks.append(Chunk(top, memory.size(top), "top"))
    chunks += [Chunk(p, memory.size(p), "mapped") for p in sorted(memory.mapped)]
    return HeapState(memory.start, memory.space.brk(), tuple(chunks), tuple(lists))
