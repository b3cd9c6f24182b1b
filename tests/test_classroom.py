"""The parts of grading: whose a hand-in is, what is laid over it, what crosses the wall, limits."""

import json
import math
import re
import subprocess
import sys
import zipfile

import pytest
from hostile import NAME, ROOT, SOLVED, UNTOUCHED, notebook
from hypothesis import given
from hypothesis import strategies as st

from memkit.classroom.inside.reader import LONGEST_CELL, MOST, read
from memkit.classroom.judge import judge
from memkit.classroom.process import Ended, Trouble
from memkit.classroom.rebuild import read_exercise
from memkit.classroom.sandbox import STAND_IN, NoSandbox, Sandbox, copy_package
from memkit.classroom.seccomp import program
from memkit.classroom.submissions import clean, find
from memkit.course import Task
from memkit.course.plain import text
from memkit.course.task import Raised
from memkit.course.wire import NotPlain, decode, encode

SOURCE = ROOT / "solutions" / NAME / f"{NAME}.ipynb"
SOURCES = sorted(ROOT.glob("solutions/ch*/ch*.ipynb"))


# What crosses the wall


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
    | st.binary() | st.integers(min_value=1 << 80),
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple)
    | st.dictionaries(st.integers() | st.text(), inner),
    max_leaves=30,
)  # fmt: skip


@given(plain)
def test_plain_data_comes_through_as_it_was(value):
    assert repr(decode(json.loads(json.dumps(encode(value))))) == repr(value)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(["tuple", "dict", "int", "bytes", "raised", "new", "other", "x"]), inner
        )
    ),
    max_leaves=20,
)


@given(json_values)
def test_whatever_comes_back_is_data_or_refused(coded):
    try:
        value = decode(coded)
    except NotPlain:
        return
    text(value)  # and can be shown


def test_what_is_no_data_is_named_and_not_asked():
    class Trap(int):
        def __repr__(self):
            raise RuntimeError("asked")

        __eq__ = __hash__ = __str__ = __index__ = __repr__

    loop = []
    loop.append(loop)
    for value, name in (
        (Trap(3), "Trap"),
        ({1, 2}, "set"),
        ([0] * 200_000, "huge answer"),
        (loop, "huge answer"),
        (1 << 10_000_000, "huge answer"),
        ("x" * 10_000_000, "huge answer"),
    ):
        assert type(decode(encode(value))).__name__ == name
    assert decode(encode(Raised("raises OSError", False))) == Raised("raises OSError", False)
    assert math.isnan(decode(encode(math.nan)))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_the_judge_can_ask_every_exercise(path):
    """Its tests are questions, and their cases come through as they are."""
    exercise = read_exercise(path)
    chapter = __import__(f"memkit.course.{path.stem[:4]}", fromlist=["*"])
    assert exercise.points.keys() == exercise.questions.keys() == exercise.solutions.keys()
    for questions in exercise.questions.values():
        assert any(question.seed is None for question in questions)
        assert any(question.seed for question in questions)
        for question in questions:
            task = getattr(chapter, question.task)
            assert isinstance(task, Task)
            for case in task.cases("ana"):
                came = decode(json.loads(json.dumps(encode(case))))
                assert repr(came) == repr(case)


def test_a_test_that_is_no_question_is_refused(tmp_path):
    bad = tmp_path / "ch01.ipynb"
    bad.write_text(json.dumps(SOLVED).replace("ch01.memory.check(memory)", "assert memory"))
    with pytest.raises(ValueError, match="A test is chNN.task.check.*assert memory"):
        read_exercise(bad)


# Reading a hand-in, and laying it over the source


def laid_over(data):
    return read_exercise(SOURCE).lay_over(read(data.decode())["cells"])


def test_an_honest_notebook_stays_as_it_is():
    assert [cell.source for cell in laid_over(notebook())] == [
        "".join(cell["source"]) for cell in SOLVED["cells"]
    ]


def test_tests_are_the_courses_wherever_they_went():
    master = {cell.name: cell.source for cell in laid_over(notebook())}
    for spoilt in (
        notebook(memory_check="pass", base=UNTOUCHED),
        notebook(without={"memory_check", "call_check", "import"}),
        notebook(without={cell["id"].replace("-", "_") for cell in SOLVED["cells"]}),
    ):
        cells = {cell.name: cell.source for cell in laid_over(spoilt)}
        for name in ("import", "memory-check", "call-check", "bytes-read-check"):
            assert cells[name] == master[name]


def test_a_deleted_test_comes_back_in_its_place():
    names = [cell.name for cell in laid_over(notebook(without={"memory_check", "import"}))]
    assert names[0] == "import"
    assert names[names.index("memory") + 1] == "memory-check"


