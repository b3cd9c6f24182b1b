"""nbgrader's part: its own scores, its gradebook, its feedback pages.

The notebooks that nbgrader gets have been run in the sandbox already: it scores the outputs and
runs nothing. Where the judge decides otherwise, the judge's points go where a teacher's own would
(nbgrader's manual score), and the page says so.
"""

import hashlib
import json
import logging
from pathlib import Path

from nbgrader.apps import NbGraderAPI
from nbgrader.converters import Autograde
from nbgrader.preprocessors import ClearOutput, Execute
from traitlets.config import PyFileConfigLoader

from .process import Trouble
from .rebuild import as_typed


class Gradebook:
    """nbgrader over the course in `root`, the current folder. Use it as a context."""

    def __init__(self, root):
        config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
        self.grading = Path(root) / "grading"
        config.CourseDirectory.release_directory = "grading/release"
        config.CourseDirectory.submitted_directory = "grading/executed"
        config.Autograde.sanitize_preprocessors = _without(ClearOutput, "sanitize_preprocessors")
        config.Autograde.autograde_preprocessors = _without(Execute, "autograde_preprocessors")
        config.NbGrader.logfile = ""
        self.api = NbGraderAPI(config=config)
        self.api.log.setLevel(logging.ERROR)

    def set_up(self, exercise):
        """Tell nbgrader of the exercise, unless it knows this very source."""
        mark = self.grading / "release" / f"{exercise.name}.sha256"
        source = Path("solutions") / exercise.name / f"{exercise.name}.ipynb"
        digest = hashlib.sha256(source.read_bytes()).hexdigest()
        if mark.exists() and mark.read_text() == digest:
            return
        _done(self.api.generate_assignment(exercise.name, create=True, force=True))
        mark.write_text(digest)

    def book(self, exercise, result):
        """Have a result's notebook scored; returns nbgrader's own points by cell."""
        student = result.student
        folder = self.grading / "executed" / student / exercise.name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{exercise.name}.ipynb").write_text(json.dumps(result.notebook))
        _done(self.api.autograde(exercise.name, student, force=True))
        own = {}
        with self.api.gradebook as book:
            grades = book.find_submission_notebook(exercise.name, exercise.name, student).grades
            for grade in grades:
                own[grade.name] = grade.auto_score
                differs = grade.auto_score != result.points[grade.name]
                grade.manual_score = result.points[grade.name] if differs else None
                grade.needs_manual_grade = False
            for name, words in result.words.items():
                solution = exercise.solutions[name]
                comment = book.find_comment(solution, exercise.name, exercise.name, student)
                differs = own.get(name) != result.points[name]
                comment.manual_comment = (
                    f"The judge decides:\n\n{as_typed(words)}" if differs else None
                )
            book.db.commit()
        return own

    def feedback(self, exercise, student):
        """Write the student's feedback page, and return where it is."""
        _done(self.api.generate_feedback(exercise.name, student, force=True))
        return self.grading / "feedback" / student / exercise.name / f"{exercise.name}.html"


def _without(preprocessor, stage):
    return [step for step in getattr(Autograde, stage).default() if step is not preprocessor]


def _done(result):
    if not result["success"]:
        raise Trouble(f"nbgrader failed: {result.get('log') or result['error']}")
