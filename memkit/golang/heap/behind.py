"""What the runtime itself writes into the heap's pages, so that they fault though no program asked.

made    a new span: its end holds the collector's mark bits, and the bitmap of pointers; both are
        cleared. That is why the first object of a fresh 8 KiB span costs two page faults
taken   a slot: recycled memory is cleared, a header is written in front, a tiny block is cleared
marked  the mark bits again, and every live object with pointers is read

Source: Go 1.27.3 runtime/mheap.go (initSpan), runtime/mbitmap.go (initHeapBits), runtime/malloc.go
(mallocgcTiny, memclrNoHeapPointers), runtime/mgcmark.go (scanobject).
Unlike the real one: its own structures outside the heap (mspans, arena tables, work buffers) take
no memory here.
"""

from memkit.checks import hex, size
from memkit.golang.heap.sizeclass import HEADER_SIZE, PAGE_SIZE, TINY_SIZE, span_reserve


def made(space, span):
    reserve = _reserve(span)
    if reserve and space.trace.on:
        address = span.base + span.npages * PAGE_SIZE - reserve
        text = "the runtime clears the collector's bits at the end of the span: {what} at {at}"
        space.trace.emit(
            "mark bits", text, address=address, base=span.base, at=hex(address), what=size(reserve)
        )
    _touch_end(space, span, reserve)


def _touch_end(space, span, reserve):
    if reserve:
        space.touch_range(span.base + span.npages * PAGE_SIZE - reserve, reserve)


def _reserve(span):
    if span.spanclass < 2:
        return 0
    return span_reserve(span.elemsize, span.npages, bool(span.spanclass & 1))


def taken(space, span, address, nbytes):
    """`address` is the user's; a large object that is not recycled is left alone."""
    if span.needzero:
        space.touch_range(address - span.header, span.elemsize)
    elif span.header:
        space.touch_range(address - HEADER_SIZE, HEADER_SIZE)
    elif span.elemsize == TINY_SIZE and span.spanclass & 1 and nbytes < TINY_SIZE:
        space.touch_range(address, TINY_SIZE)
    if not span.spanclass & 1 and span.spanclass > 1 and not span.header:
        _touch_end(space, span, _reserve(span))  # which of its words are pointers


def marked(space, marks):
    """marks: {span: mask of live slots}."""
    for span, mask in marks.items():
        _touch_end(space, span, _reserve(span))
        if span.spanclass & 1:
            continue
        nbytes = min(span.elemsize, span.npages * PAGE_SIZE)
        while mask:
            slot = (mask & -mask).bit_length() - 1
            space.touch_range(span.base + slot * span.elemsize, nbytes, write=False)
            mask &= mask - 1
