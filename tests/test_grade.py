"""`make grade`: a class of right, broken and hostile hand-ins, killed half-way and gone on with."""

import fcntl
import re
import shutil
import signal
import socket
import sqlite3
import time
import zipfile
from errno import ENOSPC
from pathlib import Path

import pytest
from hostile import NAME, ROOT, Course, corpus, hand_in
from started import started

from memkit.classroom import batch
from memkit.classroom.batch import Result, enter
from memkit.classroom.gradebook import _done
from memkit.classroom.process import Clerk, Trouble
from memkit.classroom.rebuild import read_exercise
from memkit.classroom.sandbox import NoSandbox, Sandbox

MARKER = "86399.0625"  # seconds that the processes sleep which one hand-in leaves behind


@pytest.fixture(scope="module", autouse=True)
def bubblewrap():
    try:
        Sandbox()
    except NoSandbox as missing:
        pytest.fail(f"These tests need the sandbox (make sandbox installs it): {missing}")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    return Course(tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="module")
def listening():
    """A server on this machine; it must hear nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


@pytest.fixture(scope="module")
def hand_ins(course, listening, tmp_path_factory):
    """The folder that the hand-ins lie in, and whose they are."""
    folder = tmp_path_factory.mktemp("handed-in")
    made = corpus(course.folder, listening.getsockname()[1], MARKER)
    for student, (data, _) in made.items():
        hand_in(folder / f"{student}.ipynb", data)
    return folder, list(made)


def tree(folder):
    """Every file of a folder with its time and size, but for what grading makes."""
    return {
        path: (path.stat().st_mtime_ns, path.stat().st_size)
        for path in folder.rglob("*")
        if path.is_file() and "grading" not in path.parts and "__pycache__" not in path.parts
    }


def processes():
    """The command lines of the sandboxes that run for these tests, and of what hand-ins start."""
    return started(MARKER, "classroom/inside/")


@pytest.fixture(scope="module")
def graded(course, hand_ins):
    """The whole class, graded; killed when a third was done, then gone on with."""
    folder, made = hand_ins
    before = tree(course.folder), tree(ROOT / "solutions"), tree(folder)
    run = course.start(folder)
    for line in run.stdout:
        if line.startswith(f"memkit: {len(made) // 3} of "):
            break
    assert processes() != [], "or finding none below would say nothing"
    run.send_signal(signal.SIGKILL)
    run.wait()
    killed = course.results()
    assert not (course.grading / "grades.csv").exists()
    end = time.monotonic() + 60  # on a busy machine the kernel takes seconds to end them all
    while processes() and time.monotonic() < end:
        time.sleep(0.1)
    assert processes() == []
    status, said = course.grade(folder)
    after = tree(course.folder), tree(ROOT / "solutions"), tree(folder)
    return status, said, killed, before, after


STUDENTS = {name: marks for name, (_, marks) in corpus(Path("nowhere"), 0, "").items()}


@pytest.mark.parametrize("student", STUDENTS)
def test_each_gets_the_marks_it_deserves(student, graded, course):
    assert float(course.rows()[student]["score"]) == STUDENTS[student]


def test_the_batch_ends_with_a_line_for_each(graded):
    status, said, *_ = graded
    assert status == 0, said
    lines = said.splitlines()[-len(STUDENTS) - 2 : -2]
    assert [line.split()[0] for line in lines] == sorted(STUDENTS)
    for line in lines:
        student, marks = line.split()[:2]
        assert float(marks) == STUDENTS[student]
    assert re.search(r"memkit: \d+ of \d+ done, about \d+ s left", said)


def test_what_was_done_when_it_was_killed_is_not_done_again(graded, course):
    _, said, killed, *_ = graded
    assert 0 < len(killed) < len(STUDENTS)
    settled = int(re.search(r"memkit: (\d+) of \d+ are settled already", said)[1])
    assert settled >= len(STUDENTS) // 3
    again = [student for student, time in course.results().items() if killed.get(student) == time]
    assert len(again) >= len(STUDENTS) // 3


def test_no_file_changes_and_no_process_is_left(graded):
    *_, before, after = graded
    assert after == before
    assert processes() == []


FEW = ("always-equal", "os-exit", "patched-checker", "right", "spec", "corrupt")


@pytest.fixture(scope="module")
def unbroken(hand_ins, tmp_path_factory):
    """Some of the class, graded in one go in a course of their own."""
    other = Course(tmp_path_factory.mktemp("unbroken"))
    folder = tmp_path_factory.mktemp("few")
    for student in FEW:
        shutil.copy(hand_ins[0] / f"{student}.ipynb", folder)
    status, said = other.grade(folder)
    assert status == 0, said
    return other, folder


def test_a_run_without_a_break_gives_the_same_rows(graded, course, unbroken):
    rows = unbroken[0].rows()
    assert rows.keys() == set(FEW)
    assert rows.items() <= course.rows().items()


def test_only_what_was_handed_in_anew_is_graded_anew(unbroken, tmp_path):
    """From a zip this time, with a folder of its own around all."""
    other, folder = unbroken
    before, results = other.rows(), other.results()
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for student in FEW:
            name = "right" if student == "patched-checker" else student
            archive.write(folder / f"{name}.ipynb", f"hand-ins/{student}.ipynb")
        archive.writestr("hand-ins/two/a-ch01.ipynb", b"{}")
        archive.writestr("hand-ins/two/b-ch01.ipynb", b"[]")
    status, said = other.grade(tmp_path / "all.zip")
    assert status == 1
    assert "not graded: handed in more than once (two/a-ch01.ipynb, two/b-ch01.ipynb)" in said
    assert f"{len(FEW) - 1 + 2} of {len(FEW) + 2} are settled already" in said
    changed = {name for name, row in other.rows().items() if row != before.get(name)}
    assert changed == {"patched-checker", "two"}
    assert other.rows()["two"]["score"] == ""
    assert other.rows()["patched-checker"] == before["right"] | {"student_id": "patched-checker"}
    assert "(Score: 8.0 / 8.0)" in other.page("patched-checker")
    assert "The judge decides" not in other.page("patched-checker")
    again = {name for name, time in other.results().items() if results[name] != time}
    assert again == {"patched-checker"}


def test_the_books_are_made_anew_where_they_are_lost(unbroken, hand_ins, tmp_path):
    """gradebook.db deleted alone, or garbage: results are entered again, or the file is named."""
    other, folder = unbroken
    assert other.grade(folder)[0] == 0
    book, rows = other.grading / "gradebook.db", other.rows()
    book.unlink()
    status, said = other.grade(folder)
    assert status == 0 and "settled already" not in said
    assert other.rows() == rows
    book.write_bytes(b"no data base" * 1000)
    status, said = other.grade(folder)
    assert status == 2
    assert "grading/gradebook.db cannot be used (file is not a database). Move it away" in said
    book.unlink()
    assert other.grade(folder)[0] == 0 and other.rows() == rows


def test_ctrl_c_is_heard_at_once_and_what_is_done_is_kept(hand_ins, tmp_path_factory):
    other = Course(tmp_path_factory.mktemp("stopped"))
    folder = tmp_path_factory.mktemp("two")
    for student in ("right", "endless-loop"):
        shutil.copy(hand_ins[0] / f"{student}.ipynb", folder)
    run = other.start(folder)
    for line in run.stdout:
        if line.startswith("memkit: 1 of 2"):
            break
    run.send_signal(signal.SIGINT)
    said = run.communicate(timeout=20)[0]
    assert run.returncode == 130
    assert said == "memkit: stopped; the same command goes on from here.\n"
    assert set(other.results()) == {"right"}


def test_a_page_that_cannot_be_made_costs_nobody_else_anything(tmp_path, monkeypatch):
    """What would hang the conversion to HTML is left out, once, and the row says so."""
    course = Course(tmp_path / "course")
    monkeypatch.chdir(course.folder)
    exercise = read_exercise(course.folder / "solutions" / NAME / f"{NAME}.ipynb")
    cells, _ = exercise.lay_over([["code", "", "@" * 8_000_000, None, []]])
    points = dict.fromkeys(exercise.points, 1)
    result = Result("ana", NAME, "", points, notebook=exercise.notebook_of(cells, {}))
    monkeypatch.setattr(batch, "PAGE", 8)
    with Clerk("gradebook", course.folder) as books:
        assert books.ask({}, 60) == {"entered": []}
        enter(books, exercise, result)
        assert books.ask({}, 60) == {"entered": [[NAME, "ana"]]}
    said = "the page could not be made of what was handed in: making it took longer than 8 seconds"
    assert result.remarks == [said] and said in course.page("ana")
    assert result.nbgrader == dict.fromkeys(exercise.points, 0)


def test_what_breaks_nbgrader_costs_its_page_and_a_full_disk_costs_nothing(tmp_path, monkeypatch):
    course = Course(tmp_path / "course")
    monkeypatch.chdir(course.folder)
    exercise = read_exercise(course.folder / "solutions" / NAME / f"{NAME}.ipynb")
    cells, _ = exercise.lay_over([])
    notebook = {**exercise.notebook_of(cells, {}), "nbformat": 99}
    result = Result("ana", NAME, "", dict.fromkeys(exercise.points, 1), notebook=notebook)
    with Clerk("gradebook", course.folder) as books:
        enter(books, exercise, result)
        with sqlite3.connect(course.grading / "gradebook.db") as book:
            book.execute("begin exclusive")
            with pytest.raises(
                Trouble, match=r"is in use \(database is locked\). Close what uses it"
            ):
                books.ask({}, 60)
    (said,) = result.remarks
    assert said.endswith("failed: nbformat.NBFormatError: Unsupported nbformat version 99")
    assert said in course.page("ana")
    log = f"Traceback:\n    OSError: [Errno {ENOSPC}] No space left on device\n[ERROR] It failed."
    with pytest.raises(Trouble, match="No space left"):
        _done({"success": False, "log": log})


def test_nothing_more_is_done_where_all_is_done(graded, course, hand_ins):
    grades, results = course.rows(), course.results()
    status, said = course.grade(hand_ins[0])
    assert status == 0 and f"{len(STUDENTS)} of {len(STUDENTS)} are settled already" in said
    assert (course.rows(), course.results()) == (grades, results)


def test_where_nbgrader_and_the_judge_differ_the_teacher_sees_it(graded, course):
    rows = course.rows()
    for student in ("patched-checker", "patched-memkit", "spec", "transformer"):
        assert rows[student]["nbgrader_score"] == "8"
        assert "memory: nbgrader 2, judge 0" in rows[student]["remark"]
        page = course.page(student)
        assert "The judge decides" in page and "(Score: 6.0 / 8.0)" in page
    assert rows["right"]["nbgrader_score"] == "8" and rows["right"]["remark"] == ""
    assert "The judge decides" not in course.page("right")


def test_two_batches_do_not_mix(course, hand_ins):
    with (course.grading / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert course.grade(hand_ins[0]) == (2, "memkit: another `make grade` is running here.\n")


def test_nbgrader_exports_the_judges_marks(graded, course):
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course.grading / 'gradebook.db'}") as book:
        for student, marks in STUDENTS.items():
            assert book.find_submission(NAME, student).score == marks


def test_a_page_for_each(graded, course):
    for student in STUDENTS:
        assert f"/ {8.0})" in course.page(student)
    assert "not yet: 2" not in course.page("right")
    assert "right: all 200 cases" in course.page("right")
    assert "not a Jupyter notebook" in course.page("corrupt")


def test_a_page_runs_nothing_of_its_author(graded, course):
    page = course.page("page")
    assert "alert(4)" in page and "8 of 8" in page  # as text, in the sources
    assert "alert(6)" in page and "alert(8)" in page
    assert not re.search(r"<script[^>]*>\s*alert|<img[^>]*onerror|href=.javascript", page)


def test_a_spy_finds_nothing(graded, course):
    found = set(re.findall(r"FOUND (.*)", course.page("reads")))
    assert found == {"[]"}


def test_a_vandal_writes_nowhere(graded, course):
    assert "WRITTEN []" in course.page("writes")
    for folder in (course.folder, course.grading, ROOT, Path("/"), Path("/etc"), Path("/usr")):
        assert not (folder / "memkit-was-here").exists()


def test_no_network(graded, course, listening):
    assert set(re.findall(r"(?m)^(REFUSED|CONNECTED) ", course.page("socket"))) == {"REFUSED"}
    with pytest.raises(BlockingIOError):
        listening.accept()


def test_the_teacher_reads_what_happened(graded, course):
    remarks = {student: row["remark"] for student, row in course.rows().items()}
    assert "memory took longer than 10 seconds" in remarks["endless-loop"]
    assert "memory ended its own process" in remarks["os-exit"]
    assert "cell number 3 ended its own process" in remarks["os-exit-first"]
    assert remarks["blank"] == "the file is empty"
    assert "not a Jupyter notebook" in remarks["corrupt"]
    assert remarks["huge"] == "" == remarks["prints"]
