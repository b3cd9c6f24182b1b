"""The tasks of chapter 09: which slot, which span, which tier, which page.

Each function below with a leading underscore is right; the others are known wrong ideas.
"""

from .task import Task

PAGE_SIZE = 8192
HEAP = 0xC000000000


def _next_slots(alloc_bits, marks, freeindex, count):
    return [slot for slot, mark in enumerate(marks) if mark == "0"][:count]


def before_the_sweep(alloc_bits, marks, freeindex, count):
    """the slots that were free before the sweep. Sweeping turns the mark bits into the alloc
    bits."""
    free = [i for i, bit in enumerate(alloc_bits) if bit == "0" and i >= freeindex]
    return free[:count]


def from_freeindex(alloc_bits, marks, freeindex, count):
    """going on at the old freeindex, {freeindex}. A sweep sets it back to 0."""
    return [slot for slot in range(freeindex, len(marks)) if marks[slot] == "0"][:count]


def from_the_top(alloc_bits, marks, freeindex, count):
    """taking the highest free slot first. Objects fill a span from slot 0 upward."""
    return _next_slots(alloc_bits, marks, freeindex, len(marks))[::-1][:count]


def _swept_span(random):
    nelems = random.randint(1, 14)
    alloc_bits = [random.choice("01") for _ in range(nelems)]
    freeindex = random.randint(1, nelems)
    used = [i for i in range(nelems) if i < freeindex or alloc_bits[i] == "1"]
    alive = random.sample(used, random.randint(1, len(used)))
    marks = "".join("1" if i in alive else "0" for i in range(nelems))
    return "".join(alloc_bits), marks, freeindex, random.randint(1, nelems)


next_slots = Task(
    "ch09",
    "the slots after a sweep",
    _next_slots,
    _swept_span,
    edges=(
        ("0000", "0100", 3, 1),
        ("0000", "0100", 3, 3),
        ("0010", "1010", 2, 2),
        ("1111", "1111", 4, 1),
        ("0000", "0010", 3, 4),
    ),
    wrong=(before_the_sweep, from_freeindex, from_the_top),
)


def _owner(address, spans):
    for index, (base, _npages, elemsize, nelems) in enumerate(spans):
        if base <= address < base + elemsize * nelems:
            return index, (address - base) // elemsize
    return None


def slots_of_the_tail(address, spans):
    """counting slots in the tail of the span too. A span has nelems slots; the rest of
    it is lost, or holds its bitmaps."""
    for index, (base, npages, elemsize, _nelems) in enumerate(spans):
        if base <= address < base + npages * PAGE_SIZE:
            return index, (address - base) // elemsize
    return None


def first_byte_only(address, spans):
    """finding an object by its first byte only. Go's pointers may point into the middle of one."""
    found = _owner(address, spans)
    if found and (address - spans[found[0]][0]) % spans[found[0]][2]:
        return None
    return found


