"""The tasks of chapter 11: spans, areas, faults and resident pages of a Go program, predicted.

Each function below with a leading underscore is right; the others are known wrong ideas.
A request is (bytes, has pointers), of 16 bytes or more; the heap is cold, and nothing is collected
unless an event says so. The rules are Go 1.27's and Linux's, as the tower has them.
"""

from memkit.golang import size_class

from .task import Task

PAGE, GO_PAGE = 4096, 8192  # the kernel's, Go's
MIB = 1 << 20
TWO, LARGE = [(48, False)] * 2, [(40000, False)] * 2


def _each(*cases):
    return tuple((case,) for case in cases)


def _spans(requests, key=lambda shape, pointers: (shape.index, pointers)):
    counts = {}
    for nbytes, pointers in requests:
        shape = size_class(nbytes, noscan=not pointers)
        where = key(shape, pointers) if shape.index else ("large", len(counts), nbytes)
        if shape.index:
            counts[where] = (counts.get(where, (0, 0))[0] + 1, shape.nelems)
        else:
            counts[where] = (1, 1)
    return sum(-(-n // slots) for n, slots in counts.values())


def _spans_right(requests):
    return _spans(requests)


def one_each(requests):
    """giving each object a span of its own. A span holds as many objects as it has slots, and the
    next object of the class takes the next slot."""
    return len(requests)


def mixed_kinds(requests):
    """putting objects with and without pointers into one span. The collector skips a span without
    pointers as a whole, so they never share one."""
    return _spans(requests, key=lambda shape, pointers: shape.index)


def one_for_all_large(requests):
    """forgetting that a large object, above 32760 bytes, has a span for itself."""
    return _spans([r for r in requests if r[0] <= 32760]) + any(r[0] > 32760 for r in requests)


def _spans_case(random):
    nbytes = (16, 48, 64, 512, 1024, 2048, 8192, 20000, random.randint(16, 40000))
    requests = [(random.choice(nbytes), random.random() < 0.4) for _ in range(3)]
    return ([random.choice(requests) for _ in range(random.choice((2, 5, 12, 40)))],)


spans = Task(
    "ch11",
    "spans of a program",
    _spans_right,
    _spans_case,
    edges=_each(TWO, [(48, False), (48, True)], LARGE, [(8192, False)] * 2, [(16, False)] * 505),
    wrong=(one_each, mixed_kinds, one_for_all_large),
)


def _areas(blocks, unit=512, arena=64 * MIB):
    """Sizes in MiB of large objects, in order -> (bytes readable, bytes reserved)."""
    mapped = reserved_end = free = 0
    for mebibytes in blocks:
        npages = mebibytes * MIB // GO_PAGE
        if npages > free:
            grown = -(-npages // unit) * unit
            if mapped + grown * GO_PAGE > reserved_end:
                reserved_end += -(-grown * GO_PAGE // arena) * arena
            mapped += grown * GO_PAGE
            free += grown
        free -= npages
    return mapped, reserved_end - mapped


def _areas_right(blocks):
    return _areas(blocks)


def only_what_was_asked(blocks):
    """mapping just what was asked for. The heap grows by whole 4 MiB."""
    return _areas(blocks, unit=1)


def all_of_the_arena(blocks):
    """making the whole arena readable. 64 MiB of addresses are reserved; only what the heap has
    grown by can be read and written."""
    mapped, reserved = _areas(blocks)
    return mapped + reserved, 0


def grows_each_time(blocks):
    """growing for every block. What is left of the last growth is used first, where it is long
    enough, and it joins what comes next."""
    total = sum(-(-block // 4) * 4 for block in blocks) * MIB
    return total, -total % (64 * MIB)


def _areas_case(random):
    return ([random.randint(1, random.choice((3, 9, 30))) for _ in range(random.randint(1, 7))],)


areas = Task(
    "ch11",
    "areas of a heap",
    _areas_right,
    _areas_case,
    edges=_each([1], [4], [6], [3, 1], [6, 6], [5, 7, 2], [64], [3, 62]),
    wrong=(only_what_was_asked, all_of_the_arena, grows_each_time),
)


def _touched(requests, ends=True, writes=lambda nbytes: 1):
    """Pages that fault when each object's first `writes` bytes are written once it is there."""
    used, pages = {}, set()
    for nbytes, pointers in requests:
        shape = size_class(nbytes, noscan=not pointers)
        kind = (shape.index, pointers) if shape.index else (len(used), nbytes, pointers)
        n = used[kind] = used.get(kind, -1) + 1
        span, slot = (kind, n // shape.nelems), n % shape.nelems
        start = slot * shape.elemsize
        for page in range(start // PAGE, (start + shape.header + writes(nbytes) - 1) // PAGE + 1):
            pages.add((span, page))
        if ends and shape.index and shape.elemsize <= 512:
            pages.add((span, shape.npages * GO_PAGE // PAGE - 1))
    return len(pages)


def _faults(requests):
    return _touched(requests)


def no_marks(requests):
    """leaving out what the runtime writes itself: the end of a new span of slots up to 512 bytes,
    where the mark bits lie."""
    return _touched(requests, ends=False)


def whole_objects(requests):
    """touching every page of an object. The program writes to its first byte only, and fresh memory
    from the kernel is zero already."""
    return _touched(requests, writes=lambda nbytes: nbytes)


def one_fault_each(requests):
    """counting a fault for each object. A second object in a page that is there faults no more."""
    return len(requests)


faults = Task(
    "ch11",
    "faults of first writes",
    _faults,
    _spans_case,
    edges=_each([(1024, False)], TWO[:1], TWO, [(1024, True)] * 5, LARGE, [(48, False)] * 169),
    wrong=(no_marks, whole_objects, one_fault_each),
)


def _resident(events, clears=True, gc_releases=False, new_touches=False):
    """Resident pages after each event; every block takes the lowest place that is long enough."""
    blocks, known, dead, counts, there = {}, set(), set(), [], set()
    end = 0
    for verb, name, npages in events:
        if verb == "new":
            at, taken = 0, sorted(blocks.values())
            for start, length in taken:
                if start - at >= npages:
                    break
                at = max(at, start + length)
            blocks[name] = (at, npages)
            pages = set(range(at, at + npages))
            used_before = {page for page in pages if page < end} - known
            if new_touches or (clears and used_before):
                there |= pages
            known -= pages
            end = max(end, at + npages)
        elif verb == "touch":
            there |= set(range(blocks[name][0], blocks[name][0] + npages))
        elif verb == "drop":
            dead.add(name)
        else:
            for gone in dead:
                start, length = blocks.pop(gone)
                if gc_releases:
                    there -= set(range(start, start + length))
            dead = set()
            if verb == "release":
                used = {page for at, n in blocks.values() for page in range(at, at + n)}
                known = set(range(end)) - used
                there -= known
        counts.append(len(there))
    return counts


def _resident_right(events):
    return _resident(events)


def gc_gives_back(events):
    """letting a collection give memory to the kernel. It makes pages free for the heap; the kernel
    gets them back when they are released."""
    return _resident(events, gc_releases=True)


def new_is_memory(events):
    """giving a new block frames at once. It gets addresses; frames come when it is touched."""
    return _resident(events, new_touches=True)


def recycled_is_clean(events):
    """leaving recycled memory as it is. What a dead block left must be cleared before the next one
    has it, and clearing touches every page; only memory fresh from the kernel is zero already."""
    return _resident(events, clears=False)


def _resident_case(random):
    events, live, fresh = [], [], iter("ABCDEFGH")
    for _ in range(random.choice((3, 5, 5, 5, 9))):
        verb = random.choice(("new", "touch", "touch", "drop", "gc", "release")) if live else "new"
        if verb == "new":
            name = next(fresh, None)
            if name is None:
                break
            live.append((name, random.randint(1, 4) * 40))
            events.append(("new", *live[-1]))
        elif verb == "touch":
            name, npages = random.choice(live)
            events.append(("touch", name, random.choice((1, npages // 2, npages))))
        elif verb == "drop":
            events.append(("drop", live.pop(random.randrange(len(live)))[0], 0))
        else:
            events.append((verb, "", 0))
    return (events,)


A, B = ("new", "A", 40), ("new", "B", 40)
resident = Task(
    "ch11",
    "resident pages at five points",
    _resident_right,
    _resident_case,
    edges=_each(
        [A],
        [A, ("touch", "A", 40), ("drop", "A", 0), ("gc", "", 0)],
        [A, ("touch", "A", 40), ("drop", "A", 0), ("release", "", 0), B],
        [A, ("touch", "A", 1), ("drop", "A", 0), ("gc", "", 0), B],
    ),
    wrong=(gc_gives_back, new_is_memory, recycled_is_clean),
)


def _explain(in_use, resident):
    if in_use > MIB:
        return "addresses only" if resident <= MIB else "recycled and cleared"
    if resident > MIB:
        return "touched"
    if resident < -MIB:
        return "given back"
    return "free, but kept" if in_use < -MIB else "nothing"


def use_is_memory(in_use, resident):
    """taking what the heap uses for what is in frames. A growth of the heap alone is addresses."""
    return _explain(in_use, in_use)


def kept_is_given_back(in_use, resident):
    """reading free memory as memory that the kernel has. Here the resident bytes did not fall."""
    return _explain(in_use, resident).replace("free, but kept", "given back")


def cleared_is_touched(in_use, resident):
    """thinking of the program's own writes only. The runtime clears what it recycles."""
    return _explain(in_use, resident).replace("recycled and cleared", "touched")


def _explain_case(random):
    change = (0, 40960, -24576, 6 * MIB, -6 * MIB, random.randint(2, 99) * MIB)
    return random.choice((*change, -5 * MIB)), random.choice(change)


explain = Task(
    "ch11",
    "one surprise explained",
    _explain,
    _explain_case,
    edges=((6 * MIB, 4096), (0, 3 * MIB), (-18 * MIB, 4096), (0, -18 * MIB), (6 * MIB, 6 * MIB)),
    wrong=(use_is_memory, kept_is_given_back, cleared_is_touched),
)
