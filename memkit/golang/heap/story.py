"""The sentences of one request: what mallocgc was asked, and where the object came to lie."""

from memkit.checks import hex, plural, size
from memkit.golang.heap.sizeclass import TINY_SIZE, size_class


def tell_zero(trace, address):
    text = "mallocgc: 0 B need no memory; all such objects share the address {at}"
    trace.emit("zero", text, size=0, address=address, at=hex(address))


def tell_request(trace, nbytes, noscan, p):
    shape = size_class(nbytes, noscan)
    way = "class {index}, span class {spanclass}, a slot of {slot}"
    if shape.index == 0:
        way = "above 32,760 B, so a large object of {pages}"
    elif noscan and nbytes < TINY_SIZE:
        way = "below 16 B, so the tiny allocator"
    trace.emit(
        "mallocgc",
        "mallocgc on P{p}: {what} {kind}: " + way,
        size=nbytes,
        noscan=bool(noscan),
        p=p,
        spanclass=2 * shape.index + bool(noscan),
        elemsize=shape.elemsize,
        index=shape.index,
        pages=plural(shape.npages, "page"),
        what=size(nbytes),
        slot=size(shape.elemsize),
        kind="without pointers" if noscan else "with pointers",
    )


def tell_tiny(trace, address, nbytes, p):
    text = "{size} B fit into the tiny block at {at}, from byte {offset} on: no new slot"
    offset = address % TINY_SIZE
    at = hex(address - offset)
    trace.emit("tiny", text, address=address, offset=offset, size=nbytes, p=p, at=at)


def tell_slot(trace, span, address, nbytes, p):
    trace.emit(
        "slot",
        "slot {slot} of the span at {base_at} is the lowest free one: the object is at {at}",
        address=address,
        slot=span.freeindex - 1,
        base=span.base,
        spanclass=span.spanclass,
        size=nbytes,
        p=p,
        at=hex(address),
        base_at=hex(span.base),
    )


def tell_large(trace, span, p):
    trace.emit(
        "large",
        "large object of {what} at {at}: it has a span of {pages} for itself",
        address=span.base,
        size=span.large_size,
        npages=span.npages,
        base=span.base,
        p=p,
        what=size(span.large_size),
        pages=plural(span.npages, "page"),
        at=hex(span.base),
    )
