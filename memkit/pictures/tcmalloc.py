"""Thread caches over a central free list over the page heap, and the locks taken.

One size class at a time: that of the last step that named one.

home       the cell of an object in its span, where it always lies
cached     hatched: free, and in a thread's list or in a slot of the transfer cache
way        the row between threads and lists: what a call has taken from one and not yet put into
           the other; framed and empty where objects went through at this step
journey    where an object was, and where it is now: the cells of two floors
"""

from memkit import pictures
from memkit.checks import hex, plural, size
from memkit.malloc.tcmalloc.central import DEFAULT_SLOTS
from memkit.malloc.tcmalloc.sizes import CLASSES, PAGE_SIZE
from memkit.malloc.tcmalloc.spans import RETURNED
from memkit.malloc.tcmalloc.tcmalloc import TCState
from memkit.pictures.language import FREE, IN_USE, RESERVED, THIRD
from memkit.pictures.tcmalloc_calls import (
    call_starts,
    class_shown,
    locks,
    moves,
    on_the_way,
    page_path,
    places,
    threads_of,
)
from memkit.pictures.tiers import floor_words, story

CACHED = THIRD
TIER = {  # whose doing an event is
    **dict.fromkeys("hit free miss fetch scavenge scavenged steal".split(), "mcache"),
    **dict.fromkeys(("new cache", "no cache", "too long"), "mcache"),
    **dict.fromkeys(("slot taken", "slot filled", "to spans", "carve", "evict"), "mcentral"),
    **dict.fromkeys(
        ("span", "brk", "mmap", "span freed", "grow", "release", "large", "free large"), "mheap"
    ),
}
BELOW = {"fetch", "slot taken", "slot filled", "to spans", "carve", "span", "grow", "span freed"}
MAX_LIST = 36  # cells of a thread's list, with those that it may still get
MAX_SPANS = 3  # spans drawn
MAX_JOURNEYS = 40
THREADS, CENTRAL, PAGES = range(3)
WAY, SLOTS, SPANS = range(3)  # rows of the central floor, the first of the spans


def no_cache_row(number, touched=False):
    words = f"thread {number} has no cache yet: it has not allocated"
    return pictures.row(RESERVED, beside=words, touched=[(0, 1)] if touched else [])


def list_row(length, most, caption, touched=(), **more):
    """A thread's list: its objects, and dashed those that it may still get, as far as there is
    room; how many more it may get is said at the end."""
    length = max(0, length)
    cells = CACHED * min(length, 4 * MAX_LIST) + RESERVED * (min(most, MAX_LIST) - length)
    touched = [(at, at + 1) for at in touched if at < len(cells)]
    if max(length, most) > len(cells):
        more["beside"] = f"\u2026 {max(length, most) - len(cells):,} more"
    return pictures.row(cells, caption=caption, touched=touched, high=28, **more)


def thread_row(step, number, cache, cl, moved):
    if cache is None:
        return no_cache_row(number, step.detail.get("thread") == number)
    free = cache.lists.get(cl)
    length, most = (free.length, free.max_length) if free else (0, 1)
    held = plural(length, "object")
    caption = f"thread {number}: {held}, {most:,} allowed"
    if free and free.overages:
        caption += f" (too many {plural(free.overages, 'time')})"
    caption += f" · all its lists: {size(cache.size)} of {size(cache.max_size)}"
    touched = [at[2] for _, _, at in moved if at and at[:2] == ("thread", number)]
    if step.detail.get("thread") == number and not touched:
        if step.event in ("miss", "new cache"):
            touched = [0]
        elif step.event == "hit":
            touched = [length]
        elif step.event == "too long":
            touched = range(length - step.detail["back"], length)
    return list_row(length, most, caption, touched)


def threads_floor(steps, i, cl, moved):
    caches = {cache.thread: cache for cache in steps[i].state.threads}
    rows = [thread_row(steps[i], n, caches.get(n), cl, moved) for n in threads_of(steps, i)]
    calls, alone, _, _ = locks(steps, i)
    note = "one for each thread, no lock"
    text = f"{alone:,} of {plural(calls, 'call')}: no lock"
    return pictures.floor("mcache", "thread caches", note, rows, text)


