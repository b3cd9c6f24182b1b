"""Goal and trigger of a pacer that is simpler than Go's."""

from typing import NamedTuple

from memkit import pictures
from memkit.checks import size
from memkit.pictures.growth import growth

from ..ideas import Idea
from ..scenes import claimed
from ..task import room

MIB = 1 << 20


class Lengths(NamedTuple):
    """Two lengths, in bytes, of which the larger is the goal, or the trigger."""

    one: int
    other: int


def rule(
    marked, stacks, gogc, runway, *, alive=1, scanned=1, kept=0, least=4 * MIB, scaled=1, more=0,
    early=1, floor=1, low=1, part=32
):  # fmt: skip
    """`scanned`, `kept`: stacks that grow, and that are in the goal, `more`: another minimum,
    `low`: the middle begins at `marked`, `part`: how far up it is, in 64ths."""
    grown = marked * alive + stacks * kept + (marked + stacks * scanned) * gogc // 100
    grown = max(grown, marked + more) if more else grown
    yield (lengths := Lengths(grown, least * (gogc if scaled else 100) // 100))
    goal, low = max(lengths), marked * low
    begin = goal - runway * early
    yield Lengths(begin, low + (goal - low) * part // 64 if floor else begin)


def answer(moments):
    goal, trigger = map(max, moments)
    return goal, trigger


GROWS = "`marked` bytes plus `gogc` percent of `marked` and `stacks` together"
LEAST = "at least 4 MiB · `gogc` / 100"
ONE = "there is no other minimum"
EARLY = "A collection begins `runway` bytes before the goal"
MIDDLE = "never below the middle between `marked` and the goal"
IDEAS = (
    Idea("stacks_do_not_count", "leaving out the stacks. They are scanned, too.", GROWS, scanned=0),
    Idea("all_grows", "adding the stacks themselves. Of them only GOGC % count.", GROWS, kept=1),
    Idea(
        "stacks_as_they_are", "adding the stacks. Of them GOGC % count.", GROWS, scanned=0, kept=1
    ),
    Idea("growth_alone", "giving the growth alone. What is alive is in the goal.", GROWS, alive=0),
    Idea("no_minimum", "having no least goal. A tiny heap would never rest.", LEAST, least=0),
    Idea("fixed_minimum", "a least goal of 4 MiB always. It scales with GOGC.", LEAST, scaled=0),
    Idea("two_minima", "at least 1 MiB more, as in Go. Here it is not so.", ONE, more=MIB),
    Idea("begins_at_the_goal", "beginning at the goal. By then marking is over.", EARLY, early=0),
    Idea("no_floor", "letting the runway be too long. The middle is the limit.", MIDDLE, floor=0),
    Idea("half_the_goal", "half of the goal. The middle begins at `marked`.", MIDDLE, low=0),
    Idea("as_go", "45/64 of the way, as in Go. Here it is the middle.", MIDDLE, part=45),
)


def case(random):
    marked = random.randint(0, random.choice((40_000, 5 * MIB, 90 * MIB)))
    stacks = random.choice((0, 2048, random.randint(0, 9 * MIB)))
    gogc = random.choice((25, 50, 75, 100, 100, 200, 400))
    return marked, stacks, gogc, random.randint(0, random.choice((0, 50_000, 3 * MIB, 400 * MIB)))


def domain(marked, stacks, gogc, runway):
    return min(marked, stacks, runway) >= 0 and gogc in (25, 50, 75, 100, 200, 400)


# The scene


def _bytes(nbytes):
    """A size, and to the byte where it has been rounded: two answers differ in words too."""
    exact = nbytes < MIB or nbytes * 4 % MIB == 0
    return claimed.size(nbytes) + ("" if exact else f" ({claimed.count(nbytes)} bytes)")


def _beside(claim, lengths):
    """How the claim stands to the larger one of two lengths."""
    off = claim - max(lengths)
    if not off:
        return "the larger of the two lengths"
    return f"{_bytes(abs(off))} {'below' if off < 0 else 'above'} the larger of the two lengths"


def scene(says, moments, marked, stacks, gogc, runway):
    """What the goal is made from, and the goal; then the same for the trigger: the heap grows."""
    (grown, least), (begin, middle) = moments
    goal, trigger = says
    top = max(grown, least) * 5 // 4
    most = (-top // 12, top - marked, top)  # before 0 is what the last collection has left
    left = [(most[0], marked, marked), (0, marked, marked)]
    lines = {
        "with growth": ("aim", grown),
        "least": ("aim", least),
        "goal": ("goal", goal),
        "runway before": ("aim", begin),
        "middle": ("aim", middle),
        "trigger": ("trigger", trigger),
    }

    def chart(*names, reached=marked, caption=""):
        """The heap as it is, or as it has grown; and how it goes on to the answer's goal."""
        now = max(marked, min(top, reached))
        points = [*left, (now - marked, marked, now)] if now > marked else left
        end = max(now, min(top, goal))
        known = [(name, lines[name]) for name in names]
        later = [(now - marked, now), (end - marked, end)] if "goal" in names else ()
        drawn = [(look, name, [(0, value), (most[1], value)]) for name, (look, value) in known]
        across = "allocated since the last collection"
        return growth(points, most, drawn, "new", across, later, caption=caption, high=112)

    growing = f"with growth: {size(marked)} live, and {gogc} % of that and of {size(stacks)} of "
    growing += f"stacks; least: 4 MiB \u00b7 {gogc} / 100"
    begins_at = f"runway before: {size(runway)} before the goal; middle: between live and goal"
    told = f"{size(marked)} are alive, {size(stacks)} are stacks, and GOGC is {gogc}."
    ends = f"the goal is {_bytes(goal)}, {_beside(goal, moments[0])}."
    begins = f"a collection begins at {_bytes(trigger)}, {_beside(trigger, moments[1])}."
    first, last = ["with growth", "least"], ["goal", "runway before", "middle", "trigger"]
    steps = (
        (told, first, chart(*first, caption=growing)),
        (ends, [*first, "goal"], chart(*first, "goal", caption=growing)),
        (begins, list(lines), chart(*last, reached=trigger, caption=begins_at)),
    )
    for i, (sentence, known, row) in enumerate(steps):
        words = [(name, _bytes(lines[name][1])) for name in known]
        note = "filled: live, hatched: new, slanting: what will be"
        floors = [pictures.floor("mheap", "heap", note, [row], f"GOGC {gogc}")]
        yield pictures.picture(i, sentence, floors, [("what", "how much"), *words])


pace = room(
    __name__,
    "goal and trigger of another pacer",
    edges=(
        (0, 0, 100, 0),
        (0, 0, 50, 0),
        (MIB, 0, 100, 0),
        (8 * MIB, 0, 100, MIB),
        (8 * MIB, 0, 100, 7 * MIB),
        (8 * MIB, MIB, 100, 0),
        (3 * MIB, 4096, 200, MIB),
        (3 * MIB + 1, 0, 200, 9 * MIB),
        (4 * MIB, 0, 50, 3 * MIB // 2),
        (4 * MIB + 2, 2, 25, 0),
    ),
)
