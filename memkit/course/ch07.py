"""The tasks of chapter 07: what a collector frees, what a slice keeps, when it runs, what it locks.

Each function below with a leading underscore is right; the others are known wrong ideas.
"""

from .task import Task


def _reached(points_to, roots, steps=None):
    """The objects that the roots lead to, in at most so many steps."""
    found, todo = set(), list(roots)
    while todo and steps != 0:
        found.update(todo)
        todo = [to for at in todo for to in points_to[at] if to not in found]
        steps = None if steps is None else steps - 1
    return found


def _rest(points_to, kept):
    return [number for number in range(len(points_to)) if number not in kept]


def _garbage(points_to, roots):
    return _rest(points_to, _reached(points_to, roots))


def counts_references(points_to, roots):
    """counting references. Objects that point to each other keep each other alive that way; a
    collector starts at the roots and finds neither."""
    kept, before = set(range(len(points_to))), None
    while kept != before:
        before = kept
        kept = set(roots) | {to for at in kept for to in points_to[at]}
    return _rest(points_to, kept)


def pointed_to(points_to, roots):
    """keeping whatever anything points to. If what points to it is garbage, so is the object."""
    return _rest(points_to, set(roots) | {to for targets in points_to for to in targets})


def roots_alone(points_to, roots):
    """freeing all but the roots. What a root points to can be reached as well."""
    return _rest(points_to, set(roots))


def one_step(points_to, roots):
    """following each root for one step. The objects found there have pointers too."""
    return _rest(points_to, _reached(points_to, roots, steps=2))


def what_lives(points_to, roots):
    """the objects that live. Asked for are those that the collector frees."""
    return sorted(_reached(points_to, roots))


def _graph(random):
    count = random.randint(1, 8)
    points_to = [
        [random.randrange(count) for _ in range(random.choice((0, 1, 1, 1, 2)))]
        for _ in range(count)
    ]
    return points_to, random.sample(range(count), random.randint(0, min(2, count)))


garbage = Task(
    "ch07",
    "what the collector frees",
    _garbage,
    _graph,
    edges=(
        ([[]], []),
        ([[0]], []),
        ([[1], []], [0]),
        ([[1], [2], []], [0]),
        ([[1], [0], []], [2]),
        ([[1], [2], []], [1]),
        ([[1], [2], [3], []], [0]),
    ),
    wrong=(counts_references, pointed_to, roots_alone, one_step, what_lives),
)


def _bytes_kept(blocks, pointers):
    return sum(size for start, size in blocks if any(start <= at < start + size for at in pointers))


def first_bytes(blocks, pointers):
    """asking for pointers to the first byte. A slice points into the middle of its array, and
    keeps it."""
    return sum(size for start, size in blocks if start in pointers)


def once_a_pointer(blocks, pointers):
    """counting a block once for each pointer into it. However many there are, it is kept once."""
    return sum(size for start, size in blocks for at in set(pointers) if start <= at < start + size)


def from_there_on(blocks, pointers):
    """keeping a block from the pointer on. The allocator knows slots, and no parts of them: all
    of it stays."""
    kept = 0
    for start, size in blocks:
        inside = [at for at in pointers if start <= at < start + size]
        kept += start + size - min(inside) if inside else 0
    return kept


def past_the_end(blocks, pointers):
    """keeping a block for a pointer right behind its end. The byte there is not its own."""
    return sum(
        size for start, size in blocks if any(start <= at <= start + size for at in pointers)
    )


def _slices(random):
    blocks, at = [], 8 * random.randint(1, 20)
    for _ in range(random.randint(1, 5)):
        size = random.choice((8, 16, 24, 48, 96))
        blocks.append((at, size))
        at += size + random.choice((0, 0, 8, 40))
    pointers = []
    for _ in range(random.randint(0, 4)):
        start, size = random.choice(blocks)
        pointers.append(start + random.choice((0, random.randrange(size), size - 1, size)))
    return blocks, pointers


bytes_kept = Task(
    "ch07",
    "what a slice keeps",
    _bytes_kept,
    _slices,
    edges=(
        ([(8, 16)], []),
        ([(8, 16)], [8]),
        ([(8, 16)], [20]),
        ([(8, 16)], [24]),
        ([(8, 16)], [8, 9]),
        ([(8, 16), (24, 8)], [24]),
    ),
    wrong=(first_bytes, once_a_pointer, from_there_on, past_the_end),
)

MINIMUM = 4 << 20  # bytes: the first goal at GOGC=100


