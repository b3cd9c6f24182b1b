"""Chapter 06: a span to scale, a thread's list, calls and their locks, the runs of a page heap.

Threads, central list and page heap are drawn as the chapter's three floors draw them.
"""

from itertools import groupby

from memkit.trace import plural, size
from memkit.widgets import pictures
from memkit.widgets.answers.counted import counted_row, lanes, told
from memkit.widgets.pictures import FREE, IN_USE, NOTHING, RESERVED, THIRD
from memkit.widgets.tcmalloc import CACHED, list_row, no_cache_row
from memkit.widgets.tiers import floor_words

LAST = 16  # calls whose lists stand in a line
MOST = 200  # objects, pages or calls drawn one by one
UNITS = 20  # what is drawn in one piece, to scale, has the width of so many cells
CALL = {"m": "malloc", "f": "free"}


def _drawn(i, sentence, floors):
    return pictures.picture(i, sentence, floors, floor_words(floors))


# 1. The pages of a span


def _row(n, look, parts, **more):
    """n cells, in one piece if they are many, and behind them parts (cells, state), to scale."""
    cells = look * n if 0 < n <= MOST else ""
    if not cells:
        whole = n + sum(part for part, _ in parts)
        parts = [(UNITS * part / whole, state) for part, state in [(n, look), *parts]]
    return pictures.row(cells, tail=parts, wide=True, high=28, **more)


def _span_rows(nbytes, n, page, share, more):
    """A span to scale: its pages (and one more), its objects and its tail, what that may be."""
    room, next_page = n * page, more * page
    objects, tail = divmod(room, nbytes)
    span = f"{plural(n, 'page')} of {size(page)}: {size(room)}"
    span += "; dashed: one more is taken" if more else ""
    told = f"{plural(objects, 'object')} of {size(nbytes)}; hatched: {size(tail)} left over"
    behind = [(tail / nbytes, THIRD), (next_page / nbytes, NOTHING)]
    may = [(room - room / share, NOTHING), (room / share, RESERVED), (next_page, NOTHING)]
    touched = [(n - 1, n)] if n <= MOST else []
    return (
        _row(n, IN_USE, [(int(more), RESERVED)], caption=span, touched=touched),
        _row(objects, FREE, behind, caption=told),
        _row(0, FREE, may, caption=f"dashed: may be left over, {size(room // share)}"),
    )


