"""The parts of grading: whose a hand-in is, what is laid over it, what crosses the wall, limits."""

import inspect
import json
import math
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import types
from pathlib import Path

import pytest
from hostile import NAME, ROOT, SOLVED, notebook
from hypothesis import given
from hypothesis import strategies as st

from memkit.classroom import pages, process, referee
from memkit.classroom.inside.reader import read
from memkit.classroom.judge import judge
from memkit.classroom.process import OUTPUT, PACKAGE, Clerk, Ended, Trouble
from memkit.classroom.rebuild import Cell, read_exercise
from memkit.classroom.sandbox import NoSandbox, Sandbox, copy_package
from memkit.classroom.seccomp import program
from memkit.course import Task, ch01, ch06
from memkit.course.attempt import Raised
from memkit.course.plain import Other, text
from memkit.course.wire import NotPlain, decode, encode

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
        assert decode(encode(value)) == Other(name)
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


def forged(keys):
    return {"dict": [[key, 0] for key in keys]}


@pytest.mark.parametrize(
    "coded, words",
    [
        (lambda: forged(i * (2**61 - 1) for i in range(400_000)), "share their hashes"),
        (lambda: forged({"tuple": [i * (2**61 - 1)]} for i in range(20_000)), "share their hashes"),
        (lambda: forged([0] * 20_000), "share their hashes"),
        (lambda: {"tuple": [forged(range(20)), forged([-1, -2, 1 << 40])]}, ""),
        (lambda: [{"other": f"T{i}"} for i in range(200_000)], ""),
        (lambda: {"int": "f" * 100_000}, ""),
        (lambda: {"int": "f" * 1_000_000}, "not in the form"),
    ],
)
def test_no_answer_takes_more_than_its_length_to_read(coded, words):
    """Each is read in about a second: the first took hours, and half a million classes 2 GB."""
    try:
        decode(coded())
    except NotPlain as no:
        assert words and words in str(no)
    else:
        assert not words


def test_an_answer_that_breaks_the_referee_breaks_nothing_else(tmp_path):
    """It ends at a limit of time or memory; a new one takes up its work."""
    question = {"chapter": "ch01", "task": "memory", "function": "f", "seed": "ana", "number": 3}
    compare = {"compare": question}
    with Clerk("referee", tmp_path) as referee:
        for line in (b"", b"x", b"[" * 9999, b'{"number": 2}', b'{"number": 3, "answers": [1]}'):
            with pytest.raises(Ended, match="no answer|more than can be read"):
                referee.ask(compare, 20, line)
        with pytest.raises(Ended, match="more than can be read"):
            referee.ask(compare, 60, b'{"number": 3, "answers": [' + b"{}," * 50_000_000 + b"0]}")
        with pytest.raises(Ended, match="took longer than 0 seconds"):
            referee.ask(compare, 0, b"1" * 100_000_000)
        answers = [ch01.memory.spec(*case) for case in ch01.memory.cases("ana")]
        line = json.dumps({"number": 3, "answers": [*map(encode, answers)]}).encode()
        assert referee.ask(compare, 20, line)["right"]


def test_what_is_forged_is_told_in_words_that_can_be_written():
    """Half of a pair of surrogates, and an exception of no name where a wrong idea raises one."""
    said = referee.compared({"number": 1, "missing": "\ud800"}, 1, "ch01", "memory", "f", "ana")
    assert said["words"].encode().endswith(b"f is ? here, no function") and not said["right"]
    cases = ch06.pages.cases("ana")
    for words in ("", "x", "raises", "raises : y"):
        answers = [{"raised": words, "new": False}] * len(cases)
        found = {"number": 1, "answers": answers}
        assert not referee.compared(found, 1, "ch06", "pages", "f", "ana")["right"]


def test_the_outputs_of_a_cell_have_room_for_so_much():
    """An error's lines count, the empty ones too."""
    error = {"output_type": "error", "ename": "", "evalue": "", "traceback": [""] * 10**6}
    shown = referee.outputs({"cell": 0, "outputs": [error]})["outputs"]
    assert len(json.dumps(shown)) < 10 * referee.ROOM


# The sandbox