def _collections(live, total, gogc):
    return _run(live, total, gogc, MINIMUM * gogc // 100)


def _run(live, total, gogc, least, first=None):
    """Collections of a heap that fills up to its goal each time, of which `live` bytes remain."""
    heap, goal, number = 0, first or least, 0
    while goal - heap <= total:
        total -= goal - heap
        heap = min(goal, live)
        goal = max(least, heap + heap * gogc // 100)
        number += 1
    return number


def without_a_minimum(live, total, gogc):
    """a goal without its minimum. A small heap waits for 4 MiB * GOGC / 100 before it is
    collected."""
    return _run(live, total, gogc, 1, MINIMUM * gogc // 100)


def always_doubles(live, total, gogc):
    """waiting until the heap has doubled. That is GOGC = 100; here it is {gogc}."""
    return _run(live, total, 100, MINIMUM)


def nothing_survives(live, total, gogc):
    """starting from an empty heap after each collection. {live:,} B survive, and the goal counts
    from them."""
    return _run(0, total, gogc, MINIMUM * gogc // 100)


def all_is_new(live, total, gogc):
    """letting the whole goal be allocated anew each time. What survived fills part of it."""
    number, goal = 0, MINIMUM * gogc // 100
    while goal <= total:
        total -= goal
        number += 1
        kept = min(goal, live)
        goal = max(MINIMUM * gogc // 100, kept + kept * gogc // 100)
    return number


def fixed_minimum(live, total, gogc):
    """a minimum of 4 MiB whatever GOGC is. It is 4 MiB * GOGC / 100."""
    return _run(live, total, gogc, MINIMUM)


def _heap(random):
    live = random.choice((0, 1, 3, 4, 6, 10, 20)) * (1 << 20) + random.randint(1, 4) * (1 << 16)
    gogc = random.choice((25, 50, 50, 100, 200, 400))
    return live, random.randint(1, 200) << 20, gogc


collections = Task(
    "ch07",
    "how often a heap is collected",
    _collections,
    _heap,
    edges=(
        (1 << 20, MINIMUM - 1, 100),
        (1 << 20, MINIMUM, 100),
        (1 << 20, 8 << 20, 50),
        (1 << 20, 16 << 20, 100),
        (8 << 20, 32 << 20, 100),
        (8 << 20, 32 << 20, 200),
    ),
    wrong=(without_a_minimum, always_doubles, nothing_survives, all_is_new, fixed_minimum),
)


def _locks(requests, batch, slots, pages):
    return _tcmalloc(requests, batch), _go(requests, slots, pages)


def _tcmalloc(requests, batch, more=lambda fetch: fetch + 1, first=1):
    """Locks with a list for each thread: a miss fetches `first` objects, and then ever more."""
    held, fetch, number = {}, {}, 0
    for thread in requests:
        if not held.get(thread):
            held[thread] = fetch.get(thread, first)
            fetch[thread] = min(batch, more(held[thread]))
            number += 1
        held[thread] -= 1
    return number


def _go(requests, slots, pages):
    """Locks with a span and a page cache for each P."""
    free, cached, number = {}, {}, 0
    for p in requests:
        if not free.get(p):
            if not cached.get(p):
                cached[p] = pages
                number += 1
            cached[p] -= 1
            free[p] = slots
        free[p] -= 1
    return number


def full_batches(requests, batch, slots, pages):
    """fetching a whole batch of {batch} at the first miss. TCMalloc starts slowly: 1, 2, 3, ...
    objects."""
    return _tcmalloc(requests, batch, first=batch), _go(requests, slots, pages)


def doubling(requests, batch, slots, pages):
    """doubling what is fetched. The list grows by one object at each miss."""
    return _tcmalloc(requests, batch, lambda fetch: 2 * fetch), _go(requests, slots, pages)


def one_cache(requests, batch, slots, pages):
    """one cache for all. Each thread has its own, and so has each P."""
    same = [0] * len(requests)
    return _locks(same, batch, slots, pages)


def lock_a_span(requests, batch, slots, pages):
    """a lock for each new span. A page out of the P's page cache needs none: only filling the
    cache does."""
    return _tcmalloc(requests, batch), _go(requests, slots, 1)


def objects_in_go(requests, batch, slots, pages):
    """fetching objects in Go too. A refill brings a whole span."""
    number = _tcmalloc(requests, batch)
    return number, number


def _asking(random):
    threads = random.randint(1, 3)
    requests = [random.randrange(threads) for _ in range(random.randint(1, 40))]
    return requests, random.randint(1, 5), random.randint(1, 6), random.randint(1, 4)


locks = Task(
    "ch07",
    "locks in TCMalloc and in Go",
    _locks,
    _asking,
    edges=(
        ([], 2, 3, 2),
        ([0], 2, 3, 2),
        ([0] * 4, 2, 3, 2),
        ([0] * 7, 4, 3, 2),
        ([0, 1, 0, 1], 2, 3, 2),
        ([0] * 12, 8, 2, 3),
    ),
    wrong=(full_batches, doubling, one_cache, lock_a_span, objects_in_go),
)
