"""Homework: a class of sixty, right, wrong, broken and hostile, from the folder to grades.csv.

And two hundred who mean well, from four platforms' zips, in a batch that is killed ten times.
"""

import random
import re
import signal
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from classes import PLATFORMS, pack, students  # noqa: E402
from hostile import Course, corpus, notebook  # noqa: E402
from timing import Row  # noqa: E402

CLASS = 60
AIM = 300  # seconds for the class on two cores
LARGE, KILLS = 200, 10


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
    yield from many()


def many():
    """Two hundred, killed at random moments: as many rows as students, and the same ones."""
    with tempfile.TemporaryDirectory() as place:
        made, size = students(LARGE), LARGE // len(PLATFORMS)
        zips = [
            (pack(Path(place, f"{platform.__name__}.zip"), some, platform), some)
            for number, platform in enumerate(PLATFORMS)
            for some in [made[number * size : (number + 1) * size]]
        ]
        whole, killed = (Course(Path(place, name)) for name in ("whole", "killed"))
        seconds = sum(grade(whole, path) for path, _ in zips)
        yield Row(f"a hand-in of {LARGE}", seconds / LARGE, "s", "the aim, on two cores", 1.5)
        chance, kills = random.Random(7), 0
        for number, (path, _) in enumerate(zips):
            while kills < KILLS * (number + 1) // len(zips):
                run = killed.start(path)
                time.sleep(chance.uniform(0, seconds / len(zips)))
                run.send_signal(signal.SIGKILL)
                run.communicate()
                kills += 1
            grade(killed, path)
        grades = [(c.grading / "grades.csv").read_bytes() for c in (whole, killed)]
        assert grades[0] == grades[1], f"a class that was killed {kills} times has other grades"
        marks = sorted(float(row["score"]) for row in whole.rows().values())
        assert marks == sorted(student.marks for student in made), "not the marks they deserve"
        yield Row(f"rows, after {kills} kills", len(marks), "", "students", LARGE)
