"""Predict: the learner commits to an answer; only then does an explanation appear."""

import anywidget
import traitlets

from memkit.course.progress import note
from memkit.course.questions import question
from memkit.widgets.grid import STYLE, esm


def ask(name):
    """The question of that name in memkit/course/questions.toml; ValueError if there is none."""
    return Predict(**question(name), name=name)


class Predict(anywidget.AnyWidget):
    """A question whose answer locks.

    question  one sentence
    options   dict: option -> the explanation that the one who chose it reads
    answer    the right option
    name      under which the learner's progress notes that it was answered; "": it does not
    """

    _esm = esm("predict.js")
    _css = STYLE
    question = traitlets.Unicode().tag(sync=True)
    options = traitlets.List().tag(sync=True)
    chosen = traitlets.Int(-1).tag(sync=True)
    right = traitlets.Int(-1).tag(sync=True)  # -1 until the learner has answered
    verdict = traitlets.List().tag(sync=True)
    error = traitlets.Unicode().tag(sync=True)

    def __init__(self, question, options, answer, name=""):
        wrong = _wrong(options, answer)
        self._explanations = {} if wrong else dict(options)
        self._answer, self._name = answer, name
        super().__init__(question=str(question), options=list(self._explanations), error=wrong)
        self.add_class("mk-predict")

    @traitlets.validate("chosen")
    def _lock(self, proposal):
        """The first answer stays."""
        chosen = proposal["value"]
        return chosen if self.chosen < 0 and 0 <= chosen < len(self.options) else self.chosen

    @traitlets.observe("chosen")
    def _answered(self, change):
        mine = self.options[self.chosen]
        told = ["Right." if mine == self._answer else "Not so.", self._explanations[mine]]
        if mine != self._answer:
            told += [f"The answer: {self._answer}.", self._explanations[self._answer]]
        self.right = self.options.index(self._answer)
        self.verdict = told
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
