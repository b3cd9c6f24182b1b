"""TCMalloc's size classes: made from the rule, not copied from a table.

A request of up to 256 KiB is rounded up to one of 85 sizes; larger ones get whole pages.

class    1..85; 0 stands for whole pages
size     bytes of one object of the class
npages   8 KiB pages of one span of the class (TCMalloc's own page, not the hardware's)
objects  objects cut from one span
batch    objects that move at once between a thread and the central list

Source: gperftools 2.10 src/common.cc (SizeMap::Init, AlignmentForSize, NumMoveSize).
Unlike the real one: one look-up table of 8-byte steps where the real one has two (8 and 128).
"""

from typing import NamedTuple

from memkit.checks import WORD_MASK, whole

PAGE_SHIFT = 13
PAGE_SIZE = 1 << PAGE_SHIFT
MAX_SIZE = 256 << 10  # largest small object
MIN_ALIGN = 16  # of all sizes but the smallest
MAX_BATCH = 32
BATCH_BYTES = 64 << 10  # a batch holds at most this much, and at least 2 objects


class TCSizeClass(NamedTuple):
    """One class. Sizes in bytes."""

    index: int
    size: int
    npages: int
    objects: int
    batch: int

    @property
    def waste(self):
        """Bytes at the end of a span that no object uses."""
        return self.npages * PAGE_SIZE - self.objects * self.size


def alignment_for(size):
    """What a size is a multiple of, and the step to the next one: an eighth of its power of 2."""
    if size > MAX_SIZE:
        return PAGE_SIZE
    if size >= 128:
        return min((1 << size.bit_length() - 1) // 8, PAGE_SIZE)
    return MIN_ALIGN if size >= MIN_ALIGN else 8


def batch_of(size):
    """Objects of this size that move at once."""
    return min(max(BATCH_BYTES // size, 2), MAX_BATCH)


def span_pages(size):
    """Pages of a span: the fewest that waste at most an eighth and hold a quarter of a batch."""
    npages = 1
    while True:
        room = npages * PAGE_SIZE
        if room % size <= room // 8 and room // size >= batch_of(size) // 4:
            return npages
        npages += 1


def generate_classes():
    """All small classes as a list of TCSizeClass, by the rule.

    Sizes rise by their own alignment; a size whose span has as many pages and as many objects as
    the class before it replaces that one: the larger objects cost nothing.
    """
    classes = []
    size = 8
    while size <= MAX_SIZE:
        npages = span_pages(size)
        objects = npages * PAGE_SIZE // size
        if classes and classes[-1][2:4] == (npages, objects):
            # The batch of a class is that of its final size.
            classes.pop()
        classes.append(TCSizeClass(len(classes) + 1, size, npages, objects, batch_of(size)))
        size += alignment_for(size)
    return classes


CLASSES = (TCSizeClass(0, 0, 0, 0, 0), *generate_classes())  # CLASSES[i] is class i
NUM_CLASSES = len(CLASSES)  # class 0 counts: it has a central list too
SIZES = tuple(c.size for c in CLASSES)
BATCH = tuple(c.batch for c in CLASSES)


def _class_table():
    """Class of every small request, at ceil(size / 8); 0 bytes are served as 1."""
    table = [1]
    for c in CLASSES[1:]:
        table += [c.index] * (c.size // 8 + 1 - len(table))
    return bytes(table)


CLASS_OF = _class_table()


def pages_for(nbytes):
    """Whole TCMalloc pages that hold `nbytes`."""
    return -(-nbytes // PAGE_SIZE)


def tc_size_class(n):
    """The TCSizeClass that serves a request of `n` bytes; above 256 KiB class 0, whole pages."""
    n = whole("n", n, 0, WORD_MASK)
    if n <= MAX_SIZE:
        return CLASSES[CLASS_OF[n + 7 >> 3]]
    npages = pages_for(n)
    return TCSizeClass(0, npages * PAGE_SIZE, npages, 1, 0)
