"""One hand-in, from its bytes to a result that is kept; and the results of all.

A result is a file, grading/results/<exercise>/<student>.json, that appears whole or not at all, and
belongs to the very bytes that were handed in and to the exercise as it was. That is why a batch
can be killed at any moment and goes on where it stopped.
"""

import csv
import hashlib
import io
import json
import os
from dataclasses import asdict, dataclass, field

from .judge import Judgement, judge
from .pages import not_run, printable, run
from .process import Ended

READ = 60  # seconds that reading a file may take
COLUMNS = ("assignment", "student_id", "score", "max_score", "nbgrader_score", "tasks", "remark")


@dataclass
class Result:
    student: str
    exercise: str
    key: str  # of the bytes and the exercise that it belongs to
    points: dict = field(default_factory=dict)  # name of a graded cell -> points got
    words: dict = field(default_factory=dict)  # name of a graded cell -> what the judge says
    remarks: list = field(default_factory=list)
    notebook: dict | None = None  # as run for the page
    nbgrader: dict | None = None  # name of a graded cell -> nbgrader's points, once it has them

    def row(self, exercise):
        """The result as grades.csv has it."""
        names = {name: exercise.solutions[name] or name for name in exercise.points}
        points, own = self.points, self.nbgrader or {}
        differ = [
            f"{names[name]}: nbgrader {number(own[name])}, judge {number(points[name])}"
            for name in names
            if name in own and own[name] != points[name]
        ]
        return {
            "assignment": self.exercise,
            "student_id": self.student,
            "score": number(sum(points.values())),
            "max_score": number(sum(exercise.points.values())),
            "nbgrader_score": number(sum(own.values())) if own else "",
            "tasks": ", ".join(
                f"{shown} {number(points[name])}/{number(exercise.points[name])}"
                for name, shown in names.items()
            ),
            "remark": "; ".join([*self.remarks, *differ]),
        }


def number(points):
    return f"{points:g}"


class Shelf:
    """The results on disk."""

    def __init__(self, grading):
        self.folder = grading / "results"

    def path(self, exercise, student):
        return self.folder / exercise / f"{student}.json"

    def find(self, exercise, student, key):
        """The Result for this key, or None."""
        try:
            found = Result(**json.loads(self.path(exercise, student).read_text()))
        except FileNotFoundError:
            return None
        return found if found.key == key else None

    def keep(self, result):
        write_whole(self.path(result.exercise, result.student), json.dumps(asdict(result)))

    def all(self):
        for path in sorted(self.folder.glob("*/*.json")):
            yield Result(**json.loads(path.read_text()))


def write_whole(path, text):
    """Write a file so that at any moment it is there as it was, or as it will be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    with new.open("w", newline="") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    new.replace(path)


def write_grades(path, results, exercises):
    table = io.StringIO()
    writer = csv.DictWriter(table, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for result in results:
        exercise = exercises.get(result.exercise)
        # An exercise that has other tasks by now has other results soon.
        if exercise and exercise.points.keys() == result.points.keys() and result.nbgrader:
            writer.writerow(result.row(exercise))
    write_whole(path, table.getvalue())


def key_of(path, exercise):
    """What a result belongs to: these bytes, and this exercise."""
    digest = hashlib.sha256(json.dumps(exercise.notebook, sort_keys=True).encode())
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def read(sandbox, slot, hand_in):
    """The cells of a hand-in, [[kind, name, source], ...], and what is wrong with it, if it is."""
    if hand_in.broken:
        return [], hand_in.broken
    with hand_in.path.open("rb") as stream, sandbox.open("reader", slot, stdin=stream) as reader:
        reader.ready()
        try:
            answer = reader.ask(None, READ)
        except Ended as ended:
            return [], f"the file is unreadable: reading it {ended}"
    cells = [[kind, name, printable(source)] for kind, name, source in answer.get("cells", [])]
    return cells, answer.get("broken", "")


def grade(sandbox, slot, exercise, hand_in, key):
    """The Result of a hand-in, without nbgrader's part."""
    cells, broken = read(sandbox, slot, hand_in)
    cells = exercise.lay_over(cells)
    if broken:
        judgement = Judgement(dict.fromkeys(exercise.points, 0), {}, [broken])
        outputs = dict.fromkeys(range(len(cells)), [not_run(broken)])
    else:
        judgement = judge(sandbox, slot, exercise, cells, hand_in.student)
        outputs = run(sandbox, slot, cells)
    notebook = exercise.notebook_of(cells, outputs)
    return Result(
        hand_in.student,
        exercise.name,
        key,
        judgement.points,
        judgement.words,
        judgement.remarks,
        notebook,
    )
