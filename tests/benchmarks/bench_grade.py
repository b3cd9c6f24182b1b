"""Homework: a class of sixty, right, wrong, broken and hostile, from the folder to grades.csv."""

import re
import signal
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from hostile import Course, corpus, notebook  # noqa: E402
from timing import Row  # noqa: E402

CLASS = 60
AIM = 300  # seconds for the class on two cores


def hand_in(course, folder):
    """{student: marks} of a whole class, their notebooks in the folder."""
    made = corpus(course.folder, 9, "86399.5")
    idea = "def memory(tree, align):\n    return tree[1] + sum(memory(t, align) for t in tree[2])"
    for number in range(CLASS - len(made)):
        wrong = {"memory": idea} if number % 3 == 0 else {}
        made[f"student-{number:02}"] = notebook(**wrong), 6 if wrong else 8
    for student, (data, _) in made.items():
        (folder / f"{student}.ipynb").write_bytes(data)
    return {student: marks for student, (_, marks) in made.items()}


def grade(course, folder, stop_at=None):
    """Seconds that it takes; killed as soon as `stop_at` hand-ins are done."""
    start = time.monotonic()
    run = course.start(folder)
    for line in run.stdout:
        if stop_at and re.match(f"memkit: {stop_at} of", line):
            run.send_signal(signal.SIGKILL)
    run.wait()
    return time.monotonic() - start


def rows():
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "handed-in")
        folder.mkdir()
        one, two = (Course(Path(place, name)) for name in ("one", "two"))
        marks = hand_in(one, folder)
        seconds = grade(one, folder)
        assert {name: float(row["score"]) for name, row in one.rows().items()} == marks
        yield Row(f"{CLASS} hand-ins graded", seconds, "s", "the aim, on two cores", AIM)
        seconds = grade(two, folder, stop_at=CLASS // 2) + grade(two, folder)
        grades = [(c.grading / "grades.csv").read_bytes() for c in (one, two)]
        assert grades[0] == grades[1], "a batch that was killed half-way gives other grades"
        yield Row("the same, killed half-way and gone on", seconds, "s", "the aim", AIM)
