"""PacerView: a heap over time, and when its collector begins and should be done."""

from functools import partial

from memkit import pictures
from memkit.checks import shown, whole
from memkit.pictures.difference import marked
from memkit.pictures.growth import MIB, Growth, growth_picture, most_of, steps_of
from memkit.trace import Step
from memkit.widgets.player import Player


class PacerView(Player):
    """A run or two side by side, step by step.

    runs   a dict: name -> (made, live, heap, goal, trigger, marking) after each allocation; made:
           bytes allocated so far; live, heap: bytes that live, and that the heap has
    each   bytes after which there is a step; the begin and the end of a collection are steps, too
    """

    def __init__(self, runs, each=MIB):
        super().__init__([])
        self.add_class("mk-pacer")
        try:
            if not isinstance(runs, dict) or not 1 <= len(runs) <= 2:
                raise ValueError(f"runs must be a dict of one run or two, not {shown(runs)}.")
            each, titles = whole("each", each, 1), [str(name) for name in runs]
            runs = [Growth(moments) for moments in runs.values()]
        except ValueError as problem:
            self._say(pictures.error(str(problem)))
            return
        self.stage.names = ["mk-side"] * len(runs) if len(runs) > 1 else []
        self.stage.first = ["trigger", "collected"]  # "next" goes from collection to collection
        at, most = steps_of(runs, each), most_of(runs)
        events = [sorted({run.event(k) for run in runs} - {"allocate"}) for k in at]
        self.draws = [partial(_draw, runs, titles, at, most, side) for side in range(len(runs))]
        self._show([Step(" and ".join(one) or "allocate", {}, ()) for one in events], 0)


def _draw(runs, titles, at, most, side, steps, i):
    """The picture of one side, marked where the other side's is another."""
    drawn = [
        growth_picture(run, at, i, most, title) for run, title in zip(runs, titles, strict=True)
    ]
    return drawn[0] if len(drawn) == 1 else marked(drawn[side], drawn[1 - side])[0]
