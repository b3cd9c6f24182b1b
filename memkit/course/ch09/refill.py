"""Where an mcache gets a span from, and how many spans are swept for it."""

from typing import NamedTuple

from memkit import pictures
from memkit.checks import plural
from memkit.pictures.language import FREE, IN_USE, RESERVED, THIRD
from memkit.pictures.span import SETS
from memkit.pictures.tiers import floor_words

from ..ideas import Idea
from ..plain import text
from ..task import at_the_end, room


class Span(NamedTuple):
    """Where the span comes from, "" as long as none is found, and how many were swept so far."""

    source: str
    swept: int


def rule(
    partial_swept,
    partial_unswept,
    full_swept,
    full_unswept,
    budget,
    *,
    order=1,
    spends="budget",
    more=0,
    sure=False,
    lazy=True,
    counted=1,
):
    """A sweep at each moment, until a span is found, or the budget spent."""
    sets = [("partial unswept", partial_unswept), ("full unswept", full_unswept)][::order]
    waiting = [(name, free) for name, spans in sets for free in spans]
    most = {"nothing": 0, "all": len(waiting)}.get(spends, budget + more)
    swept = 0 if lazy else min(most, len(waiting))
    if partial_swept:
        yield Span("partial swept", swept)
        return
    for name, free in waiting[:most]:
        swept += lazy
        yield Span(name if free or sure else "", swept if counted or not free else swept - 1)
        if free or sure:
            return
    yield Span("grow", swept)


answer = at_the_end("source", "swept")

UNTIL = "until one has a free slot or `budget` spans are swept"
SWEEPS = "Else it sweeps one span after the other"
IDEAS = (
    Idea(
        "never_sweeps",
        "growing as soon as no swept span has a free slot. Spans that wait for a sweep come first.",
        SWEEPS,
        spends="nothing",
    ),
    Idea(
        "first_full_one",
        "taking the first unswept span as it is. If all its objects live, a sweep frees nothing.",
        UNTIL,
        sure=True,
    ),
    Idea(
        "without_budget",
        """sweeping for as long as it takes. Once the budget of {budget} is spent, a new span is the
        quicker way.""",
        UNTIL,
        spends="all",
    ),
    Idea(
        "sweeps_all",
        "sweeping everything first. Sweeping is lazy: it ends with the first free slot.",
        UNTIL,
        lazy=False,
    ),
    Idea(
        "full_ones_first",
        """sweeping the full spans first. A partial span is sure to have a free slot, a full one is
        not.""",
        "the partial unswept ones before the full unswept ones",
        order=-1,
    ),
    Idea(
        "one_too_many",
        "sweeping one more than the budget of {budget}. Once it is spent, the heap grows.",
        UNTIL,
        more=1,
    ),
    Idea(
        "found_not_counted",
        "leaving out the sweep that finds a free slot. It is a sweep like those before it.",
        "how many spans were swept",
        counted=0,
    ),
)


def case(random):

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
        random.randint(1, 6),
    )


def domain(partial_swept, partial_unswept, full_swept, full_unswept, budget):
    """A partial span has a free slot, a full swept one has none."""
    return (
        all(1 <= free <= 3 for free in partial_swept + partial_unswept)
        and not any(full_swept)
        and all(0 <= free <= 3 for free in full_unswept)
        and 1 <= budget <= 6
    )


# The scene


def _free(free):
    """The look of a span: the number of its free slots, or filled."""
    return str(free) if free else IN_USE


def _sets(sets, swept, at):
    """The four sets side by side. swept: {set: how many of its spans}; the others are hatched."""
    rows = []
    for name in SETS:
        known, looks, free = swept.get(name, len(sets[name])), "", []
        for k, n in enumerate(sets[name]):
            looks += THIRD if k >= known else _free(n)
            free.append("?" if k >= known else str(n))
        touched = [(at[1], at[1] + 1)] if at and at[0] == name else []
        told = f"free slots: {' '.join(free)}" if free else "none"
        rows.append(pictures.row(looks or RESERVED, name, told, touched, big=True))
    return rows


