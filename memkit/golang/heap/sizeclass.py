"""Size classes of the Go allocator: made from the rule, not copied from the table.

A request is rounded up to one of 67 slot sizes; a span, a run of pages, is cut into slots of one.

size class   1..67; 0 stands for large objects, which get a span of their own
spanclass    2 * size class + noscan: objects with and without pointers never share a span
elemsize     bytes of one slot
npages       8 KiB pages of one span
nelems       slots a span really has: its end may hold bitmaps for the collector
header       8 where each slot begins with a type pointer (objects with pointers above 512 B)

Source: Go 1.27.3, linux/amd64: runtime/_mkmalloc/mksizeclasses.go (the rule), runtime/malloc.go
(limits), runtime/mheap.go initSpan and runtime/mgcmark_greenteagc.go (what a span's end holds).
Unlike the real one: one look-up table of 8-byte steps where Go has two (8 and 128), same answers.
"""

from typing import NamedTuple

from memkit.checks import WORD_MASK, flag, whole

PAGE_SIZE = 8192
MAX_SMALL_SIZE = 32768  # largest slot
HEADER_SIZE = 8
MAX_SMALL_REQUEST = MAX_SMALL_SIZE - HEADER_SIZE  # a larger request is a large object
BITMAP_MAX = 512  # up to here pointers are marked in a bitmap at the span's end, above by a header
TINY_SIZE = 16  # pointer-free requests below this share 16-byte blocks


class SizeClass(NamedTuple):
    """How one request is served. Sizes in bytes."""

    index: int
    elemsize: int
    npages: int
    nelems: int
    header: int

    @property
    def waste(self):
        """Bytes at the end of the span that no slot uses (bitmaps included)."""
        return self.npages * PAGE_SIZE - self.nelems * self.elemsize


def size_step(size):
    """Distance to the next candidate once `size`, a power of two, is reached; None = as before."""
    if size >= 2048:
        return 256
    if size >= 128:
        return size // 8
    if size >= 32:
        return 16
    return None


def generate_classes():
    """All small classes as [(elemsize, npages)], by the generating rule.

    1. Candidates rise from 8 to 32768 by a step that grows at powers of two.
    2. A span gets the fewest pages that leave at most an eighth of it over.
    3. Where a larger size gives as many slots in as many pages, the smaller class is dropped.
    4. A class then grows as far as it can (in 128s) without losing a slot.
    """
    classes = []
    step, size = 8, 8
    while size <= MAX_SMALL_SIZE:
        if size & (size - 1) == 0:
            step = size_step(size) or step
        span = PAGE_SIZE
        while span % size > span // 8:
            span += PAGE_SIZE
        same = classes and classes[-1][1] == span and span // classes[-1][0] == span // size
        if same:
            classes.pop()
        classes.append((size, span))
        size += step
    grown = ((max(size, span // (span // size) // 128 * 128), span) for size, span in classes)
    return [(size, span // PAGE_SIZE) for size, span in grown]


def span_reserve(elemsize, npages, noscan):
    """Bytes at a span's end that hold bitmaps instead of slots (Go 1.26 and later)."""
    reserve = 0
    if TINY_SIZE <= elemsize <= BITMAP_MAX:
        reserve += 128  # the collector's inline mark bits
    if not noscan and elemsize <= BITMAP_MAX:
        reserve += npages * PAGE_SIZE // 64  # one bit a word: is it a pointer?
    return reserve


def _span_of(index, elemsize, npages, noscan):
    room = npages * PAGE_SIZE - span_reserve(elemsize, npages, noscan)
    header = HEADER_SIZE if not noscan and elemsize > BITMAP_MAX else 0
    return SizeClass(index, elemsize, npages, room // elemsize, header)


_TABLE = generate_classes()
# What a span of each span class looks like. 0 and 1 are the large ones and have no fixed shape.
SPAN_CLASSES = (SizeClass(0, 0, 0, 1, 0),) * 2 + tuple(
    _span_of(i, size, npages, noscan)
    for i, (size, npages) in enumerate(_TABLE, 1)
    for noscan in (False, True)
)
CLASSES = SPAN_CLASSES[3::2]  # the 67 small classes, as pointer-free objects see them
NUM_SPAN_CLASSES = len(SPAN_CLASSES)


def _smallest_class(nbytes):
    return next(i for i, (size, _) in enumerate(_TABLE, 1) if size >= nbytes)


def _spanclass_table():
    """Span class of every small request, at 2 * ceil(size / 8) + noscan."""
    table = [0, 1]
    for size in range(8, MAX_SMALL_SIZE + 1, 8):
        header = HEADER_SIZE if size > BITMAP_MAX and size <= MAX_SMALL_REQUEST else 0
        table += [2 * _smallest_class(size + header), 2 * _smallest_class(size) + 1]
    return table


SPAN_CLASS_OF = _spanclass_table()
TINY_SPAN_CLASS = 2 * _smallest_class(TINY_SIZE) + 1


def size_class(size, noscan=True):
    """The SizeClass that serves a request of `size` bytes; `noscan` = it holds no pointers.

    A request of 0 bytes needs no memory: SizeClass(0, 0, 0, 0, 0). Above 32760 bytes the object is
    large: index 0, one slot as long as its pages. Raises ValueError for a size that is none.
    """
    size, noscan = whole("size", size, 0, WORD_MASK), flag("noscan", noscan)
    if size == 0:
        return SizeClass(0, 0, 0, 0, 0)
    if size > MAX_SMALL_REQUEST:
        npages = -(-size // PAGE_SIZE)
        return SizeClass(0, npages * PAGE_SIZE, npages, 1, 0)
    if noscan and size < TINY_SIZE:
        return SPAN_CLASSES[TINY_SPAN_CLASS]
    return SPAN_CLASSES[SPAN_CLASS_OF[(size + 7) // 8 * 2 + noscan]]