def offset_in_page(address, spans):
    """counting from the start of the page. Slots are counted from the base of the span."""
    found = _owner(address, spans)
    return found and (found[0], address % PAGE_SIZE // spans[found[0]][2])


def _address(random):
    spans, page = [], random.randint(0, 3)
    for _ in range(random.randint(1, 3)):
        npages = random.randint(1, 3)
        elemsize = random.choice(
            (48, 80, 416, 1408, random.randrange(8, npages * PAGE_SIZE + 1, 8))
        )
        room = npages * PAGE_SIZE - (128 if elemsize <= 512 else 0)
        spans.append((HEAP + page * PAGE_SIZE, npages, elemsize, room // elemsize))
        page += npages + random.choice((0, 0, 1, 2))
    base, npages, elemsize, nelems = random.choice(spans)
    slot = base + random.randrange(nelems) * elemsize
    end = base + npages * PAGE_SIZE
    address = random.choice(
        (slot, slot + random.randrange(elemsize), end - 1, end, random.randrange(base, end + 9999))
    )
    return address, spans


owner = Task(
    "ch09",
    "whose address is this?",
    _owner,
    _address,
    edges=(
        (HEAP + 112, [(HEAP, 1, 48, 168)]),
        (HEAP + 8191, [(HEAP, 1, 48, 168)]),
        (HEAP + 8192, [(HEAP, 1, 48, 168)]),
        (HEAP + 8192, [(HEAP, 2, 1408, 11)]),
        (HEAP, [(HEAP + 8192, 1, 48, 168)]),
    ),
    wrong=(slots_of_the_tail, first_byte_only, offset_in_page),
)


def _refill(partial_swept, partial_unswept, full_swept, full_unswept, budget):
    if partial_swept:
        return "partial swept", 0
    if partial_unswept:
        return "partial unswept", 1
    for swept, free in enumerate(full_unswept[:budget], start=1):
        if free:
            return "full unswept", swept
    return "grow", min(budget, len(full_unswept))


def never_sweeps(partial_swept, partial_unswept, full_swept, full_unswept, budget):
    """growing as soon as no swept span has a free slot. Spans that wait for their sweep come
    first."""
    return ("partial swept", 0) if partial_swept else ("grow", 0)


def first_full_one(partial_swept, partial_unswept, full_swept, full_unswept, budget):
    """taking the first full unswept span as it is. If all its objects live, the sweep frees
    nothing."""
    if full_unswept and not partial_swept and not partial_unswept:
        return "full unswept", 1
    return _refill(partial_swept, partial_unswept, full_swept, full_unswept, budget)


def without_budget(partial_swept, partial_unswept, full_swept, full_unswept, budget):
    """sweeping for as long as it takes. Once the budget of {budget} is spent, a new span is the
    quicker way."""
    return _refill(partial_swept, partial_unswept, full_swept, full_unswept, len(full_unswept))


def sweeps_all(partial_swept, partial_unswept, full_swept, full_unswept, budget):
    """sweeping everything first. Sweeping is lazy: it ends with the first span that has a free
    slot."""
    source, _ = _refill(partial_swept, partial_unswept, full_swept, full_unswept, budget)
    return source, min(budget, len(partial_unswept) + len(full_unswept))


def full_ones_first(partial_swept, partial_unswept, full_swept, full_unswept, budget):
    """sweeping the full spans first. A partial span is sure to have a free slot, a full one is
    not."""
    found = _refill(partial_swept, [], full_swept, full_unswept, budget)
    if found[0] == "grow" and partial_unswept:
        return "partial unswept", found[1] + 1
    return found


def _four_sets(random):
    def some(lowest, longest):
        return [random.randint(lowest, 3) for _ in range(random.randint(0, longest))]

    partial_swept = some(1, 2) if random.random() < 0.3 else []
    partial_unswept = some(1, 2) if random.random() < 0.4 else []
    full_unswept = [free * random.randint(0, 1) * random.randint(0, 1) for free in some(0, 7)]
    return (
        partial_swept,
        partial_unswept,
        [0] * random.randint(0, 3),
        full_unswept,
        (random.randint(1, 6)),
    )


refill = Task(
    "ch09",
    "the refill",
    _refill,
    _four_sets,
    edges=(
        ([2], [], [], [], 3),
        ([], [1], [], [3], 3),
        ([], [1], [], [0], 3),
        ([], [], [], [0, 2], 3),
        ([], [], [0], [0, 0, 1], 2),
        ([], [], [0], [], 2),
    ),
    wrong=(never_sweeps, first_full_one, without_budget, sweeps_all, full_ones_first),
)

BLOCK = 8  # pages in the block that a page cache takes, aligned to as many; 64 in Go
LIMIT = 4  # spans of fewer pages use the page cache; 16 in Go


def _first_fit(pages, npages):
    return next((at for at in sorted(pages) if pages.issuperset(range(at, at + npages))), None)


def _free_pages(free):
    return {page for page, bit in enumerate(free) if bit == "1"}


def _take(free, cache, npages, limit=LIMIT, aligned=True, forgets=True, heap_too=True):
    """First fit in the page cache, then in the page heap, with the mistakes one can make."""
    heap, cache = _free_pages(free), set(cache)
    if npages < limit:
        if heap and not cache:
            first = min(heap) // BLOCK * BLOCK if aligned else min(heap)
            cache = heap & set(range(first, first + BLOCK))
            heap = heap - cache if forgets else heap
        found = _first_fit(cache, npages)
        if found is not None:
            return found
    return _first_fit(heap, npages) if heap_too else None


def _take_pages(free, cache, npages):
    return _take(free, cache, npages)


def heap_only(free, cache, npages):
    """asking the page heap at once. A small span asks the page cache first: no lock."""
    return _first_fit(_free_pages(free), npages)


def cache_for_all(free, cache, npages):
    """asking the page cache first, always. Spans of 4 pages and more go straight to the page
    heap."""
    return _take(free, cache, npages, limit=1 << 20)


def unaligned_block(free, cache, npages):
    """filling the cache from the lowest free page on. It takes an aligned block: 0-7, 8-15, ..."""
    return _take(free, cache, npages, aligned=False)


def cached_and_free(free, cache, npages):
    """leaving the cache's pages in the page heap. A page that the cache took is not there any
    more."""
    return _take(free, cache, npages, forgets=False)


def gives_up(free, cache, npages):
    """growing when the page cache has no fitting run. The page heap may have one: ask it next."""
    return _take(free, cache, npages, heap_too=npages >= LIMIT)


def best_fit(free, cache, npages):
    """taking the smallest run that fits (best fit). Go takes the lowest: first fit by address."""
    runs = sorted((run for run in free.split("0") if len(run) >= npages), key=len)
    fit = f"0{free}0".find(f"0{runs[0]}0") if runs else None
    return fit if npages >= LIMIT else _take(free, cache, npages)


def _page_request(random):
    free = [random.choice("0111") for _ in range(random.randint(8, 30))]
    for _ in range(random.randint(0, 2)):
        used = random.randrange(len(free))
        free[used : used + 4] = "0" * len(free[used : used + 4])
    cache = []
    if random.random() < 0.5:
        block = random.randrange(0, len(free) - 7, BLOCK)
        cache = sorted(random.sample(range(block, block + BLOCK), random.randint(1, 5)))
    free = "".join("0" if page in cache else bit for page, bit in enumerate(free))
    return free, cache, random.randint(1, 6)


take_pages = Task(
    "ch09",
    "page cache or page heap?",
    _take_pages,
    _page_request,
    edges=(
        ("00000000001111", [1, 2, 5], 3),
        ("11000000", [5, 6, 7], 2),
        ("11000000", [5], 2),
        ("00001111", [0, 1, 2, 3], 4),
        ("0000000111000111", [], 3),
        ("1000000111000111", [], 3),
        ("00001000000111000111", [], 3),
        ("0000000111111111", [], 2),
        ("0111110111100000", [], 4),
        ("00000000", [], 1),
    ),
    wrong=(heap_only, cache_for_all, unaligned_block, cached_and_free, gives_up, best_fit),
)