def scene(says, moments, partial_swept, partial_unswept, full_swept, full_unswept, budget):
    """The spans are swept in their order, as many as the answer says; then it says which one."""
    source, count = says
    sets = dict(zip(SETS, (partial_swept, full_swept, partial_unswept, full_unswept), strict=True))
    waiting = [(name, k) for name in SETS[2:] for k in range(len(sets[name]))]
    swept, found = dict.fromkeys(SETS[2:], 0), [("partial swept", 0)] if partial_swept else []

    def step(i, sentence, at=None, got=(RESERVED, "has no free slot"), grows=False):
        """at: the span that is touched; got: what the mcache has then, and that in words."""
        held = pictures.row(got[0], beside=got[1], touched=[(0, 1)], big=True)
        look, asked, new = (FREE, "a new span", [(0, 1)]) if grows else (RESERVED, "not asked", [])
        row = pictures.row(look, beside=asked, touched=new, big=True)
        note, told = (
            "a number: free slots; filled: none; hatched: not swept",
            f"swept {sum(swept.values())}",
        )
        line = _sets(sets, swept, at)
        told += f", budget {budget}"
        floors = [
            pictures.floor("mcache", "mcache", "asks for a span", [held]),
            pictures.floor("mcentral", "mcentral", note, [line], told, at is not None),
            pictures.floor("mheap", "mheap", "makes new spans", [row], acting=grows),
        ]
        thread = [(0, 0, 0), (1, SETS.index(at[0]), at[1])] if at else ()
        return pictures.picture(i, f"{sentence}.", floors, floor_words(floors), thread)

    first = f"the mcache asks: {plural(len(partial_swept), 'partial swept span')}"
    yield step(0, first, ("partial swept", 0))
    for i, (name, k) in enumerate(waiting[: max(0, count)], start=1):
        why = f", beyond the budget of {budget}" if i > budget else ""
        why = ", though a swept span has a free slot" if found else why
        swept[name], free = k + 1, sets[name][k]
        found += [(name, k)] if free else []
        yield step(i, f"sweep {i}, {name}{why}: {plural(free, 'free slot')}", (name, k))
    i, left = max(0, min(count, len(waiting))), len(waiting) - max(0, count)
    at, got = None, (RESERVED, "has no span yet")
    if source == "grow":
        got = FREE, "a new span"
        sentence = "the heap grows: nothing is left to sweep"
        if found:
            sentence = f"the heap grows, though a span of {found[0][0]} has a free slot"
        elif left > 0:
            sentence = "the heap grows: the budget is spent"
            if count < budget:
                sentence = f"the heap grows, though {plural(left, 'span')} could be swept"
    elif source not in sets:
        sentence = f"the span comes from {text(source, 20)}, which is no set"
    elif not sets[source]:
        sentence = f"the span comes from {source}, which is empty"
    else:
        at = next((span for span in found if span[0] == source), (source, 0))
        free, known = sets[source][at[1]], swept.get(source, 1)
        told = (plural(free, "free slot") if free else "no free slot") if known else "not swept yet"
        got = (_free(free) if known else THIRD), told
        sentence = f"the span comes from {source}: {told}"
    sentence += f"; {plural(count, 'span')} swept"
    sentence += f", but only {len(waiting)} could be" if left < 0 else ""
    yield step(i + 1, sentence, at, got, source == "grow")


refill = room(
    __name__,
    "the refill",
    edges=(
        ([], [], [], [], 1),
        ([2], [], [], [], 3),
        ([2], [1], [], [1], 3),
        ([], [1], [], [3], 3),
        ([], [1], [], [0], 3),
        ([], [1], [], [], 1),
        ([], [], [], [1], 1),
        ([], [], [], [0, 1], 1),
        ([], [], [], [0, 2], 2),
        ([], [], [], [0, 2], 3),
        ([], [], [0], [0, 0, 1], 2),
        ([], [], [], [0, 0], 3),
        ([], [], [0], [], 2),
    ),
)
