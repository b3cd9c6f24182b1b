"""A Clerk that keeps nbgrader's books: its own scores, its gradebook, its feedback pages.

The notebooks that nbgrader gets have been run in the sandbox already: it scores the outputs and
runs nothing. Where the judge decides otherwise, the judge's points go where a teacher's own would
(nbgrader's manual score), and the page says so. What a page is made of may be hostile still: that
is why this is a process of its own.
"""

import functools
import hashlib
import json
import logging
import re
from pathlib import Path

import jinja2
import nbgrader.api
import sqlalchemy
from nbconvert.exporters import templateexporter
from nbgrader.api import MissingEntry
from nbgrader.apps import NbGraderAPI
from nbgrader.converters import Autograde
from nbgrader.dbutil import ALEMBIC_DIR
from nbgrader.preprocessors import ClearOutput, Execute
from traitlets.config import PyFileConfigLoader

from .process import Ended, Trouble, is_full, serve
from .rebuild import as_typed, read_exercise


class Gradebook:
    """nbgrader over the course in the current folder."""

    def __init__(self):
        config = PyFileConfigLoader("nbgrader_config.py", path=".").load_config()
        self.grading = Path("grading").resolve()
        config.CourseDirectory.release_directory = "grading/release"
        config.CourseDirectory.submitted_directory = "grading/executed"
        config.Autograde.sanitize_preprocessors = _without(ClearOutput, "sanitize_preprocessors")
        config.Autograde.autograde_preprocessors = _without(Execute, "autograde_preprocessors")
        config.NbGrader.logfile = ""
        nbgrader.api.get_alembic_version = version_of_the_tables
        # nbgrader makes these anew for each of its steps, and each compiles all it is asked for.
        nbgrader.api.create_engine = functools.cache(sqlalchemy.create_engine)
        templateexporter.Environment = functools.partial(
            jinja2.Environment, bytecode_cache=Compiled()
        )
        self.api = NbGraderAPI(config=config)
        self.api.log.setLevel(logging.ERROR)
        self.exercises = {}

    def answer(self, request, following):
        """What is in the books, or nbgrader's own points for a result, once it is entered."""
        try:
            if not request:
                return {"entered": self.entered()}
            return {"points": self.enter(**json.loads(following()))}
        except sqlalchemy.exc.DatabaseError as error:
            words = str(error.orig or error).splitlines()[0]
            if "locked" in words:
                raise Trouble(
                    f"grading/gradebook.db is in use ({words}). Close what uses it, as Formgrader "
                    "does, and give the same command again."
                ) from None
            raise Trouble(
                f"grading/gradebook.db cannot be used ({words}). Move it away, and all results are "
                "entered anew; marks changed by hand are lost with it."
            ) from None

    def entered(self):
        """[[exercise, student], ...] of all that is in the books and has its page."""
        with self.api.gradebook as book:
            found = [
                [exercise.name, submission.student_id]
                for exercise in book.assignments
                for submission in exercise.submissions
            ]
        return [pair for pair in found if self.page(*pair).exists()]

    def page(self, exercise, student):
        return self.grading / "feedback" / student / exercise / f"{exercise}.html"

    def enter(self, exercise, student, points, words, notebook, **_):
        """Have a result scored, and its page written; returns nbgrader's own points by cell."""
        exercise = self.set_up(exercise)
        folder = self.grading / "executed" / student / exercise.name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{exercise.name}.ipynb").write_text(json.dumps(notebook))
        _done(self.api.autograde(exercise.name, student, force=True))
        own = {}
        with self.api.gradebook as book:
            grades = book.find_submission_notebook(exercise.name, exercise.name, student).grades
            for grade in grades:
                own[grade.name] = grade.auto_score
                differs = grade.auto_score != points[grade.name]
                grade.manual_score = points[grade.name] if differs else None
                grade.needs_manual_grade = False
            for name, said in words.items():
                solution = exercise.solutions[name]
                comment = book.find_comment(solution, exercise.name, exercise.name, student)
                differs = own.get(name) != points[name]
                comment.manual_comment = (
                    f"The judge decides:\n\n{as_typed(said)}" if differs else None
                )
            book.db.commit()
        _done(self.api.generate_feedback(exercise.name, student, force=True))
        return own

    def set_up(self, name):
        """The Exercise; nbgrader is told of it, unless it knows this very source."""
        if name in self.exercises:
            return self.exercises[name]
        mark = self.grading / "release" / f"{name}.sha256"
        source = Path("solutions") / name / f"{name}.ipynb"
        digest = hashlib.sha256(source.read_bytes()).hexdigest()
        with self.api.gradebook as book:
            try:
                known = book.find_assignment(name) and mark.read_text() == digest
            except (MissingEntry, OSError, UnicodeDecodeError):
                known = False
        if not known:
            _done(self.api.generate_assignment(name, create=True, force=True))
            mark.write_text(digest)
        self.exercises[name] = read_exercise(source)
        return self.exercises[name]


class Compiled(jinja2.BytecodeCache):
    """The templates of the pages, compiled once for all of them."""

    def __init__(self):
        self._kept = {}

    def load_bytecode(self, bucket):
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket):
        self._kept[bucket.key] = bucket.bytecode_to_string()


def version_of_the_tables():
    """What nbgrader writes into new books; it would start a program to be told, for seconds."""
    from alembic.script import ScriptDirectory  # large, and most books are there already

    return ScriptDirectory(ALEMBIC_DIR).get_current_head()


def _without(preprocessor, stage):
    return [step for step in getattr(Autograde, stage).default() if step is not preprocessor]


def _done(result):
    """Raise what went wrong: a full disk is no hand-in's fault, whatever else is, or may be."""
    if result["success"]:
        return
    said = str(result.get("log") or result["error"]).removeprefix("[ERROR] ").strip()
    named = re.findall(r"(?m)^ *([\w.]+(?:Error|Exception)\b.*)", said) or said.splitlines()[:1]
    words = f"failed: {' '.join(named[-1:])[:200]}"
    raise Trouble(f"nbgrader {words}") if is_full(words) else Ended(words)


if __name__ == "__main__":
    serve(Gradebook().answer)
