"""Predict: the learner commits to an answer; only then does an explanation appear.

And only then what a cell shows behind `after`: the run, the picture, the count that answers it.
"""

from weakref import WeakSet

import traitlets
from IPython.display import display

from memkit.course.progress import note
from memkit.course.questions import question
from memkit.widgets.bundle import Drawn, bundle, component


def ask(name):
    """The question of that name in memkit/course/questions.toml; ValueError if there is none."""
    return Predict(**question(name), name=name)


def after(name):
    """First line of the cell that answers this question: until the learner has answered, the page
    hides what the cell shows, and the text right below it. ValueError if there is no such question.
    """
    question(name)
    display(After(name))


def open_answers():
    """For a lecturer: whatever stands behind `after` is shown, in this notebook, now and later."""
    After.all_open = True
    for made in After.made:
        made.opened = True


class Predict(Drawn):
    """A question whose answer locks. The browser answers; Python hears what was `chosen`.

    question  one sentence
    options   dict: option -> the explanation that the one who chose it reads
    answer    the right option
    name      under which the learner's progress notes that it was answered; "": it does not
    """

    _esm = component("predict")
    name = traitlets.Unicode().tag(sync=True)
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
            name=name,
        )
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
        if self.name:
            note("answered", self.name)


class After(Drawn):
    """Hides what follows it in a cell's output until `question` is answered, or it is `opened`.

    The page does that: where there is none, what follows is there to be read.
    """

    made = WeakSet()
    all_open = False

    _esm = component("after")
    question = traitlets.Unicode().tag(sync=True)
    opened = traitlets.Bool().tag(sync=True)

    def __init__(self, question):
        bundle()
        super().__init__(question=question, opened=self.all_open)
        self.add_class("mk-after")
        self.made.add(self)

    def _repr_mimebundle_(self, **kwargs):
        output, more = super()._repr_mimebundle_(**kwargs)
        return {**output, "text/plain": "The answer to the question above:"}, more


def _wrong(options, answer):
    """What is wrong with the options, in one sentence; "" if nothing is."""
    if not isinstance(options, dict) or len(options) < 2:
        return "Predict needs two options or more, as a dict: option -> its explanation."
    if not all(isinstance(text, str) for pair in options.items() for text in pair):
        return "Predict needs its options and explanations as text."
    if answer not in options:
        return f"Predict's answer must be one of its options, not {answer!r}."
    return ""
