"""Chapter 10: survivors, another pacer, what barriers shade, the slots after a sweep.

Survivors, barriers and slots are drawn as the chapter draws a collection; the pacer as a heap to
scale: a row of cells for each length that its rule speaks of.
"""

from memkit.trace import size
from memkit.widgets import pictures
from memkit.widgets.answers.marking import marking
from memkit.widgets.collector import CollectorGrid
from memkit.widgets.collector_run import letters
from memkit.widgets.pictures import FREE, IN_USE, RESERVED, THIRD

GRIDS = dict.fromkeys(("survivors", "shaded", "handed_out"), CollectorGrid)
CELLS = 96  # of a row to scale
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
    text = size(nbytes)
    exact = nbytes < MIB or nbytes * 4 % MIB == 0
    return text if exact else f"{text} ({nbytes:,} bytes)"


def _scale(cell, parts, label, mark="", touched=False):
    """A row of CELLS cells: parts are (bytes, state), from 0 on; `mark` points to its end."""
    cells, total = "", 0
    for nbytes, state in parts:
        total += nbytes
        cells += state * (max(0, min(CELLS, round(total / cell))) - len(cells))
    end = max(0, min(CELLS - 1, round(total / cell) - 1))
    if mark and not 0 <= total <= CELLS * cell:
        mark += ", beyond the edge"
    return pictures.row(
        cells + FREE * (CELLS - len(cells)),
        label=label,
        touched=[(end, end + 1)] if touched else (),
        mark=(end, mark) if mark else None,
        wide=True,
        high=30,
    )


def pace(answer, marked, stacks, gogc, runway):
    """What the rule speaks of, to scale; then the goal, then the trigger before it."""
    goal, trigger = answer
    growth = (marked + stacks) * gogc // 100
    least = 4 * MIB * gogc // 100
    cell = max(1, marked + growth, least) * 1.25 / CELLS
    grown = f"with {gogc} % of {size(marked)} and of {size(stacks)} of stacks: "
    rule = [
        _scale(cell, [(marked, IN_USE)], f"alive after the last collection: {size(marked)}"),
        _scale(cell, [(marked, IN_USE), (growth, THIRD)], grown + size(marked + growth)),
        _scale(cell, [(least, RESERVED)], f"at least 4 MiB \u00b7 {gogc} / 100: {size(least)}"),
    ]
    words = [
        ("what", "bytes"),
        ("alive after the last collection", f"{marked:,}"),
        (f"with {gogc} percent of that and of {stacks:,} bytes of stacks", f"{marked + growth:,}"),
        (f"the least goal at GOGC={gogc}", f"{least:,}"),
    ]
    floors = [pictures.floor("mheap", "the heap", "what the goal depends on", rule)]
    told = f"{size(marked)} of the heap and {size(stacks)} of stacks to look at, GOGC is {gogc}."
    yield pictures.picture(0, told, floors, words)
    parts = [(min(marked, goal), IN_USE), (max(0, goal - marked), THIRD)]
    row = _scale(cell, parts, "may grow to here", f"goal {_bytes(goal)}", True)
    floors = [*floors, pictures.floor("mheap", "goal", "marking should be over", [row])]
    words = [*words, ("goal", f"{goal:,}")]
    yield pictures.picture(1, f"the goal is {_bytes(goal)}.", floors, words)
    middle = (marked + goal) // 2
    rows = [
        _scale(cell, [(goal - runway, IN_USE), (runway, THIRD)],
               f"a runway of {size(runway)} before that goal: {size(goal - runway)}"),
        _scale(cell, [(middle, RESERVED)], f"the middle between alive and goal: {size(middle)}"),
        _scale(cell, [(trigger, IN_USE)], "a collection begins", f"trigger {_bytes(trigger)}", True),
    ]  # fmt: skip
    floors = [*floors, pictures.floor("mheap", "trigger", "marking begins", rows)]
    words = [
        *words,
        (f"a runway of {runway:,} bytes before the goal", f"{goal - runway:,}"),
        ("the middle between alive and goal", f"{middle:,}"),
        ("trigger", f"{trigger:,}"),
    ]
    yield pictures.picture(2, f"a collection begins at {_bytes(trigger)}.", floors, words)
