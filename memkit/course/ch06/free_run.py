"""Free runs of pages that merge, and go back to the kernel where they are large."""

from itertools import groupby
from typing import NamedTuple

from memkit import pictures
from memkit.checks import plural
from memkit.pictures.language import FREE, IN_USE, NOTHING, THIRD

from ..ideas import Idea
from ..scenes.floors import drawn
from ..task import at_the_end, room

LOOKS = {"used": IN_USE, "free": FREE, "returned": THIRD}


class Heap(NamedTuple):
    """The runs, and the one that this moment is about."""

    runs: list
    run: tuple


def _join(runs, at, gaps, sides, alike):
    """Join run `at` with neighbours in the same state, those behind it first; its new place."""
    for side in sides:
        left = at if side else at - 1
        if left < 0 or left + 1 >= len(runs):
            continue
        (start, npages, state), (then, more, other) = runs[left : left + 2]
        same = state == other or (alike and {state, other} <= {"free", "returned"})
        if same and (gaps or start + npages == then):
            runs[left : left + 2] = [(start, npages + more, runs[at][2])]
            at = left
    return at


def rule(
    runs,
    start,
    limit,
    *,
    merged=True,
    returns=True,
    again=True,
    gaps=False,
    sides=(1, 0),
    alike=False,
    more=0,
    whole=True,
):
    """Before; free and merged; and, where it is large, returned and merged."""
    runs = [tuple(run) for run in runs]
    at = [run[0] for run in runs].index(start)
    yield Heap(runs[:], runs[at])
    own = runs[at][1]
    runs[at] = (start, own, "free")
    if merged:
        at = _join(runs, at, gaps, sides, alike)
    first, npages, _ = runs[at]
    yield Heap(runs[:], runs[at])
    if returns and (npages if whole else own) >= limit + more:
        runs[at] = (first, npages, "returned")
        if again:
            at = _join(runs, at, gaps, sides, alike)
    yield Heap(runs, runs[at])


answer = at_the_end("runs")

MERGES = "merges at once with the runs that touch it and are free"
RETURNS = "If the whole run has now `limit` pages or more, it is returned"
AGAIN = "merges with the runs that touch it and are returned"
IDEAS = (
    Idea(
        "no_merging",
        "leaving neighbours as they are. A free run merges with free neighbours at once.",
        MERGES,
        merged=False,
        again=False,
    ),
    Idea(
        "forward_only",
        "merging with what follows, only. The run before it may be free as well.",
        MERGES,
        sides=(1,),
    ),
    Idea(
        "over_gaps",
        """merging across a gap. Runs must touch: the pages between them are somebody else's.""",
        "Pages that lie between two runs belong to somebody else",
        gaps=True,
    ),
    Idea(
        "free_and_returned",
        "merging free runs with returned ones. One has memory behind it, the other has not.",
        MERGES,
        alike=True,
    ),
    Idea(
        "once_only",
        "merging once. A run that is returned now may lie beside another returned one.",
        AGAIN,
        again=False,
    ),
    Idea(
        "backward_only",
        "merging with what comes before, only. The run behind it may be free as well.",
        MERGES,
        sides=(0,),
    ),
    Idea(
        "never_returns",
        "returning nothing. A run of {limit} pages or more goes back to the kernel.",
        RETURNS,
        returns=False,
    ),
    Idea(
        "more_than_the_limit",
        "returning too late, from {limit} + 1 pages on. A run of exactly {limit} is returned, too.",
        RETURNS,
        more=1,
    ),
    Idea(
        "its_own_pages",
        """holding the pages that are freed against the limit. The whole run counts, with what it
        has merged with.""",
        RETURNS,
        whole=False,
    ),
)


def case(random):
    runs, page = [], random.randint(0, 9)
    for _ in range(random.randint(1, 6)):
        states = ["used", "free", "returned"]
        if runs and runs[-1][2] != "used" and runs[-1][0] + runs[-1][1] == page:
            states.remove(runs[-1][2])  # they would have merged
        npages = random.randint(1, 4)
        runs.append((page, npages, random.choice(states)))
        page += npages + random.choice((0, 0, 0, 1))
    used = [run[0] for run in runs if run[2] == "used"]
    if not used:
        return case(random)
    return runs, random.choice(used), random.randint(2, 9)


def domain(runs, start, limit):
    """Runs in order, free neighbours merged, and one of them used at `start`."""
    for (first, npages, state), (then, _, other) in zip(runs, runs[1:], strict=False):
        if first + npages > then or (first + npages == then and state == other != "used"):
            return False
    whole = all(first >= 0 and npages >= 1 and state in LOOKS for first, npages, state in runs)
    return whole and (start, "used") in [(run[0], run[2]) for run in runs] and 2 <= limit <= 9


def simpler(runs, start, limit):
    """Everything from some page on moved down, or one run a page shorter and the rest with it."""
    for i, (first, npages, state) in enumerate(runs):
        for gone in {first if not i else 0, 1}:
            moved = [(at - gone, n, s) for at, n, s in runs[i:]]
            yield [*runs[:i], *moved], start - gone * (start >= first), limit
        moved = [(at - 1, n, s) for at, n, s in runs[i + 1 :]]
        yield [*runs[:i], (first, npages - 1, state), *moved], start - (start > first), limit
        for fewer in (1, 2):
            small = [*runs[:i], (first, npages - 1, state), *moved]
            yield small, start - (start > first), limit - fewer


# The scene


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


def scene(says, moments, runs, start, limit):
    """Before, freed and merged as the rule is; then the list of the answer."""
    before, merged, _ = moments
    says = [tuple(run) for run in says]
    new = [run for run in says if run not in before.runs]
    gone = [run for run in before.runs if run not in says and run != before.run]
    end = f"new in the list: {', '.join(map(_name, new[:4])) or 'nothing'}"
    end += f"; gone from it: {', '.join(map(_name, gone[:4]))}" if gone else ""
    npages = merged.run[1]
    large = f"{limit} or more: it is returned" if npages >= limit else f"fewer than {limit}"
    free = f"free, and merged with free runs that touch it: {plural(npages, 'page')}, {large}"
    steps = (
        (before.runs, "before", f"{_name(before.run)}, is freed", [before.run]),
        (merged.runs, "free runs merged", free, [merged.run]),
        (says, "the new list", end, new),
    )
    rows = []
    for i, (shown, title, sentence, touched) in enumerate(steps):
        rows.append(_run_bar(shown, runs[0][0], sum(runs[-1][:2]), title, touched))
        note = "filled: used, empty: free, hatched: returned"
        count = f"returned from {plural(limit, 'page')} on"
        yield drawn(i, f"{sentence}.", pictures.floor("mheap", "page heap", note, rows[:], count))


free_run = room(
    __name__,
    "free runs that merge",
    edges=(
        ([(0, 2, "used")], 0, 2),
        ([(0, 2, "used")], 0, 3),
        ([(0, 1, "free"), (1, 2, "used")], 1, 9),
        ([(0, 2, "used"), (3, 1, "free")], 0, 9),
        ([(0, 1, "free"), (2, 1, "used")], 2, 9),
        ([(0, 1, "free"), (1, 1, "used"), (2, 1, "free")], 1, 9),
        ([(0, 1, "returned"), (1, 2, "used"), (3, 1, "returned")], 1, 2),
        ([(0, 2, "used"), (2, 1, "returned")], 0, 9),
        ([(0, 2, "used"), (2, 1, "free")], 0, 3),
        ([(0, 2, "used"), (2, 1, "returned")], 0, 2),
        ([(0, 2, "used"), (3, 1, "returned")], 0, 2),
    ),
)
