"""TowerView: one address from the mcache to its frame, through every floor of a golang.Tower."""

from functools import partial

from memkit import pictures
from memkit.golang.process.tower import Tower
from memkit.pictures.film import not_steps
from memkit.pictures.process import process_picture
from memkit.pictures.tower import (
    FAULT,
    beneath,
    closer_picture,
    fixed_of,
    not_of_a_tower,
    process_step,
    tower_picture,
)
from memkit.trace import Step
from memkit.widgets.player import Player

CLOSER = {"mcache": 1, "mcentral": 2, "mheap": 2, "space": 3, "table": 4, "frames": 4}


class TowerView(Player):
    """Six floors at each step: give it what record(tower) collected, or the Tower itself.

    A recording of a Collector over a Tower will do. Keys: those of the player; Tab reaches the
    floors' buttons, Enter opens a floor and closes it.
    """

    def __init__(self, steps):
        if isinstance(steps, Tower):
            told = f"A Go heap in process {steps.process.pid}, as it is now."
            steps = [Step("state", {}, steps.snapshot(), told)]
        wrong = not_steps(steps)
        steps = [] if wrong else [beneath(step) for step in steps]
        wrong = wrong or not_of_a_tower(steps)
        super().__init__([])
        self.add_class("mk-tower")
        if wrong:
            self._say(pictures.error(wrong))
        elif steps:
            fixed = fixed_of(steps[0].state)
            self.stage.names, self.stage.closer, self.stage.first = ["mk-six"], CLOSER, [FAULT]
            self.draws = (
                tower_picture,
                partial(closer_picture, tier="mcache"),
                partial(closer_picture, tier="mcentral"),
                lambda steps, i: process_picture(process_step(steps, i), i, fixed),
                partial(closer_picture, tier="table"),
            )
            self._show(steps, 0)
