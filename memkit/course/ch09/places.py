"""Where an address lies: pieces of memory in a bar, and the slots of a span around it.

piece   (start, end, look, name, touched), of addresses
"""

from itertools import pairwise

from memkit import pictures
from memkit.checks import hex
from memkit.golang import PAGE_SIZE
from memkit.pictures.language import FREE, NOTHING, RESERVED, THIRD


def strip(pieces, at=None, scaled=False, caption=""):
    """A bar of pieces of memory (start, end, look, name, touched) with the place of an address."""
    parts, last = [], pieces[0][0]
    for start, end, look, name, touched in pieces:
        if start > last:
            parts.append((start - last if scaled else 0.3, NOTHING, "", False))
        if at is not None and start <= at < end:
            touched = (at - start) / (end - start)
        parts.append((end - start if scaled else 1, look, name, touched))
        last = end
    return pictures.bar(parts, caption=caption)


def around(address, span, place):
    """The slots around an address, and what lies behind the last; beside them the place claimed."""
    pieces = []
    if span:
        base, npages, elemsize, nelems = span
        tail, end = base + nelems * elemsize, base + npages * PAGE_SIZE
        near = min((address - base) // elemsize, nelems)
        for slot in range(max(0, near - 2), min(nelems, near + 3)):
            start = base + slot * elemsize
            pieces.append((start, start + elemsize, FREE, f"slot {slot} {hex(start)}", False))
        if tail < end and near + 3 > nelems:
            cuts = {tail, end, *(edge for edge in (place or ())[:2] if tail < edge < end)}
            pieces += [(a, b, THIRD, f"no slot {hex(a)}", False) for a, b in pairwise(sorted(cuts))]
    else:
        start = address // PAGE_SIZE * PAGE_SIZE
        pieces.append((start, start + PAGE_SIZE, RESERVED, f"no span {hex(start)}", False))
    if place and all(piece[0] != place[0] for piece in pieces):
        pieces.append((*place[:2], FREE, f"{place[2]} {hex(place[0])}", False))
    return sorted(pieces)
