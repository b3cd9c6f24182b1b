"""Progress: the chapters, and what the learner has answered and solved of each.

It shows the learner's file (memkit/course/progress.py) and reads it again whenever they come back
to it: what they solve, they solve in other notebooks.
"""

import traitlets

from memkit.course import progress
from memkit.course.contents import CHAPTERS
from memkit.widgets.bundle import Drawn, bundle, component


def progress_table(done):
    """What is shown of [(kind, name), ...]: a sentence, a row a chapter, and the sums.

    questions   (answered, all); exercises: (title, is it right?) each
    """
    known = set(done)
    rows = [
        {
            "number": chapter.number,
            "title": chapter.title,
            "questions": _count(("answered", name) in known for name in chapter.questions),
            "exercises": [
                (task.title, _right(chapter, name) in known)
                for name, task in chapter.tasks().items()
            ],
        }
        for chapter in CHAPTERS
    ]
    questions = tuple(map(sum, zip(*(row["questions"] for row in rows), strict=True)))
    exercises = _count(right for row in rows for _, right in row["exercises"])
    sums = {"questions": questions, "exercises": exercises}
    sentence = _sentence(questions, exercises, _next(rows, done))
    return {"sentence": sentence, "rows": rows, "sums": sums}


def _right(chapter, name):
    return "right", f"ch{chapter.number}.{name}"


def _count(facts):
    facts = list(facts)
    return sum(facts), len(facts)


def _next(rows, done):
    """The open task that the learner meets next, in words; "" where there is none.

    They are in the chapter of which something was noted last: who skips tasks of an early chapter
    is not sent back there before the end.
    """
    home = {("answered", name): i for i, c in enumerate(CHAPTERS) for name in c.questions}
    home |= {_right(c, name): i for i, c in enumerate(CHAPTERS) for name in c.tasks()}
    here = next((home[noted] for noted in reversed(done) if noted in home), 0)
    for row in rows[here:] + rows[:here]:
        for title, right in row["exercises"]:
            if not right:
                return f"chapter {row['number']}, {title.rstrip('?')}"
    return ""


def _sentence(questions, exercises, ahead):
    if not questions[0] and not exercises[0]:
        return (
            "Nothing yet: the first question you answer and the first exercise you solve "
            "will be counted here."
        )
    if not ahead and questions[0] == questions[1]:
        return f"All done: {questions[1]} questions answered, {exercises[1]} exercises right."
    counted = "{} of {} questions answered, {} of {} exercises right."
    told = counted.format(*questions, *exercises)
    return f"{told} Next: {ahead}." if ahead else told


class Progress(Drawn):
    """The learner's own progress; "start over" asks, and then deletes the file.

    table     as `progress_table` makes it; place: the path of the file
    trouble   one sentence, where the file cannot be kept or deleted
    """

    _esm = component("progress")
    table = traitlets.Dict().tag(sync=True)
    place = traitlets.Unicode().tag(sync=True)
    trouble = traitlets.Unicode().tag(sync=True)

    def __init__(self):
        bundle()
        super().__init__(place=str(progress.where()))
        self.add_class("mk-progress")
        self._read()
        self.on_msg(self._heard)

    def _heard(self, widget, message, buffers):
        try:
            if message == "start over":
                progress.reset()
            self._read()
        except OSError as problem:
            self.trouble = f"{self.place} cannot be deleted: {problem.strerror}."

    def _read(self):
        self.table = progress_table(progress.done())
        cannot = f"Progress cannot be kept here: {self.place} cannot be written."
        self.trouble = "" if progress.can_be_kept() else cannot