@pytest.fixture(scope="module")
def sandbox():
    try:
        with Sandbox() as made:
            yield made
    except NoSandbox as missing:
        pytest.fail(f"These tests need the sandbox (make sandbox installs it): {missing}")


STREAMS = """import os
def links(pid):
    found = set()
    for n in os.listdir(f"/proc/{pid}/fd"):
        try: found.add(os.readlink(f"/proc/{pid}/fd/{n}"))
        except OSError: pass
    return {link for link in found if link.startswith(("pipe:", "socket:"))}
parent = os.getppid()
print(links("self") & links(parent) == {os.readlink(f"/proc/{parent}/fd/2")})"""


def test_the_kernel_of_a_page_has_no_stream_of_what_runs_it_but_its_errors(sandbox):
    """It is forked from there: the line that outputs go out by, and its own input, stay behind."""
    outputs = pages.run(sandbox, 0, [Cell("code", "", STREAMS)])
    assert [out["text"] for out in outputs[0]] == ["True\n"]


def test_an_empty_cell_is_no_fault(sandbox):
    """nbclient runs none, and says nothing of it."""
    outputs = pages.run(sandbox, 0, [Cell("code", "", s) for s in ("", "print(1)", " \n\t")])
    assert {n: [out["text"] for out in shown] for n, shown in outputs.items()} == {1: ["1\n"]}


def test_all_cells_of_a_page_share_its_room(sandbox, monkeypatch):
    monkeypatch.setattr(pages, "OUTPUT", 1000)
    outputs = pages.run(sandbox, 0, [Cell("code", "", f"print('x' * {n})") for n in (600, 600, 1)])
    (first,), (second,), (third,) = outputs.values()
    assert first["text"] == "x" * 600 + "\n"
    assert second["evalue"] == "The cell wrote more than it may, with all before it."
    assert third["evalue"].startswith("Not run")


def test_where_the_time_of_a_notebook_is_over_the_row_says_so(sandbox, monkeypatch):
    """Used up in the midst of a question: no other worker is begun for what is left."""
    monkeypatch.setattr("memkit.classroom.judge.LIFE", 6)
    exercise = read_exercise(SOURCES[0])
    asleep = "import time\ndef memory(tree, align):\n    time.sleep(60)"
    cells, _ = exercise.lay_over([Cell(*c) for c in read(notebook(memory=asleep))["cells"]])
    found = judge(sandbox, 0, exercise, cells, "ana")
    assert exercise.name == NAME and sum(found.points.values()) == 0
    assert found.remarks == [
        "memory took too long in all",
        "the notebook took too long in all: nothing more could be asked",
    ]


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
    answer = worker.ask({"call": "f", "cases": [encode(())], "number": 2}, 10, OUTPUT)
    return decode(answer["answers"][0])


def test_magics_of_a_notebook_end_no_cell(worker, sandbox):
    """Those of a kernel alone, and of plots where nothing draws any."""
    source = "%autosave 60\n%matplotlib inline\n%pylab inline\nimport math"
    assert run(worker, source) is None
    shown = pages.run(sandbox, 0, [Cell("code", "", source)])[0]
    assert "error" not in {out["output_type"] for out in shown}


# All files in folders called memkit, wherever one may look; and what Python finds by that name.
SEEN = """
import os, subprocess, sys
found = []
for at, folders, files in os.walk("/"):
    if at == "/proc":
        folders.clear()
    if "/memkit" in at:
        found += [os.path.join(at, name) for name in files if name.endswith(".py")]
if subprocess.run([sys.executable, "-c", "import memkit.course"], env={}).returncode == 0:
    found.append("imported")
with open("/tmp/seen", "w") as file:
    file.write("\\n".join(found))
"""
JUDGES = {
    *("course/__init__.py", "course/attempt.py", "course/plain.py", "course/wire.py"),
    *(f"course/{path.stem}.py" for path in PACKAGE.glob("course/ch*")),
    *(f"classroom/inside/{name}.py" for name in ("__init__", "pages", "reader", "worker")),
    *("classroom/__init__.py", "widgets/__init__.py"),
}


def seen(worker):
    """The files of memkit that code in the sandbox can read."""
    assert run(worker, SEEN, seconds=60) is None
    return call(worker, "return open('/tmp/seen').read().split()")


