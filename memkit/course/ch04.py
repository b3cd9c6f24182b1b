"""The tasks of chapter 04: an access, a call on areas, the faults of a fork, a deep recursion.

Each function below with a leading underscore is right; the others are known wrong ideas.
The rules are Linux's on x86-64: arch/x86/mm/fault.c (MAPERR, ACCERR), mm/mprotect.c and mm/vma.c
(areas of which no page has been touched, so that equal neighbours always merge), mm/memory.c (fork
of an area that has been written to, so that all of its entries are copied), expand_downwards.
"""

from .task import Task

PAGE = 4096
BASE = 0x555555554000


def _access(address, kind, areas):
    for start, end, rights in areas:
        if start <= address < end:
            return "served" if kind in rights else "ACCERR"
    return "MAPERR"


def end_is_inside(address, kind, areas):
    """counting the end of an area as a part of it. It is the first address behind it."""
    return _access(address, kind, [(start, end + 1, rights) for start, end, rights in areas])


def area_below(address, kind, areas):
    """taking the last area that begins below, and not asking where it ends. A hole may follow."""
    below = [area for area in areas if area[0] <= address]
    return _access(below[-1][0], kind, below[-1:]) if below else "MAPERR"


def one_code_for_all(address, kind, areas):
    """taking each refusal for the same. MAPERR says that no area is there, ACCERR that one is,
    but does not allow this."""
    return _access(address, kind, areas).replace("ACCERR", "MAPERR")


def _areas(random, choices, unit=1, base=0):
    areas, page = [], random.randrange(3)
    for _ in range(random.randint(1, 4)):
        rights = random.choice(choices)
        if areas and areas[-1][1:] == (base + page * unit, rights):
            page += 1  # equal neighbours would be one area
        end = page + random.randint(1, 4)
        areas.append((base + page * unit, base + end * unit, rights))
        page = end + random.choice((0, 0, 0, 1, 2))
    return areas


def _access_case(random):
    areas = _areas(random, ("r--", "rw-", "r-x", "rwx", "---"), PAGE, BASE)
    start, end, _ = random.choice(areas)
    near = (start, start - 1, end - 1, end, end + random.randrange(PAGE), 0, 0xFFFFFFFF81000000)
    inside = random.randrange(start, end)
    return random.choice((*near, inside, inside)), random.choice("rwx"), areas


TWO = [(BASE, BASE + PAGE, "r-x"), (BASE + PAGE, BASE + 2 * PAGE, "rw-")]

access = Task(
    "ch04",
    "what an access gets",
    _access,
    _access_case,
    edges=(*((BASE, kind, TWO[:1]) for kind in "rw"), *((BASE + PAGE, kind, TWO) for kind in "wx")),
    wrong=(end_is_inside, area_below, one_code_for_all),
)


def _call(areas, first, end, rights, stops=True, unmap_fails=False, cuts=()):
    """The call, page by page; an area always ends at `cuts`."""
    pages = {page: old for start, stop, old in areas for page in range(start, stop)}
    error, after = None, []
    for page in range(first, end):
        if page not in pages and (rights is not None or unmap_fails):
            error = "ENOMEM"
            if stops:
                break
        elif pages.pop(page, None) and rights is not None:
            pages[page] = rights
    for page in sorted(pages):
        if after and after[-1][1:] == (page, pages[page]) and page not in cuts:
            after[-1] = (after[-1][0], page + 1, pages[page])
        else:
            after.append((page, page + 1, pages[page]))
    return error, after


def _change(areas, first, end, rights):
    return _call(areas, first, end, rights)


def all_or_nothing(areas, first, end, rights):
    """changing nothing where the call fails. mprotect works upwards: what lies before the hole has
    changed by then."""
    error, after = _call(areas, first, end, rights)
    return error, areas if error else after


def beyond_the_hole(areas, first, end, rights):
    """going on behind the hole. mprotect stops there; only munmap passes over it."""
    return _call(areas, first, end, rights, stops=False)


def unmap_needs_pages(areas, first, end, rights):
    """failing where munmap meets a hole. There is nothing to do there: it goes on behind it."""
    return _call(areas, first, end, rights, unmap_fails=True)


def never_merged(areas, first, end, rights):
    """leaving equal neighbours apart. The kernel makes one area of them."""
    return _call(areas, first, end, rights, cuts={first, end, *(area[0] for area in areas)})


def whole_areas(areas, first, end, rights):
    """changing whole areas. An area is cut where the range begins or ends inside it."""
    touched = [(start, stop) for start, stop, _ in areas if start < end and first < stop]
    starts, stops = zip(*touched, strict=True) if touched else ((), ())
    return _call(areas, min(first, *starts, first), max(end, *stops, end), rights)


def _call_case(random):
    areas = _areas(random, ("r--", "rw-"))
    first = random.randrange(areas[-1][1])
    end = first + random.randint(1, random.choice((2, 4, 12)))
    return areas, first, end, random.choice(("r--", "r--", "rw-", "rw-", "---", None))


change = Task(
    "ch04",
    "the areas after a call",
    _change,
    _call_case,
    edges=(
        ([(0, 3, "rw-")], 1, 2, "r--"),
        ([(0, 3, "rw-")], 1, 2, None),
        ([(0, 1, "rw-"), (1, 2, "r--")], 1, 2, "rw-"),
        ([(0, 1, "rw-"), (2, 3, "rw-")], 0, 3, "r--"),
        ([(0, 1, "rw-"), (2, 3, "rw-")], 0, 3, None),
    ),
    wrong=(all_or_nothing, beyond_the_hole, unmap_needs_pages, never_merged, whole_areas),
)


