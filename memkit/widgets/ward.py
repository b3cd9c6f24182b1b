"""Ward: a small program runs line by line under the doctor; the learner names its disease first."""

import tomllib
from importlib import resources

from memkit import pictures
from memkit.pictures.ward import SIGNS, examine, steps_of, ward_picture
from memkit.widgets import form
from memkit.widgets.player import Player
from memkit.widgets.predict import Predict


def patients():
    """The course's own: [(name, code)]."""
    text = resources.files("memkit.course").joinpath("patients.toml").read_text()
    return [(one["name"], one["code"].strip("\n")) for one in tomllib.loads(text)["patient"]]


class Ward(Player):
    """The course's patients, or one `program` of your own (text, one statement a line).

    Keys: those of the player; Tab goes to the patients and to the answers.
    """

    def __init__(self, program=None):
        super().__init__([])
        self.add_class("mk-ward")
        try:
            beds = patients() if program is None else [("a program of your own", program)]
            self.visits = [examine(code) for _, code in beds]
        except ValueError as problem:
            self._say(pictures.error(str(problem)))
            return
        self.questions = [
            Predict("What is wrong with this program?", SIGNS, visit.disease)
            for visit in self.visits
        ]
        names = [(f"{n} · {name}", n - 1) for n, (name, _) in enumerate(beds, 1)]
        self.patient = form.choice("patient", names, 0)
        self.patient.add_class("mk-patient")
        self.patient.observe(self._choose, "value")
        for question in self.questions:
            question.observe(self._answered, "chosen")
        self.draws = (self._draw,)
        choice = form.line(self.patient)
        choice.layout.display = "none" if len(beds) == 1 else ""
        self._parts = [choice, self.stage]
        self._choose()

    @property
    def told(self):
        """Has the learner answered for the patient shown?"""
        return self.questions[self.patient.value].chosen >= 0

    def _choose(self, change=None):
        """Show the chosen patient from its first line."""
        self._put_steps(0)
        self.children = [*self._parts, self.questions[self.patient.value]]

    def _answered(self, change):
        self._put_steps(None)

    def _put_steps(self, index):
        self._show(steps_of(self.visits[self.patient.value], self.told), index)

    def _draw(self, steps, i):
        answered = [q for q in self.questions if q.chosen >= 0]
        score = ""
        if answered:
            right = sum(q.chosen == q.answer for q in answered)
            score = f"named right: {right} of {len(answered)}"
        return ward_picture(self.visits[self.patient.value], i, self.told, score)
