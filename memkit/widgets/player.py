"""The player: steps, a picture of each, and the controls that move among them."""

import anywidget
import ipywidgets
import traitlets

from memkit.trace import Step
from memkit.widgets import pictures
from memkit.widgets.grid import STYLE, Grid, esm

NOTHING = "Nothing recorded yet: let the model work inside `with record(model) as steps:`."


class Controls(anywidget.AnyWidget):
    """The row of buttons and the slider. `kind_of[i]` is the place in `kinds` of step i's event."""

    _esm = esm("player.js")
    _css = STYLE
    index = traitlets.Int(0).tag(sync=True)
    count = traitlets.Int(0).tag(sync=True)
    kinds = traitlets.List().tag(sync=True)
    kind_of = traitlets.List().tag(sync=True)

    def __init__(self):
        super().__init__()
        self.add_class("mk-controls")

    def show(self, steps, index):
        """Offer these steps and stand at `index`."""
        kinds = list(dict.fromkeys(step.event for step in steps))
        place = {event: i for i, event in enumerate(kinds)}
        with self.hold_sync():
            self.count = len(steps)
            self.kinds = kinds
            self.index = index
            self.kind_of = [place[step.event] for step in steps]


class Player(ipywidgets.VBox):
    """Moves through `steps` and draws each with the functions `draw(steps, i) -> picture`.

    Keys: Home, left, space (play), right, End, n (next step of the kind chosen).
    What cannot be drawn shows one red sentence; `index` is the step shown, from 0.
    """

    index = traitlets.Int(0)

    def __init__(self, steps, *draws):
        self.draws = draws
        self.grids = [Grid() for _ in draws] or [Grid()]
        self.controls = Controls()
        self.steps = []
        super().__init__([*self.grids, self.controls])
        self.add_class("mk-player")
        self.controls.observe(self._follow, "index")
        self._show(steps, 0)

    def extend(self, more):
        """Add steps and move to the last one."""
        more = list(more)
        self._show([*self.steps, *more], len(self.steps) + len(more) - 1)

    def draw(self, i):
        """Show step i. ValueError where there is no such step."""
        if not 0 <= i < len(self.steps):
            raise ValueError(f"there is no step {i}: this recording has {len(self.steps)} steps.")
        self.index = i

    def _show(self, steps, index):
        wrong = not_steps(steps)
        self.steps = [] if wrong else list(steps)
        self.controls.show(self.steps, max(0, index))
        self.controls.layout.display = "none" if wrong or len(self.steps) == 1 else ""
        self.index = self.controls.index
        if wrong:
            self._put([pictures.error(wrong)] * len(self.grids))
        else:
            self._redraw()

    def _follow(self, change):
        self.index = change["new"]

    @traitlets.observe("index")
    def _moved(self, change):
        self.controls.index = self.index
        self._redraw()

    def _redraw(self):
        if self.steps:
            self._put([drawn(draw, self.steps, self.index) for draw in self.draws])
        else:
            self._put([pictures.empty(NOTHING)] * len(self.grids))

    def _put(self, drawings):
        for grid, picture in zip(self.grids, drawings, strict=False):
            grid.picture = picture


def not_steps(steps):
    """What is wrong with `steps`, in one sentence; "" if nothing is."""
    if not isinstance(steps, (list, tuple)) or not all(isinstance(step, Step) for step in steps):
        return (
            "The steps must be what `with record(model) as steps:` collects, "
            f"not {type(steps).__name__}."
        )
    return ""


def drawn(draw, steps, i):
    """The picture of step i, or the red sentence that stands for it."""
    try:
        return draw(steps, i)
    except ValueError as problem:
        return pictures.error(str(problem))
    except Exception as problem:  # a widget whose callback raises would be dead without a word
        name = type(problem).__name__
        return pictures.error(f"Step {i} ({steps[i].event}) cannot be drawn: {name}: {problem}.")
