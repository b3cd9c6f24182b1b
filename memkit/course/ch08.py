"""The tasks of chapter 08: slots for requests, and what is lost on the way.

Each function below with a leading underscore is right; the others are known wrong ideas.
"""

from .task import Task

PAGE_SIZE = 8192


def _slot_size(size, classes):
    return next((slot for slot in classes if slot >= size), None)


def power_of_two(size, classes):
    """rounding up to a power of two. Go's classes are no powers of two: take a slot from the
    list."""
    return 1 << (size - 1).bit_length()


def multiple_of_eight(size, classes):
    """rounding up to a multiple of 8. Only the sizes in the list exist: look for {size} there."""
    return -(-size // 8) * 8


def strictly_larger(size, classes):
    """taking a slot larger than the request. A slot of exactly {size} bytes would hold it: >=,
    not >."""
    return next((slot for slot in classes if slot > size), None)


def nearest_class(size, classes):
    """taking the nearest class. A slot may be larger than its request of {size} bytes, never
    smaller."""
    return min(classes, key=lambda slot: (abs(slot - size), slot))


def largest_for_too_large(size, classes):
    """the largest class for everything beyond it. {size} bytes do not fit there: the answer is
    None."""
    return _slot_size(size, classes) or classes[-1]


def _request(random):
    classes = sorted(random.sample(range(8, 1025, 8), random.randint(1, 9)))
    edge = random.choice(classes) + random.choice((-1, 0, 1))
    return random.choice((edge, random.randint(1, classes[-1] + 16))), classes


slot_size = Task(
    "ch08",
    "the slot for a request",
    _slot_size,
    _request,
    edges=((33, [8, 16, 24, 48]), (48, [8, 16, 24, 48]), (49, [8, 16, 48]), (17, [16, 48])),
    wrong=(power_of_two, multiple_of_eight, strictly_larger, nearest_class, largest_for_too_large),
)


def _batch_waste(size, count, elemsize, npages):
    spans = -(-count // (npages * PAGE_SIZE // elemsize))
    return spans * npages * PAGE_SIZE - count * size


def rounding_only(size, count, elemsize, npages):
    """counting what is lost inside the slots only. The span's tail and its empty slots are
    taken too."""
    return count * (elemsize - size)


def without_empty_slots(size, count, elemsize, npages):
    """forgetting the slots of the last span that stay empty: the whole span has left the page
    heap."""
    spans = -(-count // (npages * PAGE_SIZE // elemsize))
    return spans * (npages * PAGE_SIZE % elemsize) + count * (elemsize - size)


def spans_without_tail(size, count, elemsize, npages):
    """packing the slots over the end of a span. No object lies in two spans: each span has its
    tail."""
    spans = -(-count * elemsize // (npages * PAGE_SIZE))
    return spans * npages * PAGE_SIZE - count * size


def slots_lost_only(size, count, elemsize, npages):
    """counting from the slots' size. The object uses {size} of its {elemsize} bytes, the rest
    is lost."""
    return _batch_waste(elemsize, count, elemsize, npages)


def _batch(random):
    npages = random.randint(1, 4)
    elemsize = random.randrange(8, npages * PAGE_SIZE // 2, 8)
    nelems = npages * PAGE_SIZE // elemsize
    count = random.choice((1, nelems, nelems + 1, random.randint(1, 3 * nelems)))
    return elemsize - random.randrange(min(elemsize, 64)), count, elemsize, npages


batch_waste = Task(
    "ch08",
    "the waste of a batch",
    _batch_waste,
    _batch,
    edges=(
        (5, 1, 8, 1),
        (33, 170, 48, 1),
        (33, 171, 48, 1),
        (1300, 7, 1408, 2),
        (3000, 5, 3072, 1),
    ),
    wrong=(rounding_only, without_empty_slots, spans_without_tail, slots_lost_only),
)


def _slots(elemsize, npages, noscan, minor):
    room = npages * PAGE_SIZE
    if minor >= 22 and not noscan and elemsize <= 512:
        room -= npages * PAGE_SIZE // 64
    if minor >= 26 and 16 <= elemsize <= 512:
        room -= 128
    return room // elemsize


def span_by_size(elemsize, npages, noscan, minor):
    """the span divided by the size. That was right up to Go 1.21; since then bitmaps take some
    room."""
    return npages * PAGE_SIZE // elemsize


def bitmap_for_all(elemsize, npages, noscan, minor):
    """a pointer bitmap in every span. Where no object holds a pointer, nobody needs to find
    them."""
    return _slots(elemsize, npages, False, minor)


def marks_for_all(elemsize, npages, noscan, minor):
    """the 128 bytes of mark bits in every span. They are set aside for slots of 16 to 512
    bytes only."""
    room = npages * PAGE_SIZE
    if minor >= 22 and not noscan and elemsize <= 512:
        room -= npages * PAGE_SIZE // 64
    return (room - 128 * (minor >= 26)) // elemsize


def bitmap_of_one_page(elemsize, npages, noscan, minor):
    """a pointer bitmap of 128 bytes always. It has a bit for every word of the span: {npages}
    pages."""
    room = npages * PAGE_SIZE
    if minor >= 22 and not noscan and elemsize <= 512:
        room -= 128
    if minor >= 26 and 16 <= elemsize <= 512:
        room -= 128
    return room // elemsize


def marks_too_early(elemsize, npages, noscan, minor):
    """the mark bits since Go 1.22. Those 128 bytes came with the new collector, in Go 1.26."""
    return _slots(elemsize, npages, noscan, 26 if minor >= 22 else minor)


def _span(random):
    elemsize = random.choice((8, 16, 512, 520, random.randrange(8, 1025, 8)))
    return elemsize, random.randint(1, 4), random.random() < 0.5, random.randint(19, 27)


slots = Task(
    "ch08",
    "the slots of a span",
    _slots,
    _span,
    edges=(
        (64, 1, False, 27),
        (64, 1, True, 27),
        (64, 1, True, 25),
        (8, 1, True, 26),
        (8, 1, False, 26),
        (512, 1, True, 26),
        (64, 1, False, 21),
        (64, 3, False, 22),
        (576, 1, True, 26),
    ),
    wrong=(span_by_size, bitmap_for_all, marks_for_all, bitmap_of_one_page, marks_too_early),
)


def _alignment(size):
    return 8 if size % 8 == 0 else 4 if size % 4 == 0 else 2 if size % 2 == 0 else 1


def _place_tiny(sizes, block):
    return _place(sizes, block, _alignment, replaces=lambda size, end: size < end)


def _place(sizes, block, alignment, replaces):
    places, current, end, made = [], None, 0, 0
    for size in sizes:
        offset = -(-end // alignment(size)) * alignment(size)
        if current is not None and offset + size <= block:
            places.append((current, offset))
            end = offset + size
            continue
        places.append((made, 0))
        if current is None or replaces(size, end):
            current, end = made, size
        made += 1
    return places


def packed(sizes, block):
    """packing byte by byte. An object must start at a multiple of 8, 4 or 2 if its size is one."""
    return _place(sizes, block, lambda size: 1, lambda size, end: size < end)


def always_eight(sizes, block):
    """starting every object at a multiple of 8. An object whose size is odd may start at any
    byte."""
    return _place(sizes, block, lambda size: 8, lambda size, end: size < end)


def always_replaced(sizes, block):
    """going on in the newest block, always. The old block stays where it has at least as much
    room."""
    return _place(sizes, block, _alignment, lambda size, end: True)


def never_replaced(sizes, block):
    """staying with the first block for ever. The new block takes over where it has more room
    left."""
    return _place(sizes, block, _alignment, lambda size, end: False)


def first_fit(sizes, block):
    """searching all the blocks. The allocator remembers one block only, and its offset."""
    ends, places = [], []
    for size in sizes:
        offsets = [-(-end // _alignment(size)) * _alignment(size) for end in ends]
        fits = [i for i, offset in enumerate(offsets) if offset + size <= block]
        if not fits:
            ends.append(0)
        at, offset = (fits[0], offsets[fits[0]]) if fits else (len(ends) - 1, 0)
        places.append((at, offset))
        ends[at] = offset + size
    return places


def _tiny_requests(random):
    block = random.choice((16, 16, 32, 64))
    return [random.randint(1, block - 1) for _ in range(random.randint(1, 10))], block


place_tiny = Task(
    "ch08",
    "tiny objects share a block",
    _place_tiny,
    _tiny_requests,
    edges=(
        ([1, 8], 16),
        ([1, 2, 4], 16),
        ([3, 1], 16),
        ([4, 15, 1], 16),
        ([12, 9, 1], 16),
        ([12, 9, 8, 3], 16),
        ([12, 5, 4, 8], 16),
    ),
    wrong=(packed, always_eight, always_replaced, never_replaced, first_fit),
)
