"""One hand-in, from its bytes to a result that is kept; and the results of all.

A result is a file, grading/results/<exercise>/<student>.json, that appears whole or not at all, and
belongs to the very bytes that were handed in and to the exercise as it was. That is why a batch
can be killed at any moment and goes on where it stopped. What could not be graded is kept in the
same way, in grading/not-graded, until a later batch grades it.
"""

import csv
import hashlib
import io
import json
import os
from dataclasses import asdict, dataclass, field

from .judge import Judgement, judge
from .names import shown
from .pages import not_run, run
from .process import OUTPUT, Ended, Trouble
from .rebuild import Cell
from .referee import printable

READ = 60  # seconds that reading a file may take
PAGE = 60  # seconds that making a page may take
COLUMNS = (
    *("assignment", "student_id", "timestamp", "score", "max_score", "nbgrader_score"),
    *("tasks", "remark"),
)
NO_EXERCISE = "none"  # the folder of what could not be graded and is of no known exercise


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
    timestamp: str = ""  # when it was handed in, as far as is known
    notes: list = field(default_factory=list)  # what else is to be known of the hand-in
    recognised: bool = False  # whether its cells alone told which exercise it is

    def row(self, exercise, more=()):
        """The result as grades.csv has it; `more` remarks come last."""
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
            "timestamp": self.timestamp,
            "score": number(sum(points.values())),
            "max_score": number(sum(exercise.points.values())),
            "nbgrader_score": number(sum(own.values())) if own else "",
            "tasks": ", ".join(
                f"{shown} {number(points[name])}/{number(exercise.points[name])}"
                for name, shown in names.items()
            ),
            "remark": "; ".join([*self.remarks, *self.notes, *differ, *more]),
        }


@dataclass
class NotGraded:
    """A hand-in without a mark: no score at all, since it is not known that it deserves none."""

    student: str
    exercise: str  # "" where it is not known
    remark: str
    timestamp: str = ""

    def row(self):
        return dict.fromkeys(COLUMNS, "") | {
            "assignment": self.exercise,
            "student_id": self.student,
            "timestamp": self.timestamp,
            "remark": self.remark,
        }


def number(points):
    return f"{points:g}"


class Shelf:
    """The results on disk, and beside them what could not be graded."""

    def __init__(self, grading):
        self.folder, self.beside = grading / "results", grading / "not-graded"

    def path(self, exercise, student):
        return self.folder / exercise / f"{student}.json"

    def get(self, exercise, student):
        """The Result of this student, or None where there is none that can be read."""
        return _load(Result, self.path(exercise, student))

    def find(self, exercise, student, key):
        """The Result for this key, or None."""
        found = self.get(exercise, student)
        return found if found and found.key == key else None

    def keep(self, result):
        write_whole(self.path(result.exercise, result.student), json.dumps(asdict(result)))

    def settle(self, students, failed):
        """Keep what failed, [NotGraded, ...], and no older failure of these students.

        `students`: {student: the exercises that are graded now}. Where one hand-in of a student is
        graded, or known to be of an exercise, one of no known exercise is no longer waited for.
        """
        failed = {(one.exercise or NO_EXERCISE, one.student): one for one in failed}
        for student, exercises in students.items():
            for exercise in {NO_EXERCISE, *exercises} - {e for e, s in failed if s == student}:
                (self.beside / exercise / f"{student}.json").unlink(missing_ok=True)
        for (exercise, student), one in failed.items():
            write_whole(self.beside / exercise / f"{student}.json", json.dumps(asdict(one)))

    def everything(self):
        """([Result, ...], [NotGraded, ...]) of all exercises; ValueError where one is damaged."""
        found = []
        for kind, folder in ((Result, self.folder), (NotGraded, self.beside)):
            loaded = {path: _load(kind, path) for path in sorted(folder.glob("*/*.json"))}
            if damaged := [path for path, one in loaded.items() if one is None]:
                raise ValueError(f"{damaged[0]} is damaged; {ANEW}.")
            found.append(list(loaded.values()))
        return tuple(found)

    def rows(self, exercises):
        """The rows of grades.csv, in order, for these exercises; and the files that are damaged."""
        failed, rows, damaged = {}, {}, []
        for path in self.beside.glob("*/*.json"):
            failed[_place(path)] = _load(NotGraded, path)
            if not failed[_place(path)]:
                damaged.append(path)
                failed[_place(path)] = NotGraded(path.stem, "", f"{path} is damaged; {ANEW}")
        for path in self.folder.glob("*/*.json"):
            result, exercise = _load(Result, path), exercises.get(path.parent.name)
            if result is None:
                damaged.append(path)
                failed.setdefault(
                    _place(path),
                    NotGraded(path.stem, path.parent.name, f"{path} is damaged; {ANEW}"),
                )
            # An exercise that has other tasks by now has other results soon.
            elif exercise and exercise.points.keys() == result.points.keys() and result.nbgrader:
                later = failed.pop(_place(path), None)
                more = [f"a later hand-in could not be graded: {later.remark}"] if later else []
                rows[_place(path)] = result.row(exercise, more)
        rows |= {place: one.row() for place, one in failed.items()}
        return [rows[place] for place in sorted(rows)], damaged