def _serve(events, zeros=True, once=False, eager=False, parent_too=True, alone="sole"):
    """What each access gets, with the mistakes one can make."""
    tables, writable, frames, words = {"A": {}}, set(), 0, []
    for who, does, what in events:
        table = tables[who]
        frame = table.get(what)
        if does == "exit":
            del tables[who]
        elif does == "fork":
            new = {page: (what, f) if f and eager else f for page, f in table.items()}
            tables[what] = new
            if eager:
                writable |= {(what, page) for page in new if (who, page) in writable}
            elif parent_too:
                writable -= {(who, page) for page in table}
        elif frame is not None and (once or does == "read" or (who, what) in writable):
            words.append("none")
        elif does == "read" and zeros:
            table[what] = 0  # frame 0: the page of zeros
            words.append("zeros")
        else:
            users = sum(other.get(what) == frame for other in tables.values())
            words.append("copy" if frame and users > 1 else alone if frame else "fresh")
            if words[-1] in ("fresh", "copy"):
                table[what] = frames = frames + 1
            writable.add((who, what))
    return words


def _faults(events):
    return _serve(events)


def first_read_fresh(events):
    """giving a frame at the first read. What was never written is zero: one page of zeros serves
    all who only read, and a frame comes with the first write."""
    return _serve(events, zeros=False)


def once_only(events):
    """taking no fault once the page is there. Its entry may be read-only: then a write faults."""
    return _serve(events, once=True)


def fork_copies(events):
    """copying memory at the fork. Only the entries are copied, read-only for both; a page is
    copied at the first write to it."""
    return _serve(events, eager=True)


def parent_goes_on(events):
    """letting the parent write on as before. The fork makes its entries read-only too, or the child
    would see what it writes."""
    return _serve(events, parent_too=False)


def sole_is_free(events):
    """writing without a fault once nobody else has the frame. The entry is still read-only; only
    the fault finds out that it need not be."""
    return _serve(events, alone="none")


def sole_copies(events):
    """copying a frame that nobody else has any more. Then the entry is only made writable."""
    return _serve(events, alone="copy")


def _family(random):
    """At most three processes at a time, and two pages."""
    alive, names, events = ["A"], list("MLKJIHGFEDCB"), []
    for _ in range(random.randint(2, 12)):
        who, draw = random.choice(alive), random.random()
        if draw < 0.2 and len(alive) < 3:
            alive.append(names.pop())
            events.append((who, "fork", alive[-1]))
        elif draw > 0.85 and len(alive) > 1:
            alive.remove(who)
            events.append((who, "exit", None))
        else:
            events.append((who, random.choice(("read", "write", "write")), random.randrange(2)))
    return (events,)


faults = Task(
    "ch04",
    "the faults of a fork",
    _faults,
    _family,
    edges=(
        ([("A", "write", 0), ("A", "fork", "B"), ("A", "write", 0)],),
        ([("A", "write", 0), ("A", "fork", "B"), ("B", "write", 0), ("A", "write", 0)],),
        ([("A", "write", 0), ("A", "fork", "B"), ("B", "exit", None), ("A", "write", 0)],),
    ),
    wrong=(first_read_fresh, once_only, fork_copies, parent_goes_on, sole_is_free, sole_copies),
)


def _descend(top, limit, frame, below, gap=256, always=False, lands=True):
    """Calls until one is not served, and what that one gets, with the mistakes one can make."""
    first, end, rights = below
    calls, page = 0, top - frame
    while True:
        if lands and first <= page < end:
            return calls, "overwrites" if "w" in rights else "ACCERR"
        near = page < end + (gap if always or rights != "---" else 0)
        if near or top - page > limit:
            return calls, "MAPERR"
        calls, page = calls + 1, page - frame


def _recursion(top, limit, frame, below):
    return _descend(top, limit, frame, below)


def no_gap(top, limit, frame, below):
    """growing the stack right down to the area. 256 pages must remain free between them."""
    return _descend(top, limit, frame, below, gap=0)


def no_limit(top, limit, frame, below):
    """growing without a limit. The stack may have {limit} pages, up to {top}."""
    return _descend(top, top, frame, below)


def gap_for_reserved(top, limit, frame, below):
    """keeping the gap to an area that nobody may use at all. With --- it is a guard itself."""
    return _descend(top, limit, frame, below, always=True)


def never_lands(top, limit, frame, below):
    """giving MAPERR for a page of the area below, too. Something is mapped there: a frame larger
    than the gap reaches over it, and to an area of --- there is no gap."""
    return _descend(top, limit, frame, below, lands=False)


def _deep(random):
    top, end = random.randint(5000, 6000), random.randint(2800, 4700)
    frame = random.choice((random.randint(10, 250), random.randint(257, 900)))
    below = end - random.randint(300, 2500), end, random.choice(("rw-", "rw-", "r--", "---"))
    return top, random.choice((512, 2048, 2048)), frame, below


recursion = Task(
    "ch04",
    "how deep a recursion goes",
    _recursion,
    _deep,
    edges=(
        (5000, 2048, 100, (1, 9, "rw-")),
        (5000, 2048, 90, (1, 4000, "rw-")),
        (5000, 2048, 90, (1, 4000, "---")),
        (5000, 2048, 372, (1, 4000, "rw-")),
    ),
    wrong=(no_gap, no_limit, gap_for_reserved, never_lands),
)