def test_a_second_cell_of_the_same_name_is_the_students_own():
    data = json.loads(notebook())
    data["cells"].append({**data["cells"][-1], "source": "print('mine')"})
    cells = laid_over(json.dumps(data).encode())
    assert cells[-1].name == "" and cells[-1].source == "print('mine')"


@pytest.mark.parametrize(
    "words, broken",
    [
        ("", "empty"),
        (" \n", "empty"),
        ("{", "not a Jupyter"),
        ("[]", "not a Jupyter"),
        ('{"cells": 3}', "not a Jupyter"),
        ('{"cells": [3]}', "not a Jupyter"),
        ("[" * 100_000, "not a Jupyter"),
        ("1" * 10_000, "not a Jupyter"),
    ],
)
def test_what_is_no_notebook_is_told_so(words, broken):
    assert broken in read(words)["broken"]


def test_what_is_too_long_is_left_out():
    cell = {"cell_type": "code", "source": "x" * (LONGEST_CELL + 1)}
    assert "too long" in read(json.dumps({"cells": [cell]}))["cells"][0][2]
    many = read(json.dumps({"cells": [{"cell_type": "code", "source": "1"}] * 10_000}))
    assert len(many["cells"]) == MOST


# Whose a hand-in is


@pytest.mark.parametrize(
    "names, found",
    [
        (["ana.ipynb", "Ben Ray.ipynb"], [("Ben-Ray", None), ("ana", None)]),
        (
            ["ana/ch01.ipynb", "ben/ch01-x/ch01-x.ipynb", "ben/notes.txt"],
            [("ana", "ch01"), ("ben", "ch01")],
        ),
        (["all/ana.ipynb", "all/ben.ipynb"], [("ana", None), ("ben", None)]),
        (["all/ana/ch02.ipynb", "all/ben/ch02.ipynb"], [("ana", "ch02"), ("ben", "ch02")]),
        (["ana/ch01-x/ch01-x.ipynb"], [("ana", "ch01")]),
        (
            ["Ana Ray_4711_assignsubmission_file_/ch01-x.ipynb"],
            [("Ana-Ray-4711", "ch01")],
        ),
        (["Ana Ray_4711_assignsubmission_file_ch01-x.ipynb"], [("Ana-Ray-4711", "ch01")]),
        (
            ["rayana_4711_90210_ch01-x-1.ipynb", "rayben_LATE_4712_90211_ch01-x.ipynb"],
            [("rayana-4711", "ch01"), ("rayben-4712", "ch01")],
        ),
        (
            ["ana.ipynb", "__MACOSX/._ana.ipynb", ".ipynb_checkpoints/ana-checkpoint.ipynb"],
            [("ana", None)],
        ),
        (["../../etc/ana.ipynb", "/abs/ben.ipynb"], [("abs", None), ("etc", None)]),
    ],
)
@pytest.mark.parametrize("zipped", [True, False])
def test_the_name_says_whose_it_is(names, found, zipped, tmp_path):
    shelf, source = tmp_path / "shelf", tmp_path / "source"
    shelf.mkdir()
    if zipped:
        source = tmp_path / "all.zip"
        with zipfile.ZipFile(source, "w") as archive:
            for name in names:
                archive.writestr(name, name)
    elif any(name.startswith(("/", "..")) for name in names):
        return  # only a zip can have such names
    else:
        for name in names:
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_text(name)
    hand_ins = find(source, shelf)
    got = [(hand_in.student, hand_in.exercise) for hand_in in hand_ins]
    assert got == found
    for hand_in in hand_ins:
        assert hand_in.path.parent == shelf
        assert hand_in.path.read_text().endswith(hand_in.origin)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([shelf.name, source.name])


def test_a_link_is_not_followed(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "secret.ipynb").write_text("secret")
    (tmp_path / "in" / "ana.ipynb").symlink_to(tmp_path / "secret.ipynb")
    with pytest.raises(ValueError, match="holds no notebook"):
        find(tmp_path / "in", tmp_path)
    with pytest.raises(ValueError, match="a folder or a zip file, not"):
        find(tmp_path / "secret.ipynb", tmp_path)


@given(st.text())
def test_an_id_is_fit_for_files_and_spreadsheets(name):
    assert (
        clean(name) and clean(name)[0] not in "=+-@./ " and not set(clean(name)) & set('/\\*?[]"')
    )


# The sandbox


@pytest.fixture(scope="module")
def sandbox():
    try:
        with Sandbox() as made:
            yield made
    except NoSandbox as missing:
        pytest.fail(f"These tests need the sandbox (make sandbox installs it): {missing}")


@pytest.fixture
def worker(sandbox):
    with sandbox.open("worker") as program:
        program.ready()
        yield program


def run(worker, source, seconds=8):
    return worker.ask({"run": source, "seconds": seconds, "number": 1}, seconds + 5)["failed"]


