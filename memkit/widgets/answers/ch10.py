"""Chapter 10: survivors, another pacer, what barriers shade, the slots after a sweep.

Survivors, barriers and slots are drawn as the chapter draws a collection; the pacer as bars to
scale: one for each length that its rule speaks of.
"""

from memkit.trace import size
from memkit.widgets import pictures
from memkit.widgets.answers.marking import marking
from memkit.widgets.collector import CollectorGrid
from memkit.widgets.collector_run import letters
from memkit.widgets.pictures import IN_USE, NOTHING, RESERVED, THIRD

GRIDS = dict.fromkeys(("survivors", "shaded", "handed_out"), CollectorGrid)
MIB = 1 << 20


def _listed(names, none="nothing"):
    """A, B and C."""
    names = [str(name) for name in names]
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]])) or none


# 1. What survives?


def survivors(answer, pointers, roots):
    """What the answer leaves out is freed; names of no object are told at the end."""
    names = sorted(pointers)
    numbers = {name: number for number, name in enumerate(names)}
    points_to = [[numbers[to] for to in pointers[name]] for name in names]
    freed = [numbers[name] for name in names if name not in answer]
    strange = [name for name in answer if name not in pointers]

    def some(found):
        return _listed(names[number] for number in found)

    played = list(marking(freed, points_to, [numbers[name] for name in roots], letters, some))
    end = played.pop()
    if strange:
        end["sentence"] = f"{end['sentence'][:-1]}; no object is called {_listed(strange[:4])}."
    yield from [*played, end]


# 2. A pacer with another rule


def _bytes(nbytes):
    """A size, and to the byte where it has been rounded: two answers differ in words too."""
    exact = nbytes < MIB or nbytes * 4 % MIB == 0
    return size(nbytes) if exact else f"{size(nbytes)} ({nbytes:,} bytes)"


def _length(whole, label, nbytes, state, behind=0, claimed=False):
    """A bar of `nbytes`, to scale; the last `behind` of them are hatched."""
    shown = max(0, min(whole, nbytes))
    second = max(0, min(shown, behind))
    parts = [(shown - second, state), (second, THIRD), (whole - shown, NOTHING)]
    parts = [(share, look, "", False) for share, look in parts if share]
    if claimed:  # a line at its end, or at the edge that it lies beyond
        at = max(0, [look != NOTHING for _, look, *_ in parts].count(True) - 1)
        parts[at] = (*parts[at][:3], 1.0 if shown else 0.0)
        label += "" if shown == nbytes else ", beyond the edge"
    return pictures.bar(parts, label=f"{label}: {_bytes(nbytes)}")


def _beside(claim, one, other):
    """How the claim stands to the larger one of two lengths."""
    off = claim - max(one, other)
    if not off:
        return "the larger of the two lengths"
    return f"{_bytes(abs(off))} {'below' if off < 0 else 'above'} the larger of the two lengths"


def pace(answer, marked, stacks, gogc, runway):
    """The two lengths that the goal is made from, and the goal; the same for the trigger."""
    goal, begin = answer
    grown, least = marked + (marked + stacks) * gogc // 100, 4 * MIB * gogc // 100
    whole = max(grown, least) * 5 // 4
    growth = f"alive, and hatched {gogc} % of that and of {size(stacks)} of stacks"
    lengths = [
        _length(whole, growth, grown, IN_USE, grown - marked),
        _length(whole, f"the least goal, 4 MiB \u00b7 {gogc} / 100", least, RESERVED),
    ]
    told = f"{size(marked)} are alive, {size(stacks)} are stacks, and GOGC is {gogc}."
    claim = _length(whole, "the goal", goal, IN_USE, claimed=True)
    ends = f"the goal is {_bytes(goal)}, {_beside(goal, grown, least)}."
    middle = (marked + goal) // 2
    before = [
        _length(whole, f"a runway of {size(runway)} before the goal", goal - runway, IN_USE),
        _length(whole, "the middle between alive and goal", middle, RESERVED),
    ]
    begins = f"a collection begins at {_bytes(begin)}, {_beside(begin, goal - runway, middle)}."
    trigger = _length(whole, "the trigger", begin, IN_USE, claimed=True)
    alive = f"{size(marked)} alive, and hatched the rest up to the goal"
    note = "the larger of two lengths"
    steps = (
        (told, [("goal", note, lengths)]),
        (ends, [("goal", note, [*lengths, claim])]),
        (begins, [
            ("goal", "by then marking should be over",
             [_length(whole, alive, goal, IN_USE, goal - marked)]),
            ("trigger", note, [*before, trigger]),
        ]),
    )  # fmt: skip
    for i, (sentence, parts) in enumerate(steps):
        words = [bar["label"].rsplit(": ", 1) for _, _, bars in parts for bar in bars]
        floors = [pictures.floor("mheap", *part) for part in parts]
        yield pictures.picture(i, sentence, floors, [("what", "how much"), *words])
