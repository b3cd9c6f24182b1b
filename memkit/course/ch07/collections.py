"""How often a heap is collected that a program fills."""

from itertools import accumulate
from typing import NamedTuple

from memkit import pictures
from memkit.checks import plural, size
from memkit.pictures.growth import growth

from ..ideas import Idea
from ..scenes.counted import counted_row, told
from ..scenes.floors import drawn
from ..task import at_the_end, room

MIB = 1 << 20
CYCLES = 12  # of the heap, drawn beside each other


class Cycle(NamedTuple):
    """What survived, the heap at the end, its goal, and the collections by then."""

    live: int
    heap: int
    goal: int
    number: int


def rule(
    live, total, gogc, *, percent=0, scaled=True, again=True, left=1, capped=True, anew=0, late=0,
    begins=0, ahead=0, h="heap",
):  # fmt: skip
    """Cycles; `percent`: what a goal grows by, `again`: the first goal is the least one, too,
    `anew`: all of the goal is new, `late`: bytes that it is exceeded by, `begins`: the share of
    `live` in the first heap, `ahead`: in the first goal, `h`: what goals count from."""
    first = 4 * MIB * (gogc if scaled else 100) // 100
    gogc = percent or gogc
    heap, number, ended = live * begins, 0, False
    goal = max(first, (live + live * gogc // 100) * ahead)
    while not ended:
        need = goal - (0 if anew else heap)
        ended = total < need + late
        new = min(need, total)
        total -= new
        number += not ended
        yield Cycle(heap, heap + new, goal, number)
        heap = (min(goal, live) if capped else live) * left
        counts = live if h == "live" else heap
        goal = max(first if again else 1, counts + counts * gogc // 100)


answer = at_the_end("number")

GOAL = "A heap that is left with `h` bytes gets the goal `h + h * gogc // 100`"
LEAST = "It is never less than `4 MiB * gogc // 100`"
LEAVES = "a collection leaves `live` bytes in it"
IDEAS = (
    Idea(
        "without_a_minimum",
        """a goal without its minimum. A small heap waits for 4 MiB * GOGC / 100 before it is
        collected.""",
        LEAST,
        instead=lambda *args: answer(rule(*args, again=False)),  # the moments may be many
    ),
    Idea(
        "always_doubles",
        "doubling the heap always. That is GOGC 100; here it is {gogc}.",
        GOAL,
        percent=100,
    ),
    Idea(
        "live_from_the_start",
        "beginning with `live` bytes in the heap. It is empty: all of them are allocated first.",
        LEAVES,
        begins=1,
    ),
    Idea(
        "first_goal_from_live",
        "the first goal from `live`. Nothing has survived yet: it is 4 MiB * GOGC / 100.",
        "which is the first goal too",
        ahead=1,
    ),
    Idea(
        "nothing_survives",
        "starting from an empty heap each time. What survives stays, and the goal counts from it.",
        LEAVES,
        left=0,
    ),
    Idea(
        "all_is_new",
        "letting the whole goal be allocated anew each time. What survived fills part of it.",
        "As soon as its heap reaches the goal",
        anew=1,
    ),
    Idea(
        "fixed_minimum", "a minimum of 4 MiB always. It is 4 MiB * GOGC / 100.", LEAST, scaled=False
    ),
    Idea(
        "more_than_there_is",
        "leaving more than there is. A heap that has fewer than {live:,} bytes keeps all it has.",
        "(or all, where the heap has fewer)",
        capped=False,
    ),
    Idea(
        "beyond_the_goal",
        "waiting for one byte more than the goal. A heap that reaches it is collected.",
        "As soon as its heap reaches the goal",
        late=1,
    ),
    Idea(
        "goal_from_live",
        """the goal from `live` always. It counts from what is left in the heap, which may be
        less.""",
        GOAL,
        h="live",
    ),
)


def case(random):
    live = random.choice((0, 1, 3, 4, 6, 10, 20)) * MIB + random.randint(1, 4) * (1 << 16)
    gogc = random.choice((25, 50, 50, 100, 200, 400))
    return live, random.randint(1, 200) * MIB, gogc


def domain(live, total, gogc):
    return (
        1 << 16 <= live <= 32 * MIB
        and not live % (1 << 16)
        and 1 <= total <= 200 * MIB
        and gogc in (25, 50, 60, 100, 200, 400)
    )


# The scene


def _points(cycles, live, begin):
    """The heap from cycle to cycle: as long as it has fewer than `live` bytes, all of them live."""
    made = begin
    for start, heap, _, _ in cycles:
        knee = min(heap, max(start, live))
        for size_now in (start, knee, heap):
            yield made + size_now - start, min(size_now, live), size_now
        made += heap - start


def scene(says, moments, live, total, gogc):
    """The heap fills up to its goal again and again; a collection beyond the answer is hatched."""
    top = max(cycle.goal for cycle in moments) * 21 // 20
    ends = [0, *accumulate(cycle.heap - cycle.live for cycle in moments)]
    for i, (start, heap, goal, number) in enumerate(moments):
        new, ended, done = size(heap - start), i + 1 == len(moments), ends[i + 1]
        if ended:
            sentence = f"the last {new} do not reach the goal of {size(goal)}: "
            sentence += f"{plural(says, 'collection')} in all"
        else:
            sentence = f"{new} more, and the goal of {size(goal)} is reached: "
            sentence += f"{told(number, says, 'collection')}; {size(moments[i + 1].live)} survive"
        first = i - i % CYCLES
        page = moments[first : first + CYCLES]
        last = ends[first + len(page) - 1] + page[-1].goal - page[-1].live
        goals = [(ends[k], moments[k].goal) for k in range(first, i + 1)]
        chart = growth(
            list(_points(moments[first : i + 1], live, ends[first])),
            (ends[first], last, top),
            [("goal", "goal", goals)],
            numbers=[(ends[k + 1], str(moments[k].number)) for k in range(first, i + 1 - ended)],
            caption=f"{size(done)} of {size(total)} allocated so far",
        )
        note = "filled: live, hatched: garbage; a number: a collection"
        yield drawn(
            i,
            f"{sentence}.",
            pictures.floor("mheap", "heap", note, [chart], f"GOGC {gogc}"),
            pictures.floor(
                "frames",
                "collections",
                "",
                [counted_row([1] * number, says, "collection", ended=ended)],
            ),
        )


collections = room(
    __name__,
    "how often a heap is collected",
    edges=(
        (MIB, 4 * MIB - 1, 100),
        (MIB, 4 * MIB, 100),
        (MIB, 8 * MIB, 50),
        (MIB, 2_516_581, 60),
        (26 << 16, 3_538_943, 60),
        (MIB, 16 * MIB, 100),
        (8 * MIB, 32 * MIB, 100),
        (8 * MIB, 32 * MIB, 200),
    ),
)
