"""The player: steps, a picture of each, and the stage that moves among them."""

import traitlets

from memkit import pictures
from memkit.pictures.film import NOTHING, drawn, not_steps
from memkit.widgets.stage import Stage, View


class Player(View):
    """Moves through `steps` and draws each with the functions `draw(steps, i) -> picture`.

    Keys: Home, left, space (play), right, End, n (next step of the kind chosen).
    What cannot be drawn shows one red sentence; `index` is the step shown, from 0.
    """

    index = traitlets.Int(0)
    alone = False  # a picture shows its own step alone, so that more steps leave it as it is

    def __init__(self, steps, *draws, index=0):
        self.draws, self.steps = draws, []
        self.stage = Stage()
        super().__init__([self.stage])
        self.add_class("mk-player")
        self.stage.observe(self._follow, "index")
        self._show(steps, index)

    def extend(self, more):
        """Add steps and move to the last one."""
        more, known = list(more), len(self.steps)
        if known and more and self.alone and not not_steps(more):
            self.steps += more
            self.stage.extend([step.event for step in more])
        else:
            self._show([*self.steps, *more], known + len(more) - 1)

    def draw(self, i):
        """Show step i. ValueError where there is no such step."""
        if not 0 <= i < len(self.steps):
            raise ValueError(f"there is no step {i}: this recording has {len(self.steps)} steps.")
        self.index = i

    def _show(self, steps, index):
        """A new film at step `index`, None: at the same as before; one sentence for no steps."""
        wrong = not_steps(steps)
        self.steps = [] if wrong else list(steps)
        if wrong:
            self._say(pictures.error(wrong))
        elif not steps:
            self._say(pictures.empty(NOTHING))
        else:
            steps, events = self.steps, [step.event for step in self.steps]
            draws = [lambda i, draw=draw: drawn(draw, steps, i) for draw in self.draws]
            self.stage.show(events, draws, index)
            self.index = self.stage.index

    def _say(self, message):
        """A message in place of steps."""
        self.steps = []
        self.stage.put(message)
        self.index = 0

    def _follow(self, change):
        self.index = change["new"]

    @traitlets.observe("index")
    def _moved(self, change):
        self.stage.index = self.index
        self.index = self.stage.index  # inside of the film
