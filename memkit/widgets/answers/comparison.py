"""Two answers to one case of a task, step by step: the learner's above, the right one below."""

import importlib
from copy import deepcopy

import ipywidgets

from memkit.course.plain import misfit, text
from memkit.course.task import Raised
from memkit.trace import Step
from memkit.widgets import pictures
from memkit.widgets.grid import Grid
from memkit.widgets.player import Player

SAME, FIRST, DIFFERS = "same", "first difference", "differs"
ENDED = "This run has ended."


def comparison(task, case):
    """The Comparison for a case (args, the learner's answer, the right answer) of a Task."""
    args, yours, right = case
    scenes = importlib.import_module(f"memkit.widgets.answers.{task.chapter}")
    play = getattr(scenes, task.name)
    grid = getattr(scenes, "GRIDS", {}).get(task.name, Grid)
    above, below = _played(play, args, yours, right), list(play(right, *deepcopy(args)))
    if above == below:  # say, more items than there are steps
        last = above[-1]
        said = f"{last['sentence']} The whole answer: {text(yours)}."
        above = [*above[:-1], {**last, "sentence": said}]
    return Comparison(above, below, grid)


def _played(play, args, yours, right):
    """The pictures of the learner's answer, or the red sentence that says why there is none."""
    if type(yours) is Raised:
        return [pictures.error(f"Your function {yours.words}.")]
    if wrong := misfit(yours, right):
        return [pictures.error(f"Your function gave back {wrong}.")]
    try:
        return list(play(yours, *deepcopy(args)))
    except Exception:  # what learners give back knows no end: the right run stays
        told = f"What your function gave back cannot be drawn: {text(yours)}."
        return [pictures.error(told)]


def in_step(above, below):
    """[(yours, right)], step by step; a run that is over stays as it was, or stays wrong."""
    pairs = []
    for i in range(max(len(above), len(below))):
        pairs.append(tuple(run[i] if i < len(run) else over(run) for run in (above, below)))
    return pairs


def over(run):
    last = run[-1] if run else pictures.empty(ENDED)
    return last if "error" in last else {**last, "sentence": ENDED}


def moments(pairs):
    """The steps that the player moves among; their events are what "next" can jump to."""
    steps, parted = [], False
    for yours, right in pairs:
        event = SAME if yours == right else DIFFERS if parted else FIRST
        parted |= yours != right
        steps.append(Step(event, {}, (yours, right)))
    return steps


def titled(whose, picture, i):
    """A picture that says whose it is, and is drawn anew at each step."""
    if "sentence" in picture:
        picture = {**picture, "sentence": f"{whose}: {picture['sentence']}"}
    return {**picture, "step": i}


class Comparison(Player):
    """Two runs in lock-step, `above` the learner's and `below` the right one: lists of pictures.

    It begins at the first step whose pictures differ. Keys: those of the player.
    """

    def __init__(self, above, below, grid=Grid):
        super().__init__([])
        self.add_class("mk-comparison")
        steps = moments(in_step(above, below))
        first = [step.event for step in steps].index(FIRST)
        told = "Your run above, the right one below"
        if len(steps) > 1:
            told += f": step {first + 1} of {len(steps)} is the first that differs"
        self.heading = ipywidgets.Label(f"{told}.")
        self.grids = [grid(), grid()]
        self.draws = (
            lambda steps, i: titled("Yours", steps[i].state[0], i),
            lambda steps, i: titled("Right", steps[i].state[1], i),
        )
        self.children = [self.heading, *self.grids, self.controls]
        self._show(steps, first)