def call(worker, source):
    """What a function f() with this body returns in the sandbox."""
    assert run(worker, f"def f():\n    {source}") is None
    answer = worker.ask({"call": "f", "cases": [encode(())], "number": 2}, 10)
    return decode(answer["answers"][0])


def test_no_answer_is_in_the_judges_sandbox(tmp_path, worker):
    copy_package(tmp_path, answers=False)
    words = {path.stem: path.read_text() for path in tmp_path.glob("memkit/course/ch*.py")}
    assert len(words) >= len(SOURCES)
    assert set(words.values()) == {STAND_IN}
    assert run(worker, "from memkit.course import ch01\nch01.memory.check(3)") is None
    assert run(worker, "ch01._memory((1, 2, ()), 4)") == "TypeError"


def test_tasks_and_what_they_share_are_in_files_that_are_left_out():
    for path in (ROOT / "memkit" / "course").glob("*.py"):
        imported = set(re.findall(r"(?m)^from \.(\w+) import", path.read_text()))
        if path.name.startswith("ch"):
            assert all(name in ("task", "plain") or name[:2] == "ch" for name in imported)
        else:
            assert not re.search(r"(?m)^\w+ = Task\(", path.read_text())
            assert not any(name.startswith("ch") for name in imported)


@pytest.mark.parametrize(
    "body",
    [
        "import os; return os.listdir('/home') if os.path.exists('/home') else []",
        "import os; return [p for p in os.listdir('/proc') if p.isdigit() and int(p) > 40]",
        "import os; return [n for n in os.environ if 'TOKEN' in n or 'KEY' in n]",
    ],
)
def test_nothing_of_the_machine_is_seen(worker, body):
    assert call(worker, body) == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_the_judge_gives_full_marks_to_every_solution(sandbox, path):
    exercise = read_exercise(path)
    cells = exercise.lay_over(read(path.read_text())["cells"])
    found = judge(sandbox, 0, exercise, cells, "ana")
    assert found.points == exercise.points and found.remarks == [], found.words


def test_memory_of_all_processes_together_is_bounded(worker):
    with pytest.raises(Ended, match="used more memory than it may"):
        run(
            worker,
            "import os, time\nfor _ in range(8):\n"
            "    if os.fork() == 0:\n"
            "        kept = bytearray(b'x') * (400 << 20)\n"
            "        time.sleep(60)\n"
            "time.sleep(60)",
            seconds=60,
        )


def test_files_are_bounded(worker):
    said = call(worker, "open('/tmp/big', 'wb').write(b'x' * (32 << 20))")
    assert "OSError" in said.words or "Errno 27" in said.words


def test_output_is_bounded(worker):
    source = (
        "import os\nwhile True:\n    for s in range(3, 9):\n        try: os.write(s, b'x' * 9999)"
    )
    with pytest.raises(Ended, match="wrote more than it may|no answer"):
        run(worker, source + "\n        except OSError: pass")


@pytest.mark.parametrize("name", ["unshare", "shmget", "ptrace"])
def test_doors_into_the_kernel_are_closed(worker, name):
    assert program()
    first = {"unshare": 0x10000000}.get(name, 0)
    body = (
        "import ctypes; c = ctypes.CDLL(None, use_errno=True); "
        f"return c.{name}({first}, 4096, 0o1600, 0), ctypes.get_errno()"
    )
    assert call(worker, body) == (-1, 1)  # EPERM


def test_a_sandbox_that_does_not_start_is_nobodys_fault(sandbox):
    with sandbox.open("no_such_program") as nothing, pytest.raises(Trouble, match="did not start"):
        nothing.ready()


def test_without_a_sandbox_nothing_is_graded(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ana.ipynb").write_bytes(notebook())
    command = [sys.executable, "-m", "memkit.classroom.grade", "in"]
    run = subprocess.run(
        command,
        cwd=tmp_path,
        env={"PATH": str(tmp_path), "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 2
    assert "no sandbox, so nothing was graded" in run.stderr and "TRUSTED=1" in run.stderr
    assert not list(tmp_path.glob("grading/results/*"))


def test_trusted_work_is_graded_without_one(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with Sandbox(trusted=True) as open_place, open_place.open("worker") as worker:
        worker.ready()
        assert call(worker, "return 6 * 7") == 42


def test_trusted_work_is_no_progress_of_the_teachers(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    cell = "from memkit.course import ch08; ch08.slot_size.check(ch08.slot_size.spec)"
    with Sandbox(trusted=True) as open_place, open_place.open("pages", answers=True) as kernel:
        kernel.ready()
        told = kernel.ask({"sources": [cell], "seconds": 10}, 60)
    assert "right: all 200 cases" in told["outputs"][0]["text"]
    assert list(tmp_path.glob("memkit*")) == []