def codes(code):
    """The code of a module, and of all functions and classes in it. The names of a class's fields
    are among its constants: without them all classes of three numbers would be one."""
    fields = () if code.co_flags & inspect.CO_OPTIMIZED else code.co_consts
    yield code.co_code, code.co_names, tuple(one for one in fields if isinstance(one, str))
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            yield from codes(inner)


def test_no_answer_is_in_the_judges_sandbox(worker, tmp_path):
    """No task's rule, wrong idea or scene, and no seed: not a function of those files."""
    copy_package(PACKAGE, tmp_path, answers=False)
    copied = {path.relative_to(tmp_path / "memkit").as_posix() for path in tmp_path.rglob("*.py")}
    files = seen(worker)
    assert {name.removeprefix("/course/memkit/") for name in files} == copied
    models = (
        "data/",
        "golang/",
        "malloc/",
        "vm/",
        "__init__.py",
        "checks.py",
        "scoreboard.py",
        "trace.py",
    )
    assert {name for name in copied if not name.startswith(models)} == JUDGES
    there = {"attempt.py", "plain.py", "wire.py"}
    answers = [path for path in PACKAGE.glob("course/**/*.py") if path.name not in there]
    answers.append(PACKAGE / "widgets" / "comparison.py")
    secret = {
        code: path.name
        for path in answers
        for code in codes(compile(path.read_bytes(), "", "exec"))
        if len(code[0]) > 60  # a shorter one may be the same by chance
    }
    assert len(secret) > 400
    texts = [path.read_bytes() for path in tmp_path.rglob("*.py")]
    there = {code for text in texts for code in codes(compile(text, "", "exec"))}
    assert {secret[code] for code in secret.keys() & there} == set()
    exercises = map(read_exercise, SOURCES)
    asked = [q for e in exercises for questions in e.questions.values() for q in questions]
    seeds = {q.seed.encode() for q in asked if q.seed}
    assert len(seeds) > 30
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert not any(re.search(rb"\b" + seed + rb"\b", path.read_bytes()) for seed in seeds)


def test_what_is_not_there_does_nothing(worker):
    for source in (
        "from memkit.course import ch01, student, Task\nstudent('ana')",
        "ch01.memory.check(3)\nch01.memory.judge(4).words",
        "from memkit import widgets, vm\nwidgets.Player(3).index",
        "from memkit.course.ch01 import call\ncall.spec(1, 2, 3)",
    ):
        assert run(worker, source) is None
    missing = run(worker, "import memkit.widgets.comparison")
    assert missing == "ModuleNotFoundError: No module named 'memkit.widgets.comparison'"


PLAIN = """
from memkit.classroom import sandbox
import sys
assert sandbox.PACKAGE.parent.name == "site-packages", sandbox.PACKAGE
with sandbox.Sandbox() as made, made.open("worker") as worker:
    worker.ready()
    worker.ask({"run": sys.argv[1], "seconds": 60, "number": 1}, 60)
    print(worker.ask({"call": "f", "cases": [{"tuple": []}], "number": 2}, 60, 1 << 20))
sandbox.installed = lambda: []
try:
    sandbox.Sandbox()
except sandbox.NoSandbox as refused:
    print(refused)
"""


def test_a_memkit_that_is_installed_is_not_seen(tmp_path):
    """Installed plainly, memkit lies among this Python's packages, which the sandbox shows."""
    place = Path(tempfile.mkdtemp(dir=sys.prefix))  # linked, not copied: on the same disk
    try:
        shutil.copytree(
            sys.prefix,
            place / "venv",
            symlinks=True,
            copy_function=os.link,
            ignore=shutil.ignore_patterns(place.name, "__pycache__"),
        )
        (packages,) = place.glob("venv/lib/python3*/site-packages")
        for path in packages.glob("__editable__*memkit*"):
            path.unlink()
        shutil.copytree(PACKAGE, packages / "memkit")
        find = f"{SEEN}\ndef f():\n    return open('/tmp/seen').read().split()"
        run = subprocess.run(
            [place / "venv" / "bin" / "python", "-c", PLAIN, find],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            env={"PATH": os.environ["PATH"]},
        )
        assert run.returncode == 0, run.stderr
        answer, refused = run.stdout.splitlines()
        assert "/course/memkit/vm/mmu.py" in answer and "site-packages" not in answer
        assert "imported" not in answer and "widgets/comparison" not in answer
        assert refused == "each student's code can import the memkit that is installed here."
    finally:
        shutil.rmtree(place)


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
    cells = exercise.lay_over(read(path.read_bytes())["cells"])[0]
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


