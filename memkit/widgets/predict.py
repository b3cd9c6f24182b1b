"""Predict: the learner commits to an answer; only then does an explanation appear."""

import anywidget
import traitlets

from memkit.course.progress import note
from memkit.course.questions import question
from memkit.widgets.bundle import bundle, component


def ask(name):
    """The question of that name in memkit/course/questions.toml; ValueError if there is none."""
    return Predict(**question(name), name=name)


class Predict(anywidget.AnyWidget):
    """A question whose answer locks. The browser answers; Python hears what was `chosen`.

    question  one sentence
    options   dict: option -> the explanation that the one who chose it reads
    answer    the right option
    name      under which the learner's progress notes that it was answered; "": it does not
    """

    _esm = component("predict")
    question = traitlets.Unicode().tag(sync=True)
    options = traitlets.List().tag(sync=True)
    explanations = traitlets.List().tag(sync=True)
    answer = traitlets.Int(-1).tag(sync=True)  # these two are places in `options`
    chosen = traitlets.Int(-1).tag(sync=True)
    error = traitlets.Unicode().tag(sync=True)

    def __init__(self, question, options, answer, name=""):
        bundle()
        wrong = _wrong(options, answer)
        told = {} if wrong else options
        super().__init__(
            question=str(question),
            options=[*told],
            explanations=[*told.values()],
            answer=-1 if wrong else [*told].index(answer),
            error=wrong,
        )
        self._name = name
        self.add_class("mk-predict")

    def _repr_mimebundle_(self, **kwargs):
        """The question also in text, for where no widget can be shown."""
        lines = [self.question, *self.options] if self.options else [self.error]
        output, more = super()._repr_mimebundle_(**kwargs)
        return {**output, "text/plain": "\n- ".join(lines)}, more

    @traitlets.validate("chosen")
    def _lock(self, proposal):
        """The first answer stays."""
        chosen = proposal["value"]
        return chosen if self.chosen < 0 and 0 <= chosen < len(self.options) else self.chosen

    @traitlets.observe("chosen")
    def _answered(self, change):
        if self._name:
            note("answered", self._name)


def _wrong(options, answer):
    """What is wrong with the options, in one sentence; "" if nothing is."""
    if not isinstance(options, dict) or len(options) < 2:
        return "Predict needs two options or more, as a dict: option -> its explanation."
    if not all(isinstance(text, str) for pair in options.items() for text in pair):
        return "Predict needs its options and explanations as text."
    if answer not in options:
        return f"Predict's answer must be one of its options, not {answer!r}."
    return ""