def pages(answer, nbytes, page, share):
    """One page more at each step, until there are as many as the answer says."""
    need, held, n = min(32, max(2, 65536 // nbytes)) // 4, False, None
    while n != answer:
        n = answer if held else min((n or 0) + 1, answer)
        objects, tail = divmod(max(0, n) * page, nbytes)
        wrong = [f"fewer than {plural(need, 'object')}"] if objects < need else []
        wrong += ["too much left over"] if tail * share > n * page else []
        wrong = wrong if n > 0 else ["there is no span"]
        held, more = not wrong, n != answer
        said = " and ".join(wrong) or "enough objects, little left over"
        if more:
            said += "; one page more" if wrong else "; and yet the answer takes more"
        else:
            said += f"; {plural(n, 'page')} it is"
        none = [pictures.row(RESERVED, beside="no page")] * 3
        span, *rows = _span_rows(nbytes, n, page, share, more) if n > 0 else none
        floors = [
            pictures.floor("mheap", "page heap", "the pages of a span", [span]),
            pictures.floor(
                "mcentral",
                "central free list",
                f"wants {plural(need, 'object')} or more, and at most 1/{share} left over",
                rows,
            ),
        ]
        yield _drawn(n, f"{plural(n, 'page')}: {said}.", floors)


# 2. A list under slow start


def lengths(answer, calls, batch, patience):
    """The list obeys the rule; what the last call leaves is what the answer says."""
    length, most, overages, history = 0, 1, 0, []
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
        new = range(min(before, length), min(MOST, max(before, length)))
        history.append(f"{length:,} of {most:,}")
        told = f"{plural(length, 'object')}, {most:,} allowed"
        was = f"{plural(before, 'object')}, {allowed:,} allowed"
        was += f" (too many {plural(many, 'time')})" if many else ""
        way = "fetched" if call == "m" else "given back"
        after_each = f"in the list after each call: {' · '.join(history[-LAST:])}"
        floors = [
            pictures.floor(
                "frames",
                "calls",
                "m: malloc, f: free",
                [pictures.row(calls, caption=after_each, touched=[(i, i + 1)], big=True)],
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
            lanes(calls, i, "m: malloc, f: free, from left to right"),
            pictures.floor("mcache", "thread caches", "no lock", rows),
            pictures.floor("mcentral", "central free list", "filled: a lock is taken", [locked]),
        ]
        yield _drawn(i, f"{sentence}.", floors)


# 4. Free runs that merge

LOOKS = {"used": IN_USE, "free": FREE, "returned": THIRD}


def _touch(run, other):
    return run[2] == other[2] and run[0] + run[1] == other[0]


def _joined(runs, at, state):
    """The runs after run `at` has merged with those that touch it, and the run that it is now."""
    if at + 1 < len(runs) and _touch(runs[at], runs[at + 1]):
        runs[at : at + 2] = [(runs[at][0], runs[at][1] + runs[at + 1][1], state)]
    if at and _touch(runs[at - 1], runs[at]):
        at -= 1
        runs[at : at + 2] = [(runs[at][0], runs[at][1] + runs[at + 1][1], state)]
    return runs, runs[at]


def _name(run):
    first, npages, state = run
    if npages == 1:
        return f"page {first:,} {state}"
    return f"pages {first:,} to {first + npages - 1:,} {state}"


def _run_bar(runs, first, stop, title, touched):
    """The pages first .. stop - 1 of the heap: a part of a bar for each run."""
    owners = [None] * (stop - first)
    for run in runs:
        begin, end = max(first, run[0]), min(stop, run[0] + run[1])
        owners[begin - first : max(begin, end) - first] = [run] * (end - begin)
    parts = []
    for run, group in groupby(owners):
        npages, begin = len(list(group)), first + sum(part[0] for part in parts)
        text = f"{begin}" + (f"–{begin + npages - 1}" if npages > 1 else "")
        look = LOOKS.get(run[2], "?") if run else NOTHING
        parts.append((npages, look, text if run else "", run in touched))
    outside = [run for run in runs if run[0] < first or run[0] + run[1] > stop]
    told = ", ".join(map(_name, outside[:4]))
    return pictures.bar(parts, title, f"not all of it is drawn: {told}" if told else "")


def free_run(answer, runs, start, limit):
    """Before, freed and merged as the rule is; then the list of the answer."""
    runs, answer = [tuple(run) for run in runs], [tuple(run) for run in answer]
    at = [run[0] for run in runs].index(start)
    freed = (start, runs[at][1], "free")
    merged, whole = _joined([*runs[:at], freed, *runs[at + 1 :]], at, "free")
    new = [run for run in answer if run not in runs]
    gone = [run for run in runs if run not in answer and run != runs[at]]
    end = f"new in the list: {', '.join(map(_name, new[:4])) or 'nothing'}"
    end += f"; gone from it: {', '.join(map(_name, gone[:4]))}" if gone else ""
    large = f"{limit} or more: it is returned" if whole[1] >= limit else f"fewer than {limit}"
    free = f"free, and merged with free runs that touch it: {plural(whole[1], 'page')}, {large}"
    steps = (
        (runs, "before", f"{_name(runs[at])}, is freed", [runs[at]]),
        (merged, "free runs merged", free, [whole]),
        (answer, "the new list", end, new),
    )
    rows = []
    for i, (shown, title, sentence, touched) in enumerate(steps):
        rows.append(_run_bar(shown, runs[0][0], sum(runs[-1][:2]), title, touched))
        floor = pictures.floor(
            "mheap",
            "page heap",
            "filled: used, empty: free, hatched: returned",
            rows[:],
            f"returned from {plural(limit, 'page')} on",
        )
        yield _drawn(i, f"{sentence}.", [floor])
