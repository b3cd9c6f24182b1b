"""Chapter 06: a span to scale, a thread's list, calls and their locks, the runs of a page heap.

Threads, central list and page heap are drawn as the chapter's three floors draw them.
"""

from memkit.trace import plural, size
from memkit.widgets import pictures
from memkit.widgets.answers.counted import counted_row, told
from memkit.widgets.pictures import FREE, IN_USE, NOTHING, RESERVED, THIRD
from memkit.widgets.tcmalloc import CACHED, list_row, no_cache_row
from memkit.widgets.tiers import floor_words

MOST = 200  # objects, pages or calls drawn one by one
UNITS = 20  # what is drawn in one piece, to scale, has the width of so many cells
CALL = {"m": "malloc", "f": "free"}


def _drawn(i, sentence, floors):
    return pictures.picture(i, sentence, floors, floor_words(floors))


# 1. The pages of a span


def _piece(nbytes, room, state, **more):
    """The last `nbytes` of a span, to scale with the span."""
    parts = [(room - nbytes, NOTHING), (nbytes, state)]
    tail = [(UNITS * part / room, look) for part, look in parts]
    return pictures.row("", tail=tail, wide=True, high=28, **more)


def _span_rows(nbytes, n, page, share):
    """A span of n pages: its pages, its objects, its tail and what that may be."""
    room = n * page
    objects, tail = divmod(room, nbytes)
    pages = IN_USE * n if n <= MOST else ""
    cells = FREE * objects if objects <= MOST else ""
    behind = [(objects, FREE)] if not cells else []
    behind = [(part * UNITS * nbytes / room, look) for part, look in behind]
    scale = 1 if cells else UNITS * nbytes / room
    return (
        pictures.row(
            pages,
            caption=f"{plural(n, 'page')} of {size(page)}: {size(room)}",
            touched=[(n - 1, n)] if pages else [],
            tail=[] if pages else [(UNITS, IN_USE)],
            wide=True,
            high=28,
        ),
        pictures.row(
            cells,
            caption=f"{plural(objects, 'object')} of {size(nbytes)}, and hatched what is left over",
            tail=[*behind, (scale * tail / nbytes, THIRD)],
            wide=True,
            high=28,
        ),
        _piece(room / share, room, RESERVED, caption=f"may be left over: {size(room // share)}"),
    )


