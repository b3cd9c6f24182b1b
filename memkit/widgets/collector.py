"""CollectorView: roots, objects and pointers while a Collector marks and sweeps."""

from functools import partial

from memkit import pictures
from memkit.pictures.collector import collector_picture, told
from memkit.pictures.collector_run import Run
from memkit.pictures.difference import marked
from memkit.pictures.film import not_steps
from memkit.widgets.player import Player


class CollectorView(Player):
    """The recorded steps of a Collector, one by one; two recordings side by side.

    beside   the steps of a second run of the same program, with other settings
    """

    def __init__(self, steps, beside=None):
        super().__init__([])
        self.add_class("mk-collector-view")
        self.stage.names = [] if beside is None else ["mk-side"] * 2
        self.runs = []
        self._take([steps] if beside is None else [steps, beside], 0)

    def _take(self, recorded, index):
        """Show these recordings at step `index`; where that cannot be, one red sentence."""
        try:
            for steps in recorded:
                if wrong := not_steps(steps):
                    raise ValueError(wrong)
            self.runs = [Run(steps) for steps in recorded]
        except ValueError as problem:
            self._say(pictures.error(str(problem)))
            return
        self.draws = [partial(_draw, self.runs, side) for side in range(len(self.runs))]
        steps = told(self.runs)
        self._show(steps, min(index, len(steps) - 1))

    def extend(self, more):
        """Add steps to the recording and move to the last one; ValueError where there are two."""
        if len(self.runs) > 1:
            raise ValueError("extend needs a view of one recording, and this one shows two.")
        steps = [*self.runs[0].steps, *more] if self.runs else list(more)
        self._take([steps], len(steps) - 1)


def _draw(runs, side, steps, i):
    """The picture of one side, marked where the other side's is another."""
    places = zip(runs, steps[i].state, strict=True)
    drawn = [collector_picture(run, *place) for run, place in places]
    return drawn[0] if len(drawn) == 1 else marked(drawn[side], drawn[1 - side])[0]