ANEW = "grade this student's hand-in again"


def _place(path):
    """Where a file's row stands: by exercise, then student; without an exercise, first."""
    exercise = path.parent.name
    return "" if exercise == NO_EXERCISE else exercise, path.name


def _load(kind, path):
    """A Result or NotGraded from its file, or None where that is missing, or damaged."""
    try:
        found = kind(**json.loads(path.read_text(encoding="utf-8")))
        named = path.stem, "" if path.parent.name == NO_EXERCISE else path.parent.name
        whole = (found.student, found.exercise) == named
        if kind is Result:
            points = [*found.points.values(), *(found.nbgrader or {}).values()]
            words = [*found.remarks, *found.notes, *found.words.values()]
            whole &= all(type(p) in (int, float) for p in points) and bool(found.points)
            whole &= found.nbgrader is None or found.nbgrader.keys() == found.points.keys()
            whole &= all(type(w) is str for w in [found.timestamp, *words])
    except (FileNotFoundError, ValueError, TypeError, AttributeError, RecursionError):
        return None
    return found if whole else None


def write_whole(path, text):
    """Write a file so that at any moment it is there as it was, or as it will be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    with new.open("w", newline="", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    new.replace(path)


def write_grades(path, rows):
    table = io.StringIO()
    writer = csv.DictWriter(table, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({column: _harmless(text) for column, text in row.items()})
    write_whole(path, table.getvalue())


def _harmless(text):
    """The text of a cell in one line, so that no spreadsheet takes it for a formula."""
    text = shown(text)
    return f"'{text}" if text[:1] in tuple("=+-@＝＋－＠") else text


def key_of(path, exercise):
    """What a result belongs to: these bytes, and this exercise."""
    digest = hashlib.sha256(json.dumps(exercise.notebook, sort_keys=True).encode())
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def read(sandbox, slot, hand_in):
    """(the hand-in's cells, [Cell, ...]; what is wrong with it, if it is; remarks about it)."""
    if hand_in.read is not None:
        return hand_in.read
    with hand_in.path.open("rb") as stream, sandbox.open("reader", slot, stdin=stream) as reader:
        reader.ready()
        try:
            answer = reader.ask(None, READ, OUTPUT)
        except Ended as ended:
            return [], f"the file is unreadable: reading it {ended}", []
    cells = [
        Cell(kind, name, printable(source), *more)
        for kind, name, source, *more in answer.get("cells", [])
    ]
    return cells, answer.get("broken", ""), answer.get("remarks", [])


def grade(sandbox, slot, exercise, hand_in, key):
    """The Result of a hand-in, without nbgrader's part."""
    cells, broken, remarks = read(sandbox, slot, hand_in)
    cells, missing = exercise.lay_over(cells)
    if broken:
        judgement = Judgement(dict.fromkeys(exercise.points, 0), {}, [broken])
        outputs = dict.fromkeys(range(len(cells)), [not_run(broken)])
    else:
        judgement = judge(sandbox, slot, exercise, cells, hand_in.student)
        cells.sort(key=lambda cell: cell.name in judgement.late)  # stable: those go to the end
        outputs = run(sandbox, slot, cells)
        remarks = [
            *remarks,
            *(words for name, words in missing.items() if not judgement.points[name]),
        ]
    notebook = exercise.notebook_of(cells, outputs)
    return Result(
        hand_in.student,
        exercise.name,
        key,
        judgement.points,
        judgement.words,
        [*remarks, *judgement.remarks],
        notebook,
    )


def enter(books, exercise, result):
    """Enter a result in nbgrader's books and write its page; the result then has its points."""

    def entered():
        line = json.dumps(asdict(result)).encode()
        return books.ask({"enter": result.student}, PAGE, line)["points"]

    try:
        result.nbgrader = entered()
    except Ended as ended:
        words = f"the page could not be made of what was handed in: making it {ended}"
        cells, _ = exercise.lay_over([])
        outputs = dict.fromkeys(range(len(cells)), [not_run(words)])
        result.notebook = exercise.notebook_of(cells, outputs)
        result.remarks.append(words)
        try:
            result.nbgrader = entered()
        except Ended as again:
            raise Trouble(f"the books: {again}") from None