def pages(answer, nbytes, page, share):
    """One page more at each step, until there are as many as the answer says."""
    need, held, n = min(32, max(2, 65536 // nbytes)) // 4, False, 0
    while n != answer:
        n = answer if held else min(n + 1, answer)
        objects, tail = divmod(max(0, n) * page, nbytes)
        wrong = [f"fewer than {plural(need, 'object')}"] if objects < need else []
        wrong += ["too much left over"] if tail * share > n * page else []
        held = not wrong and n > 0
        said = " and ".join(wrong) or "enough objects, little left over"
        if n == answer:
            said += f"; {plural(n, 'page')} it is"
        else:
            said += "; one page more" if wrong else "; but the answer has more pages"
        run, objs, most = (
            _span_rows(nbytes, n, page, share)
            if n > 0
            else [pictures.row(RESERVED, beside="no page")] * 3
        )
        floors = [
            pictures.floor("mheap", "page heap", "pages of the span, to scale", [run]),
            pictures.floor(
                "mcentral",
                "central free list",
                f"wants {plural(need, 'object')} or more, and at most 1/{share} left over",
                [objs, most],
                f"{plural(objects, 'object')}, {size(tail)} left over",
            ),
        ]
        yield _drawn(n, f"{plural(n, 'page')}: {said}.", floors)
    if not answer:
        floor = pictures.floor("mheap", "page heap", "", [pictures.row(RESERVED, beside="no page")])
        yield _drawn(0, "0 pages: there is no span.", [floor])


# 2. A list under slow start


def lengths(answer, calls, batch, patience):
    """The list obeys the rule; what the last call leaves is what the answer says."""
    length, most, overages = 0, 1, 0
    for i, call in enumerate(calls):
        before, allowed, many, moved = length, most, overages, 0
        if call == "m":
            what = "the list has one"
            if not length:
                moved = length = min(most, batch)
                most += 1 if most < batch else batch
                what = f"the list is empty and fetches {moved}, of which the program gets one"
            length -= 1
        else:
            length += 1
            what = "one object more"
            if length > most:
                moved = min(length, batch)
                what = f"{plural(length, 'object')} would be too many, so {moved} go back"
                length -= moved
                if most < batch:
                    most += 1
                elif most > batch:
                    overages += 1
                    what += f"; too long {plural(overages, 'time')} of {patience}"
                    if overages == patience:
                        most, overages = most - batch, 0
        if i == len(calls) - 1:
            length, most = answer
        new = range(min(before, length), max(before, length))
        new = new if len(new) <= MOST else ()
        told = f"{plural(length, 'object')}, {most:,} allowed"
        was = f"{plural(before, 'object')}, {allowed:,} allowed"
        was += f" (too many {plural(many, 'time')})" if many else ""
        way = "come up" if call == "m" else "go back"
        floors = [
            pictures.floor(
                "frames",
                "calls",
                "m: malloc, f: free",
                [pictures.row(calls, touched=[(i, i + 1)], big=True)],
            ),
            pictures.floor(
                "mcache",
                "thread cache",
                "hatched: objects, dashed: as many more are allowed",
                [
                    list_row(before, allowed, f"before: {was}"),
                    list_row(length, most, f"after: {told}", new),
                ],
            ),
            pictures.floor(
                "mcentral",
                "central free list",
                f"a batch is {batch}",
                [
                    pictures.row(CACHED * moved, touched=[(0, moved)], beside=f"{moved} {way}")
                    if moved
                    else pictures.row(RESERVED, beside="is not asked")
                ],
            ),
        ]
        yield _drawn(i, f"call {i + 1}, {CALL[call]}: {what}; then {told}.", floors)


# 3. The locks of a workload


def _lanes(calls, i):
    """The calls of each thread, in the order of time; i: the one that happens now."""
    rows = []
    for name in sorted({thread for thread, _ in calls}):
        cells = "".join(call if thread == name else NOTHING for thread, call in calls)
        here = [(i, i + 1)] if i < len(calls) and calls[i][0] == name else []
        rows.append(pictures.row(cells, touched=here, beside=f"thread {name}", big=True))
    return pictures.floor("frames", "calls", "m: malloc, f: free, from left to right", rows)


def locks(answer, calls, batch):
    """The calls as they are; a lock for which the answer has no room is hatched."""
    lists, happened = {}, []
    for i in range(len(calls) + 1):
        new, acting, ended = (), "", i == len(calls)
        if ended:
            sentence = f"all calls are done: {plural(answer, 'lock')} in all"
        else:
            acting, call = calls[i]
            before, locked = lists.get(acting, 0), True
            if call == "m" and not before:
                lists[acting], why = batch - 1, f"an empty list fetches {batch}"
            elif call == "m":
                lists[acting], locked, why = before - 1, False, "the list has one"
            elif acting not in lists:
                why = f"thread {acting} has no list yet"
            elif before == 2 * batch:
                lists[acting], why = batch + 1, f"a full list gives {batch} back"
            else:
                lists[acting], locked, why = before + 1, False, "the list has room"
            after = lists.get(acting, 0)
            new = range(min(before, after), max(before, after))
            happened.append(locked)
            end = told(sum(happened), answer, "lock") if locked else "no lock"
            sentence = f"call {i + 1}, {CALL[call]} of {acting}: {why}: {end}"
        rows = []
        for name in sorted({thread for thread, _ in calls}):
            if name in lists:
                caption = f"thread {name}: {plural(lists[name], 'object')}, {2 * batch} allowed"
                touched = new if name == acting else ()
                rows.append(list_row(lists[name], 2 * batch, caption, touched))
            else:
                rows.append(no_cache_row(name, name == acting))
        locked = counted_row(happened, answer, "lock", len(calls), ended)
        floors = [
            _lanes(calls, i),
            pictures.floor("mcache", "thread caches", "no lock", rows),
            pictures.floor("mcentral", "central free list", "filled: a lock is taken", [locked]),
        ]
        yield _drawn(i, f"{sentence}.", floors)


# 4. Free runs that merge

LOOKS = {"used": IN_USE, "free": FREE, "returned": THIRD}


def _joined(runs, at, state):
    """The place of run `at` after it has merged with those of the same state that touch it."""
    runs = runs[:]
    while at + 1 < len(runs) and _touch(runs[at], runs[at + 1]):
        runs[at : at + 2] = [(runs[at][0], runs[at][1] + runs[at + 1][1], state)]
    while at and _touch(runs[at - 1], runs[at]):
        at -= 1
        runs[at : at + 2] = [(runs[at][0], runs[at][1] + runs[at + 1][1], state)]
    return runs, at


def _touch(run, other):
    return run[2] == other[2] and run[0] + run[1] == other[0]


def _name(run):
    first, npages, state = run
    if npages == 1:
        return f"page {first:,} {state}"
    return f"pages {first:,} to {first + npages - 1:,} {state}"


def _run_row(runs, first, stop, title, touched):
    """The pages first .. stop - 1 of the heap; a dashed outline around each run."""
    cells, boxes, outside = NOTHING * (stop - first), [], []
    for start, npages, state in runs:
        begin, end = max(first, start), min(stop, start + npages)
        if begin >= end or start < first or start + npages > stop:
            outside.append(_name((start, npages, state)))
        if begin < end:
            look = LOOKS.get(state, "?")
            cells = pictures.overlay(cells, begin - first, end - first, look)
            boxes.append((begin - first, end - first))
    told = ", ".join(map(_name, runs[:8])) or "no run at all"
    if outside:
        told += f" · not all drawn: {outside[0]}"
    return pictures.row(
        cells, label=title, caption=told, boxes=boxes, touched=touched, wide=True, high=28
    )


def free_run(answer, runs, start, limit):
    """Before, freed and merged as the rule is; then the list of the answer."""
    runs = [tuple(run) for run in runs]
    at = [run[0] for run in runs].index(start)
    first, stop = runs[0][0], runs[-1][0] + runs[-1][1]
    freed = runs[:]
    freed[at] = (start, runs[at][1], "free")
    merged, now = _joined(freed, at, "free")
    whole = merged[now]
    large = whole[1] >= limit
    rows, touched = [], [(start - first, start - first + runs[at][1])]
    new = [_name(run) for run in answer if tuple(run) not in runs]
    gone = [_name(run) for run in runs if run not in map(tuple, answer) and run != runs[at]]
    last = f"in the list now: {', '.join(new[:4]) or 'nothing new'}"
    last += f"; no more: {', '.join(gone[:4])}" if gone else ""
    steps = (
        (runs, "before", f"{_name(runs[at])}: this run is freed", touched),
        (
            merged,
            "free, and merged with the free runs that touch it",
            f"a free run of {plural(whole[1], 'page')}, "
            + (f"{limit} or more: it is returned" if large else f"fewer than {limit}: it stays so"),
            [(whole[0] - first, whole[0] - first + whole[1])],
        ),
        (answer, "the new list", last, []),
    )
    for i, (shown, title, sentence, touched) in enumerate(steps):
        rows.append(_run_row(shown, first, stop, title, touched))
        floor = pictures.floor(
            "mheap",
            "page heap",
            "filled: used, empty: free, hatched: returned; a dashed line around each run",
            rows[:],
            f"limit {plural(limit, 'page')}",
        )
        yield _drawn(i, f"{sentence}.", [floor])