def span_row(span, cl, now, moved, going):
    """A span with a cell for each of its objects, and the addresses of these."""
    shape = CLASSES[cl]
    homes = range(span.start, span.start + shape.objects * shape.size, shape.size)
    looks = {"thread": CACHED, "slot": CACHED, "span": FREE}
    cells = "".join(
        RESERVED if a in going else looks[now[a][0]] if a in now else IN_USE for a in homes
    )
    caption = (
        f"span at {hex(span.start)}: {cells.count(IN_USE)} in use · "
        f"{cells.count(CACHED)} cached, hatched · {cells.count(FREE)} free"
    )
    if going:
        caption += f" · {cells.count(RESERVED)} going, dashed"
    touched = [(at, at + 1) for at, address in enumerate(homes) if address in moved]
    return pictures.row(cells, caption=caption, touched=touched, high=38), homes


def spans_shown(spans, moved):
    """At most MAX_SPANS spans by address: around one that the step touched, else the last."""
    here = [
        k
        for k, span in enumerate(spans)
        if any(span.start <= a < span.start + span.npages * PAGE_SIZE for a in moved)
    ]
    last = max([*here[:1], MAX_SPANS - 1]) if here else len(spans) - 1
    return spans[max(0, last - MAX_SPANS + 1) : last + 1]


def way_row(step, cl, moved, going, thread):
    """What is between a thread's list and the central lists: objects on their way up or down."""
    n, way = len(going), f"\u25b2 to thread {thread}"
    if step.event == "fetch":
        n = step.detail["kept"] + 1  # one of them is used at once
    elif step.event == "slot filled":
        n, way = CLASSES[cl].batch, f"\u25bc from thread {thread}"
    elif step.event == "to spans":
        n = sum(at == ("span",) for _, _, at in moved)
        way = f"\u25bc from thread {thread}"
    if not n:
        return pictures.row("", label="on the way", beside="nothing", inline=True)
    return pictures.row(
        (CACHED if going else pictures.NOTHING) * n,
        label="on the way",
        beside=f"{way[0]} {n} {way[2:]}",
        touched=[(0, n)],
        tells=[(0, n, f"{'on the way' if going else 'it went'} {way[2:]}")],
        high=28,
        inline=True,
    )


def central_floor(steps, i, cl, now, moved, going, thread):
    """The floor, and address -> (row, cell) of the homes that it shows."""
    state, shape = steps[i].state, CLASSES[cl]
    central = state.central.get(cl)
    used = len(central.slots) if central else 0
    nslots = central.cache_size if central else DEFAULT_SLOTS
    touched = {at[1] for _, _, at in moved if at and at[0] == "slot"}
    if steps[i].event == "slot taken":
        touched = {used}
    said = f"{used} of {nslots} full" + (f", {shape.batch} each" if cl else "")
    slots = CACHED * used + FREE * (nslots - used)
    touched = [(k, k + 1) for k in sorted(touched)]
    rows = [
        way_row(steps[i], cl, moved, going, thread),
        pictures.row(
            slots, label="transfer cache", beside=said, touched=touched, big=True, inline=True
        ),
    ]
    spans = [span for span in state.spans if cl and span.sizeclass == cl]
    addresses, homes = {address for address, _, _ in moved}, {}
    shown = spans_shown(spans, addresses)
    for span in shown:
        row, objects = span_row(span, cl, now, addresses, going)
        homes |= {address: (len(rows), at) for at, address in enumerate(objects)}
        rows.append(row)
    if not shown:
        rows.append(pictures.row(RESERVED, beside="no span of this class"))
    if len(spans) > len(shown):
        rows[-1]["caption"] += f" · {plural(len(spans) - len(shown), 'span')} more"
    note = f"class {cl}, {size(shape.size)}: shared, under its lock" if cl else "under its lock"
    text = f"lock taken {plural(locks(steps, i)[2], 'time')}"
    acting = TIER.get(steps[i].event) == "mcentral"
    return pictures.floor("mcentral", "central free list", note, rows, text, acting), homes


