"""The heap over time: what lives and what does not as areas, goal and trigger as lines, up to now.

point    (made, live, heap): bytes allocated so far, and of them those that live, those in the heap
line     a goal, a trigger, or what decides one (an "aim"): the value that it has from where on
moment   of a run: a point, the goal, the trigger, whether marking goes on

What comes later is not drawn; a line goes on to its words, thin.
"""

from functools import partial
from itertools import pairwise

from memkit import pictures
from memkit.checks import plural, size, whole

MIB = 1 << 20
FAR = 8  # times the largest heap: what lies above is not drawn to scale
NAMES = ("made", "live", "heap", "goal", "trigger")


def growth(
    points, most, lines=(), rest="garbage", across="allocated so far", later=(), numbers=(),
    caption="", high=150,
):  # fmt: skip
    """A row: the heap up to its last point.

    most     (first, last, top): where the axis of what was allocated begins and ends, the heap's
    lines    (look, word, [(made, value), ...]); look: "goal", "trigger", "aim"
    rest     what the heap holds besides `live`
    later    [(made, heap), ...]: what will be, in outline
    numbers  [(made, text), ...]: what happened there
    """
    first, last, top = most
    per = unit_of(*most)
    made = [
        {
            "look": look,
            "text": f"{word} {_number(steps[-1][1], per, top)}",
            "at": [[at, max(0, min(top, value))] for at, value in steps],
        }
        for look, word, steps in lines
    ]
    chart = {
        "per": per,
        "unit": "MiB" if per == MIB else "KiB",
        "across": across,
        "most": [first, last, top],
        "points": [list(point) for point in points],
        "rest": rest,
        "lines": made,
        "later": [list(point) for point in later],
        "numbers": [list(number) for number in numbers],
        "wide": max([len(rest), *(len(word) for _, word, _ in lines)]) + 7,
        "high": high,
    }
    return {"growth": chart, "label": "", "caption": caption, "beside": "", "mark": None}


def _number(value, per, top):
    """A value of a line in the unit of its chart; an arrow where it lies beyond the edge."""
    if value < 0:
        return "< 0 \u2193"
    if value > top:
        return f"{value / per:,.0f} \u2191" if value < 10_000 * per else "far above \u2191"
    return in_unit(value, per)


def unit_of(first, last, top):
    """The bytes of the unit that a chart with such ends is written in."""
    return MIB if max(last - first, top) >= MIB else 1 << 10


def in_unit(nbytes, per):
    return f"{nbytes / per:.2f}".rstrip("0").rstrip(".")


def written(nbytes, per):
    """A size in the unit of a chart, with its name."""
    return f"{in_unit(nbytes, per)} {'MiB' if per == MIB else 'KiB'}"


# A run, allocation by allocation


class Growth:
    """The moments of a run, (made, live, heap, goal, trigger, marking), one for each allocation.

    ends   the numbers of those in which a collection ended; begins: in which one began
    Raises ValueError, one sentence, where they are no such moments.
    """

    def __init__(self, moments):
        wrong = "moments must be (made, live, heap, goal, trigger, marking) of one run"
        try:
            self.moments = [(*map(whole, NAMES, moment[:5]), bool(moment[5])) for moment in moments]
        except (TypeError, IndexError, KeyError) as problem:
            raise ValueError(f"{wrong}, in order.") from problem
        if not self.moments:
            raise ValueError(f"{wrong}, and there are none.")
        if any(one[0] > other[0] for one, other in pairwise(self.moments)):
            raise ValueError(f"{wrong}: what was made never becomes less.")
        marking = [False, *(moment[5] for moment in self.moments)]
        turns = [(k, here) for k, (before, here) in enumerate(pairwise(marking)) if before != here]
        self.begins = [k for k, here in turns if here]
        self.ends = [k for k, here in turns if not here]
        self.made = [moment[0] for moment in self.moments]

    def shown(self, each):
        """The moments that are steps: one after `each` bytes, those that are events, the last."""
        passed = [k for k, (a, b) in enumerate(pairwise([0, *self.made])) if a // each != b // each]
        return {*passed, *self.begins, *self.ends, len(self.made) - 1}

    def event(self, k):
        return "trigger" if k in self.begins else "collected" if k in self.ends else "allocate"


def steps_of(runs, each):
    """The numbers of the moments that the runs are shown at, together."""
    last = min(len(run.moments) for run in runs) - 1
    return sorted({k for run in runs for k in run.shown(each) if k <= last})


def most_of(runs):
    """The ends of the axes, the same for runs side by side; a goal may lie far beyond."""
    moments = [moment for run in runs for moment in run.moments]
    heap = max(moment[2] for moment in moments)
    goal = max((moment[3] for moment in moments if moment[3] <= FAR * heap), default=0)
    return 0, max(run.made[-1] for run in runs), max(heap, goal, 1) * 21 // 20


def growth_picture(run, steps, i, most, title, high=260):
    """Step i of `steps`, numbers of moments, of a Growth."""
    k = steps[i]
    # Right before a collection ends the heap is largest: a point of the areas and no step.
    seen = sorted({*steps[: i + 1], *(end - 1 for end in run.ends if 0 < end <= k)})
    points = [(0, 0, 0), *(run.moments[n][:3] for n in seen)]
    made, live, heap, goal, trigger, _ = run.moments[k]
    ended = [end for end in run.ends if end <= k]
    turns = [0, *ended]
    lines = [
        (name, name, [(0 if n == 0 else run.made[n], run.moments[n][at]) for n in turns])
        for at, name in ((3, "goal"), (4, "trigger"))
    ]
    said = partial(written, per=unit_of(*most))
    numbers = [(run.made[end], str(number)) for number, end in enumerate(ended, 1)]
    sentence = _sentence(run, steps, i, said)
    garbage = max(0, heap - live)
    caption = f"{said(made)} allocated so far, {plural(len(ended), 'collection')}"
    row = growth(points, most, lines, numbers=numbers, caption=caption, high=high)
    words = [
        ("what", "how much"),
        ("allocated so far", size(made)),
        ("heap", size(heap)),
        ("live", size(live)),
        ("garbage", size(garbage)),
        ("goal", size(goal)),
        ("trigger", size(trigger)),
        ("collections", len(ended)),
    ]
    note = "filled: live, hatched: garbage; a number: a collection"
    return pictures.picture(i, sentence, [pictures.floor("mheap", title, note, [row])], words)


def _sentence(run, steps, i, said):
    """What the step is about: a collection begins, or has ended, or there is more."""
    k = steps[i]
    made, live, heap, goal, trigger, _ = run.moments[k]
    event = run.event(k)
    if event == "trigger":
        before = run.moments[k - 1][4] if k else trigger
        return f"The heap has {said(heap)}, its trigger is {said(before)}: marking begins."
    if event == "collected":
        number = run.ends.index(k) + 1
        freed = max(0, run.moments[k - 1][2] - heap)
        text = f"Collection {number} is over and has freed {said(freed)}: {said(heap)} are left, "
        return f"{text}the next goal is {said(goal)}."
    more = made - (run.made[steps[i - 1]] if i else 0)
    return f"{said(more)} more: {said(heap)} in the heap, of them {said(live)} live."
