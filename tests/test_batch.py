"""`make grade` from a teacher's chair: what she hands it, what it writes, and what stops it."""

import csv
import fcntl
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import pytest
from classes import PLATFORMS, pack, students
from hostile import NAME, ROOT, SOLVED, Course, notebook

from memkit.classroom.batch import COLUMNS, NotGraded, Result, Shelf, write_grades
from memkit.classroom.grade import Batch, _raise_the_machines
from memkit.classroom.names import student_id, whose
from memkit.classroom.process import Trouble
from memkit.classroom.rebuild import read_exercise
from memkit.classroom.sandbox import STAGE, NoSandbox, Sandbox
from memkit.classroom.submissions import HandIn

WRONG = "def memory(tree, align):\n    return 7"


@pytest.fixture(scope="module", autouse=True)
def bubblewrap():
    try:
        Sandbox()
    except NoSandbox as missing:
        pytest.fail(f"These tests need the sandbox (make sandbox installs it): {missing}")


@pytest.fixture
def course(tmp_path):
    return Course(tmp_path / "course")


def put(folder, files):
    """Write {name: bytes} into a folder, all at the same time."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        os.utime(path, (1e9, 1e9))
    return folder


def rows(course):
    with (course.grading / "grades.csv").open(newline="", encoding="utf-8") as table:
        return list(csv.DictReader(table))


# What is handed in, and what stands in grades.csv


def plain_notebook(*sources):
    """A notebook that is no exercise."""
    cells = [{"cell_type": "code", "metadata": {}, "source": source} for source in sources]
    cells = [{**cell, "outputs": [], "execution_count": None} for cell in cells]
    return json.dumps({**SOLVED, "cells": cells}).encode()


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    """A class in which much goes wrong, graded once; and what was printed."""
    course = Course(tmp_path_factory.mktemp("mixed"))
    right, slip = notebook(), notebook(memory=WRONG)
    chapter = (ROOT / "notebooks" / "01-overlays-to-virtual-memory.ipynb").read_bytes()
    folder = put(
        tmp_path_factory.mktemp("in"),
        {
            "ana/ch01-work.ipynb": right,
            "ana/Untitled.ipynb": plain_notebook("1 + 1"),
            "ben/01-overlays-to-virtual-memory.ipynb": chapter,
            "ben/mine.ipynb": slip,
            "carl.pdf": b"%PDF",
            "dora.ipynb.txt": right,
            "emma.IPYNB": right,
            "fritz/ch01_old.ipynb": slip,
            "fritz/ch01_new.ipynb": right,
            "gina/a.ipynb": slip,
            "gina/b.ipynb": right,
            "hans.ipynb": plain_notebook("print('something else')"),
            "ida.ipynb": json.dumps(SOLVED).encode("utf-16"),
            "jan/ch01.ipynb": right,
            "jan/ch01-2.ipynb": right,
            "kim/ch02.ipynb": right,
            "lea\n  8 of 8  all right.ipynb": slip,
            "max\x1b[2J\u202e.ipynb": right,
            "सीता.ipynb": right,
            "सिता.ipynb": slip,
            "\U0001f642.ipynb": right,
            "\U0001f643.ipynb": slip,
            "nora/ch01_a.ipynb": right,
            "nora/ch01_b.ipynb": b"{",
            "x_olga_attempt_2026-11-20-13-45-07_a.ipynb": right,
            "x_olga_attempt_2026-11-19-13-45-07_a.ipynb": slip,
            "paul_LATE_4711_90210_a.ipynb": right,
        },
    )
    os.utime(folder / "fritz" / "ch01_new.ipynb", (1e9 + 3600, 1e9 + 3600))
    with zipfile.ZipFile(folder / "quentin.zip", "w") as archive:
        archive.writestr("ch01.ipynb", right)
    data = bytearray((folder / "quentin.zip").read_bytes())
    data[6] |= 1
    data[data.find(b"PK\1\2") + 8] |= 1
    (folder / "quentin.zip").write_bytes(data)
    (folder / "rosa.ipynb").symlink_to("/etc/passwd")
    status, said = course.grade(folder)
    return course, folder, status, said


MARKS = {
    **dict.fromkeys(("ana", "dora", "emma", "fritz", "jan", "kim", "nora", "olga"), "8"),
    **{"ben": "6", "paul-4711": "8", "सीता": "8", "सिता": "6"},
    **{student_id("\U0001f642"): "8", student_id("\U0001f643"): "6"},
    **{student_id("lea\n  8 of 8  all right"): "6", student_id("max\x1b[2J\u202e"): "8"},
    **dict.fromkeys(("carl", "gina", "hans", "quentin", "rosa"), ""),
    "ida": None,  # as the reader says it
}
REMARKS = {
    "ana": "",
    "ben": "",
    "carl": "no notebook, only carl.pdf; ask for the .ipynb",
    "fritz": "the last of 2 attempts, not fritz/ch01_old.ipynb",
    "gina": "handed in more than once (gina/a.ipynb, gina/b.ipynb); keep one",
    "hans": "no cell of an exercise is in it",
    "jan": "",
    "kim": "named ch02, its cells are of ",
    "nora": "nora/ch01_b.ipynb: the file is",
    "olga": "the last of 2 attempts, not x_olga_attempt_2026-11-19-13-45-07_a.ipynb",
    "quentin": "the zip has a password; ask for it without one",
    "rosa": "a link, which is not followed; put the file itself in its place",
}


def test_each_has_its_row(mixed):
    got = {row["student_id"]: row for row in rows(mixed[0])}
    assert got.keys() == MARKS.keys() and len(rows(mixed[0])) == len(MARKS)
    for student, marks in MARKS.items():
        assert marks is None or got[student]["score"] == marks, got[student]
    for student, words in REMARKS.items():
        assert words in got[student]["remark"] and bool(words) == bool(got[student]["remark"])


def test_what_has_no_exercise_has_no_score(mixed):
    for row in rows(mixed[0]):
        assert row["assignment"] in (NAME, "")
        assert row["assignment"] or (row["score"], row["max_score"]) == ("", "")
    assert {row["student_id"] for row in rows(mixed[0]) if not row["assignment"]} == {
        *("carl", "hans", "rosa"),  # quentin's is called ch01
    }


def test_the_time_of_handing_in_has_a_column(mixed):
    times = {row["student_id"]: row["timestamp"] for row in rows(mixed[0])}
    assert (times.pop("olga"), times.pop("paul-4711")) == ("2026-11-20 13:45:07", "LATE")
    assert set(times.values()) == {""}


def test_each_has_its_line_and_none_is_forged(mixed):
    _, _, status, said = mixed
    assert status == 1 and "Traceback" not in said
    lines = said.splitlines()[-2 - 25 - 5 : -2]
    assert not any(c in said for c in "\x1b\u202e")
    assert {line.split()[0] for line in lines} >= MARKS.keys()
    counted = re.search(r"memkit: (\d+) graded, (\d+) not", said)
    failed = [line for line in said.splitlines() if "  not graded: " in line]
    assert int(counted[2]) == len(failed)
    for line in failed:
        assert re.search(r"; (ask for|keep|put|change|run this|.* counts)|keep one", line), line
    assert "an earlier attempt; fritz/ch01_new.ipynb counts" in said
    assert "the same as jan/ch01" in said


def test_once_more_gives_the_same_and_a_proper_hand_in_takes_the_row(mixed, tmp_path):
    course, folder, *_ = mixed
    before, results = (course.grading / "grades.csv").read_bytes(), course.results()
    status, said = course.grade(folder)
    assert status == 1 and (course.grading / "grades.csv").read_bytes() == before
    assert course.results() == results
    late = put(
        tmp_path / "late", {f"{name}.ipynb": notebook() for name in ("carl", "gina", "hans")}
    )
    status, said = course.grade(late)
    assert status == 0, said
    got = {row["student_id"]: row for row in rows(course)}
    assert got.keys() == MARKS.keys() and len(rows(course)) == len(MARKS)
    for student in ("carl", "gina", "hans"):
        row = got[student]
        assert (row["assignment"], row["score"], row["remark"]) == (NAME, "8", "")


def test_a_file_that_is_no_notebook_and_of_no_known_exercise_gets_no_mark(course):
    batch = Batch(course.folder, None, "", 1)
    alone = HandIn("ida", None, "ida.ipynb", None, wrong="the file is empty")
    assert list(batch._clear([alone])) == []
    assert alone.line == "not graded: the file is empty; ask for the .ipynb again"
    assert batch.failed == [NotGraded("ida", "", "the file is empty; ask for the .ipynb again")]


def test_where_the_machine_failed_at_one_attempt_no_other_counts(course):
    batch = Batch(course.folder, None, "", 1)
    one, two = (HandIn("ana", NAME, f"{n}.ipynb", None) for n in "12")
    batch._not(two, Trouble("the sandbox did not start"))
    assert list(batch._clear([one, two])) == []
    assert one.line == "not graded: another file of this student was not read; run this again"
    assert two.line == "not graded: the sandbox did not start; run this again"


def test_of_two_batches_the_later_attempt_counts(course, tmp_path):
    name = "x_ana_attempt_2026-11-{}-13-45-07_ch01.ipynb"
    early = put(tmp_path / "early", {name.format(10): notebook(memory=WRONG)})
    late = put(tmp_path / "late", {name.format(20): notebook()})
    for folder in (late, early):
        status, said = course.grade(folder)
        assert status == 0
        (row,) = rows(course)
        assert row["score"] == "8"
    assert row["timestamp"] == "2026-11-20 13:45:07"
    assert "(of 2026-11-20 13:45:07; this came before)" in said


# What must not stop it, and what it must not touch


def test_hand_ins_in_gradings_own_folder_are_left_alone(course):
    """Copies of a killed batch go; what somebody else put there stays."""
    ours = put(course.grading / ".copies-dead", {".made-by-make-grade": b"", "0": b"x"})
    other = put(course.grading / ".copies-mine", {"0": b"x"})
    place = put(course.grading / "handed-in", {"ana/ch01.ipynb": notebook()})
    status, said = course.grade(Path("grading", "handed-in"))
    assert status == 0, said
    assert (place / "ana" / "ch01.ipynb").read_bytes() == notebook()
    assert not ours.exists() and (other / "0").exists()
    assert list(course.grading.glob(".copies-*")) == [other]


def test_what_grading_made_is_no_hand_in(course):
    put(course.grading / "results" / "x", {"ana.ipynb": b"{}"})
    before = sorted(course.folder.rglob("*"))
    batch = Batch(course.folder, None, "", 1)
    for place in ("", "results", "results/x", "executed", "not-graded/..", ".."):
        with pytest.raises(ValueError, match="holds what grading made; say the folder or zip"):
            batch.run(course.grading / place)
    status, said = course.grade("grading")
    assert status == 2 and len(said.splitlines()) == 1 and said.startswith("memkit: SUBMISSIONS=")
    assert [p for p in sorted(course.folder.rglob("*")) if p.name != "lock"] == before


def test_stages_of_the_dead_go_and_those_of_the_living_stay():
    dead = Path(tempfile.mkdtemp(prefix=STAGE))
    put(dead, {"lives": b"", "complete/memkit/x.py": b""})
    new = Path(tempfile.mkdtemp(prefix=STAGE))  # one that is just being made
    living = Path(tempfile.mkdtemp(prefix=STAGE))
    try:
        with (living / "lives").open("w") as lives:
            fcntl.flock(lives, fcntl.LOCK_EX)
            with Sandbox() as one, Sandbox() as other:
                assert one.stage.exists() and other.stage.exists() and living.exists()
                assert not dead.exists() and new.exists()
        assert not one.stage.exists() and not other.stage.exists()
    finally:
        for stage in (new, living):
            shutil.rmtree(stage)


RUBBISH = ("", "[]", "3", '{"student": 3}', "\0" * 100, "[" * 99_999, '{"student": "ana"', "\xff")


def test_a_damaged_result_is_none(tmp_path):
    exercise = read_exercise(ROOT / "solutions" / NAME / f"{NAME}.ipynb")
    shelf = Shelf(tmp_path)
    shelf.keep(Result("ana", NAME, "k", exercise.points, nbgrader=exercise.points))
    path = shelf.path(NAME, "ana")
    whole = json.loads(path.read_text())
    assert shelf.find(NAME, "ana", "k")
    for change in (
        {"points": 3}, {"points": {"memory-check": "2"}}, {"nbgrader": [1]}, {"remarks": 3},
        {"remarks": [3]}, {"student": "ben"}, {"exercise": "ch02"}, {"new": 1}, {"timestamp": None},
        {"points": {}}, {"nbgrader": {}},
    ):  # fmt: skip
        path.write_text(json.dumps(whole | change))
        assert shelf.get(NAME, "ana") is None, change
    for text in RUBBISH:
        path.write_bytes(text.encode("latin-1"))
        assert shelf.get(NAME, "ana") is None
        ((row,), damaged) = shelf.rows({NAME: exercise})
        assert (row["assignment"], row["student_id"], row["score"]) == (NAME, "ana", "")
        assert "is damaged" in row["remark"] and damaged == [path]


def test_a_damaged_result_is_made_anew_or_named(course, tmp_path):
    folder = put(tmp_path / "in", {f"{name}.ipynb": notebook() for name in ("ana", "ben")})
    assert course.grade(folder)[0] == 0
    for path in course.grading.glob(f"results/{NAME}/*.json"):
        path.write_bytes(path.read_bytes()[:100])
    status, said = course.grade(put(tmp_path / "other", {"ben.ipynb": notebook()}))
    path = course.grading / "results" / NAME / "ana.json"
    assert status == 0 and f"memkit: {path} is damaged; grade this student's hand-in again." in said
    got = {row["student_id"]: row for row in rows(course)}
    assert (got["ben"]["score"], got["ana"]["score"]) == ("8", "")
    assert "Traceback" not in said


def test_a_full_disk_stops_the_batch_and_is_no_mark(course, tmp_path):
    """No file may grow past 2 MB: what a full disk does, for one copy."""
    large = notebook(text="x" * (3 << 20))
    folder = put(tmp_path / "in", {"ana.ipynb": notebook(), "ben.ipynb": large})
    script = (
        "import resource as r, sys; r.setrlimit(r.RLIMIT_FSIZE, (2 << 20, r.RLIM_INFINITY));"
        "from memkit.classroom.grade import main; sys.exit(main(sys.argv[1:]))"
    )
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script, folder],
        cwd=course.folder,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert run.returncode == 2 and len(run.stderr.splitlines()) == 1, run.stderr
    assert run.stderr.startswith("memkit: stopped: File too large")
    assert run.stderr.endswith("the same command goes on from here.\n")
    assert not (course.grading / "grades.csv").exists()
    assert not list(course.grading.glob("not-graded/*/*"))


def test_the_machines_faults_are_told_from_a_hand_ins():
    for fault in (OSError(28, "No space left on device"), OSError(24, "Too many open files")):
        with pytest.raises(OSError, match=fault.strerror):
            _raise_the_machines(fault)
    with pytest.raises(OSError, match="No space left"):
        _raise_the_machines(RuntimeError("nbgrader failed: database or disk is full"))
    _raise_the_machines(OSError(2, "No such file"))
    _raise_the_machines(RuntimeError("nbgrader failed"))


def test_cells_are_harmless_in_a_spreadsheet(tmp_path):
    remarks = ["=1+1", "+1", "-1", "@x", "\t=x", "\r=x", "a\n=1", "x=1", "", "'x", "＝1"]
    failed = [NotGraded(f"s{n}", "", remark).row() for n, remark in enumerate(remarks)]
    write_grades(tmp_path / "g.csv", failed)
    with (tmp_path / "g.csv").open(newline="") as table:
        got = [row["remark"] for row in csv.DictReader(table)]
    shown = ["'=1+1", "'+1", "'-1", "'@x", "\\t=x", "\\r=x", "a\\n=1", "x=1", "", "'x", "'＝1"]
    assert got == shown


def test_a_fault_beside_a_mark_is_told_in_its_row(tmp_path):
    """Who was graded before, and then handed in what cannot be read, keeps the mark."""
    exercise = read_exercise(ROOT / "solutions" / NAME / f"{NAME}.ipynb")
    shelf = Shelf(tmp_path)
    shelf.keep(Result("ana", NAME, "k", exercise.points, nbgrader=exercise.points))
    shelf.settle({}, [NotGraded("ana", NAME, "it is damaged"), NotGraded("ben", "", "a link")])
    (ben, ana), damaged = shelf.rows({NAME: exercise})
    assert (ben["student_id"], ben["score"], damaged) == ("ben", "", [])
    assert ana["score"] == "8" and ana.keys() == set(COLUMNS)
    assert ana["remark"] == "a later hand-in could not be graded: it is damaged"
    shelf.settle({"ana": {NAME}, "ben": {NAME}}, [])
    assert [row["remark"] for row in shelf.rows({NAME: exercise})[0]] == [""]


def test_a_strict_locale_loses_nothing(course, tmp_path):
    folder = put(tmp_path / "in", {"सीता.ipynb": notebook(), "carl.pdf": b""})
    with open(os.path.join(os.fsencode(folder), b"\xe9\xff.pdf"), "w") as file:
        file.write("x")
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "memkit.classroom.grade", folder],
        cwd=course.folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C", "PYTHONUTF8": "0"},
        capture_output=True,
    )
    said = run.stdout.decode()
    assert run.returncode == 1 and b"Traceback" not in run.stderr, run.stderr
    assert "1 graded, 2 not" in said and "carl" in said
    assert {row["student_id"]: row["score"] for row in rows(course)}["सीता"] == "8"


def test_the_home_of_the_teacher(tmp_path):
    """The line that TEACHING.md shows, as /bin/sh and make hand it on; nothing is graded here."""
    home = put(tmp_path / "home", {"Downloads/it's all; $x.zip": b"no zip"})
    run = subprocess.run(
        ["make", "-s", "-C", ROOT, "grade", "SUBMISSIONS=~/Downloads/no$ne.zip", "TRUSTED=1"],
        capture_output=True, text=True, env={
            **{k: v for k, v in os.environ.items() if k != "ARGS"},  # those of the tests' own make
            **{"HOME": str(home), "MAKEFLAGS": ""},
        },
    )  # fmt: skip
    assert f"{home}/Downloads/no$ne.zip: there is no such folder" in run.stderr


# Whole classes


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Five hand-ins a platform, graded in one go, and killed twice and gone on with."""
    made, marks = students(5 * len(PLATFORMS)), {}
    whole, killed = (Course(tmp_path_factory.mktemp(name)) for name in ("whole", "killed"))
    folder, chance = tmp_path_factory.mktemp("zips"), random.Random(5)
    for number, platform in enumerate(PLATFORMS):
        some = made[number * 5 : number * 5 + 5]
        pack(folder / f"{platform.__name__}.zip", some, platform)
        for n, student in enumerate(some):
            marks[whose(tuple(platform(student, n).split("/")))[0]] = student.marks
    status, said = whole.grade(folder)
    assert status == 0, said
    for _ in range(2):
        run, enough = killed.start(folder), chance.randint(2, 5)
        for line in run.stdout:
            if line.startswith(f"memkit: {enough} of "):
                break
        time.sleep(chance.random())
        run.send_signal(signal.SIGKILL)
        run.communicate()
    assert killed.grade(folder)[0] == 0
    return whole, killed, marks


def test_a_class_from_four_platforms_has_the_marks_it_deserves(small):
    whole, _, marks = small
    got = {row["student_id"]: float(row["score"]) for row in rows(whole)}
    assert got == marks and len(marks) == 5 * len(PLATFORMS)


def test_kills_change_nothing(small):
    whole, killed, _ = small
    grades = [(course.grading / "grades.csv").read_bytes() for course in (whole, killed)]
    assert grades[0] == grades[1]
    assert not list(killed.grading.glob(".copies-*"))