def pages_floor(steps, i, path):
    spans = steps[i].state.spans
    base = end = spans[0].start if spans else 0
    looks, cells = {"in use": IN_USE, "free": FREE, RETURNED: THIRD}, ""
    for span in spans:
        cells += pictures.NOTHING * ((span.start - end) // PAGE_SIZE)
        cells += looks[span.where] * span.npages
        end = span.start + span.npages * PAGE_SIZE
    touched = []
    if path:
        first = (path[0] - base) // PAGE_SIZE
        touched = [(first, first + path[1])]
    heap = size(steps[i].state.stats["heap"])
    caption = f"{cells.count(IN_USE):,} of {plural(len(cells), 'page')} in use"
    caption += f" · {heap} from the kernel"
    row = pictures.row(cells, caption=caption, touched=touched, per=64, high=56)
    text = f"lock taken {plural(locks(steps, i)[3], 'time')}"
    acting = TIER.get(steps[i].event) == "mheap"
    note = "runs of 8 KiB pages, under its lock"
    return pictures.floor("mheap", "page heap", note, [row], text, acting), touched


# The picture


def journeys(steps, i, moved, homes, rows):
    """[from cell, to cell] of the objects that step i moved between two floors.

    rows   thread -> its row
    """

    def cell(where, address):
        if where is None:
            was_slot = steps[i - 1].event == "slot taken"
            return (CENTRAL, WAY, 0) if was_slot else (CENTRAL, *homes[address])
        if where[0] == "thread":
            return THREADS, rows.get(where[1], 0), where[2]
        return (CENTRAL, SLOTS, where[1]) if where[0] == "slot" else (CENTRAL, *homes[address])

    if steps[i].event not in ("fetch", "slot filled", "to spans"):
        return []
    found = [
        [list(cell(was, address)), list(cell(at, address))]
        for address, was, at in moved
        if at and address in homes
    ]
    return [pair for pair in found if pair[0][:2] != pair[1][:2]][:MAX_JOURNEYS]


def light(steps, start, i, floors, row, touched_pages):
    """The thread of light: the cells that the call has reached, from the top down."""
    events = {step.event for step in steps[start : i + 1]}
    points = []
    if row is not None:
        marks = floors[THREADS]["rows"][row][0]["touched"]
        points.append((THREADS, row, marks[0][0] if marks else 0))
    if events & BELOW:
        lit = [
            (k, line[0]["touched"][0][0])
            for k, line in enumerate(floors[CENTRAL]["rows"])
            if line[0]["touched"]
        ]
        points += [(CENTRAL, *one) for one in lit[:2]] or [(CENTRAL, SPANS, 0)]
    if touched_pages:
        points.append((PAGES, 0, touched_pages[0][0]))
    return points


def tcmalloc_picture(steps, i):
    """Step i: three floors, what moved between them, the locks so far, the story."""
    step = steps[i]
    if not isinstance(step.state, TCState):
        raise ValueError(
            f"TCMallocView draws steps of a TCMalloc; step {i} is of a {type(step.state).__name__}."
        )
    cl, start = class_shown(steps, i), call_starts(steps, i)[-1]
    now = places(step.state, cl)
    moved, going = moves(steps, i, cl, now), on_the_way(steps, i, start, cl, now)
    thread = next((s.detail["thread"] for s in steps[start : i + 1] if "thread" in s.detail), None)
    middle, homes = central_floor(steps, i, cl, now, moved, going, thread)
    below, touched_pages = pages_floor(steps, i, page_path(steps, start, i))
    floors = [threads_floor(steps, i, cl, moved), middle, below]
    rows = {number: row for row, number in enumerate(threads_of(steps, i))}
    lit = light(steps, start, i, floors, rows.get(thread), touched_pages)
    told = story(steps, i, 0, len(steps)) if len(steps) > 1 else []
    picture = pictures.picture(i, str(step), floors, floor_words(floors), lit, told)
    return picture | {"journeys": journeys(steps, i, moved, homes, rows)}
