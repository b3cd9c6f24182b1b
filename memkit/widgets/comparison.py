"""Two answers to one case of a task, step by step: the learner's above, the right one below.

Both are pictures of the task's own scene, so the first step that differs is the first whose two
pictures differ.
"""

from memkit import pictures
from memkit.course.plain import text
from memkit.course.runs import runs
from memkit.pictures.difference import marked
from memkit.trace import Step
from memkit.widgets.player import Player

SAME, FIRST, DIFFERS = "same", "first difference", "difference"
ENDED = "This run has ended."
NAMED = {"floors": ("floors", "title"), "frames": ("rows", "label")}


def comparison(task, case, answer=None):
    """The Comparison for a case (args, the learner's answer, the right answer) of a Task.

    answer   the learner's function: where it can be, it is played itself
    """
    heading, above, below = runs(task, case, answer)
    if above == below:  # say, more items than there are steps
        last = above[-1]
        said = f"{last['sentence']} The whole answer: {text(case[1])}."
        above = [*above[:-1], {**last, "sentence": said}]
    return Comparison(above, below, heading)


def in_step(above, below):
    """[(yours, right)], step by step; a run that is over stays as it was, or stays wrong."""
    pairs = []
    for i in range(max(len(above), len(below))):
        pairs.append(tuple(run[i] if i < len(run) else over(run) for run in (above, below)))
    return pairs


def over(run):
    last = run[-1] if run else pictures.empty(ENDED)
    return last if "error" in last else {**last, "sentence": ENDED}


def moments(pairs, same):
    """The steps that the player moves among; their events are what "next" can jump to.

    same   the parts that are not drawn once more below
    """
    steps, parted = [], False
    for yours, right in pairs:
        event = SAME if yours == right else DIFFERS if parted else FIRST
        parted |= yours != right
        yours, right = marked(yours, right)
        steps.append(Step(event, {}, (yours, without(right, same))))
    return steps


def always_same(pairs):
    """Names of the parts that no step tells apart: drawn above, and not once more below.

    Floors by their titles; the frames of a memory by their labels, all of them or none.
    """
    kinds = {picture.get("kind") for both in pairs for picture in both}
    kind = kinds.pop() if len(kinds) == 1 else ""
    if kind not in NAMED or any(right.get("thread") for _, right in pairs):
        return set()
    parts, name = NAMED[kind]
    named = [[{part[name]: part for part in one[parts]} for one in both] for both in pairs]
    every = {title for both in named for one in both for title in one}
    same = {title for title in every if all(one.get(title) == two.get(title) for one, two in named)}
    return (
        set() if kind == "floors" and same == every or kind == "frames" and same != every else same
    )


def without(picture, names):
    """A picture without these parts of it."""
    if not names:
        return picture
    parts, name = NAMED[picture["kind"]]
    return {**picture, parts: [part for part in picture[parts] if part[name] not in names]}


def titled(whose, picture, i):
    """A picture that says whose it is, and is drawn anew at each step."""
    if "sentence" in picture:
        picture = {**picture, "sentence": f"{whose}: {picture['sentence']}"}
    return {**picture, "step": i}


class Comparison(Player):
    """Two runs in lock-step, `above` the learner's and `below` the right one: lists of pictures.

    It begins at the first step whose pictures differ. Keys: those of the player.
    """

    def __init__(self, above, below, heading="Your run above, the right one below"):
        pairs = in_step(above, below)
        same = always_same(pairs)
        steps = moments(pairs, same)
        first = [step.event for step in steps].index(FIRST)
        super().__init__(
            steps,
            lambda steps, i: titled("Yours", steps[i].state[0], i),
            lambda steps, i: titled("Right", steps[i].state[1], i),
            index=first,
        )
        self.add_class("mk-comparison")
        if len(steps) > 1:
            heading += f": step {first + 1} of {len(steps)} is the first that differs"
        once = " What never differs is drawn once." if same else ""
        self.stage.heading = f"{heading}.{once}"
        self.stage.first = [FIRST, DIFFERS]  # "next" goes from difference to difference
