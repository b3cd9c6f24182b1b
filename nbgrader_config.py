"""nbgrader's settings. Run nbgrader in this folder: it looks for everything from here.

solutions/chNN-topic/   the source of an exercise, with its solution and hidden tests
exercises/chNN-topic/   what nbgrader makes of it for students; committed, never edited
grading/                hand-ins, marks, feedback and the gradebook; git ignores it
"""

import os
import sys
from pathlib import Path

# nbgrader starts alembic by its name alone, which must not hang on an activated environment.
os.environ["PATH"] = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])

root = Path.cwd()
grading = root / "grading"
grading.mkdir(exist_ok=True)

c = get_config()  # noqa: F821 - nbgrader provides it
c.CourseDirectory.course_id = "memkit"
c.CourseDirectory.root = str(root)
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
c.CourseDirectory.submitted_directory = "grading/submitted"
c.CourseDirectory.autograded_directory = "grading/autograded"
c.CourseDirectory.feedback_directory = "grading/feedback"
c.CourseDirectory.db_url = f"sqlite:///{grading / 'gradebook.db'}"
# Between students who may not be trusted.
c.ExchangeFactory.collect = "memkit.classroom.exchange.Collect"
c.ExchangeFactory.release_feedback = "memkit.classroom.exchange.ReleaseFeedback"
c.ExecutePreprocessor.timeout = 30  # seconds a cell; an endless loop costs only its author marks