@pytest.mark.parametrize(
    "source",
    [
        "for i in range(10**9): open('/tmp/' + 'n' * 200 + str(i), 'w').close()",
        "for i in range(10**9): os.symlink('x' * 100, f'/dev/shm/{i}')",
        "open('/tmp/x', 'w').close()\nfor i in range(10**9): os.link('/tmp/x', f'/tmp/x{i}')",
        "kept = [socket.socketpair() for i in range(110)]\ntime.sleep(60)",
    ],
    ids=["empty files", "links in shared memory", "hard links", "sockets"],
)
def test_memory_that_no_process_has_is_bounded(worker, monkeypatch, source):
    """The kernel keeps entries of files, and what lies unread in sockets."""
    at_rest = sum(map(process.memory, process.descendants(worker.process.pid)))
    monkeypatch.setattr(process, "MEMORY", at_rest + (40 << 20))
    with pytest.raises(Ended, match="used more memory than it may"):
        run(worker, f"import os, socket, time\n{source}", seconds=60)


def test_a_socket_keeps_its_size_and_locks_are_refused(worker):
    for body in (
        "import socket; s, _ = socket.socketpair(); s.setsockopt(1, socket.SO_SNDBUF, 4 << 20)",
        "import fcntl; fcntl.lockf(open('/tmp/lock', 'w'), fcntl.LOCK_EX)",
        "import socket; socket.socket(socket.AF_INET)",
        "import socket; socket.socket(40)",
        "import socket; socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
    ):
        assert "Errno" in call(worker, body).words


def test_memory_is_shared_through_files_only(worker):
    """What processes share without one stays where none of them holds it any more."""

    def shared(place, flags=0x01):
        return call(worker, f"import mmap, os; return len(mmap.mmap({place}, 4096, {flags}))")

    assert "Errno 1]" in shared(-1, 0x21).words
    assert "Errno 19]" in shared("os.open('/dev/zero', os.O_RDWR)").words
    assert call(worker, "return open('/tmp/file', 'wb').write(bytes(4096))") == 4096
    assert shared("os.open('/tmp/file', os.O_RDWR)") == 4096
    assert shared(-1, 0x22) == 4096  # MAP_PRIVATE, MAP_ANONYMOUS


def test_files_are_bounded(worker):
    said = call(worker, "open('/tmp/big', 'wb').write(b'x' * (32 << 20))")
    assert "OSError" in said.words or "Errno 27" in said.words


def test_output_is_bounded(worker):
    source = (
        "import os\nwhile True:\n    for s in range(3, 9):\n        try: os.write(s, b'x' * 9999)"
    )
    with pytest.raises(Ended, match="wrote more than it may|no answer"):
        run(worker, source + "\n        except OSError: pass")


@pytest.mark.parametrize(
    "name", ["unshare", "shmget", "ptrace", "vmsplice", "setxattr", "lsetxattr", "fsetxattr"]
)
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


LEFT = """
import sys, time
from memkit.classroom.process import Clerk
with Clerk("referee", {root!r}) as clerk:
    try: clerk.ask({{}}, 60, b"[]")
    except Exception: pass  # it is there, and that is all
    print(clerk._inside.process.pid, flush=True)
    time.sleep(60)
"""


def test_a_killed_batch_leaves_no_clerk():
    """It would go on with the books while the next batch writes into them."""
    command = [sys.executable, "-c", LEFT.format(root=str(ROOT))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as batch:
        clerk = int(batch.stdout.readline())
        os.kill(clerk, signal.SIGSTOP)  # busy for long
        batch.kill()
    for _ in range(200):
        if not process.alive(clerk):
            break
        time.sleep(0.05)
    left = process.alive(clerk)
    if left:
        os.kill(clerk, signal.SIGKILL)
    assert not left
