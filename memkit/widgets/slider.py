"""A slider with a name and with words for its position, which ipywidgets' own lacks."""

import traitlets

from memkit.widgets.bundle import Drawn, bundle, component


class Slider(Drawn):
    """Stands at one of `stops`, an increasing sequence of numbers; `at` is the position in it."""

    _esm = component("slider")
    name = traitlets.Unicode().tag(sync=True)
    last = traitlets.Int(0).tag(sync=True)
    at = traitlets.Int(0).tag(sync=True)
    means = traitlets.Unicode().tag(sync=True)

    def __init__(self, name, stops, words=str):
        bundle()
        self.stops, self.words = stops, words
        super().__init__(name=name, last=len(stops) - 1, means=words(stops[0]))
        self.add_class("mk-drag")

    @property
    def value(self):
        return self.stops[self.at]

    @traitlets.validate("at")
    def _inside(self, proposal):
        return max(0, min(proposal["value"], self.last))

    @traitlets.observe("at")
    def _moved(self, change):
        self.means = self.words(self.value)
