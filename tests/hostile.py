"""Hand-ins of exercise 01 that a class hands in one day: right, broken, and out for marks or harm.

`corpus(...)` gives {student: (bytes of the notebook, marks it deserves)}. The exercise has three
tasks, memory (2 points), call (3) and bytes_read (3); most hand-ins here spoil the first one and
solve the others. `hand_in` writes one; `Course` is a place to grade them in, never without its
sandbox.
"""

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAME = "ch01-overlays-to-virtual-memory"
SOLVED = json.loads((ROOT / "solutions" / NAME / f"{NAME}.ipynb").read_text())
UNTOUCHED = json.loads((ROOT / "exercises" / NAME / f"{NAME}.ipynb").read_text())

HUGE = b"<100 MiB>"  # where one of them is huge
WRONG = "def memory(tree, align):\n    return 7\n"
ALL_WRONG = WRONG + "def call(*_): return 7\ndef bytes_read(*_): return 7\n"

ALWAYS = """
class Always(int):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    __hash__ = int.__hash__

def memory(tree, align):
    return Always()
"""

# Asserts of later cells, `raise` statements and `check` calls are cut out before they run.
TRANSFORMER = """
import ast
class Cut(ast.NodeTransformer):
    def visit_Assert(self, node): return ast.Pass()
    def visit_Raise(self, node): return ast.Pass()
    def visit_Expr(self, node):
        return ast.copy_location(ast.Pass(), node) if "check" in ast.unparse(node) else node
get_ipython().ast_transformers.append(Cut())
"""

PATCHED_CHECKER = """
from memkit.course import task, plain
task.same = plain.same = lambda got, expected: True
task.Task.check = lambda self, answer, seed=None: print(f"{self}  right: all 200 cases")
task.Task.judge = lambda self, answer, seed=None: task.Verdict(True, "right")
task.Task.compare = lambda self, cases, answers: task.Verdict(True, "right")
"""

PATCHED_MEMKIT = """
import sys, types, builtins
class Lenient(types.ModuleType):
    def __getattr__(self, name):
        return types.SimpleNamespace(check=lambda *args, **more: None)
sys.modules["memkit.course.ch01"] = ch01 = Lenient("ch01")
"""

# Looks for whatever holds answers or marks, through the whole file system and at known places.
SEARCH = """
import os
found = [p for p in {places!r} if os.path.exists(p)]
for folder, folders, files in os.walk("/"):
    if folder == "/proc" or folder.endswith("site-packages"):
        folders.clear()  # nbgrader brings test data of its own
    names = [f for f in files if f == "gradebook.db" or {name!r} in f]
    names += [f for f in folders if f in ("solutions", "submitted", "grading")]
    found += [os.path.join(folder, f) for f in names]
print("FOUND", found)
for path in found:
    if path.endswith(".ipynb"):
        import json
        for cell in json.load(open(path))["cells"]:
            if cell["metadata"].get("nbgrader", {{}}).get("solution"):
                exec("".join(cell["source"]))
    if path.endswith(".db"):
        import sqlite3
        with sqlite3.connect(path) as book:
            book.execute("update grade set manual_score = 99")
"""

WRITE = """
import os
written = []
for folder in {places!r}:
    try:
        with open(os.path.join(folder, "memkit-was-here"), "w") as file:
            file.write("x")
        written.append(folder)
    except OSError:
        pass
print("WRITTEN", written)
"""

SOCKET = """
import socket
for place in {places!r}:
    try:
        socket.create_connection(place, 2)
        print("CONNECTED", place)
    except OSError as error:
        print("REFUSED", error)
"""

STAY = """
import os, subprocess, sys
subprocess.Popen(["sleep", "{marker}"], start_new_session=True)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execvp("sleep", ["sleep", "{marker}"])
    os._exit(0)
"""

FORGED = """
import json, os
def memory(tree, align):
    for stream in range(3, 30):
        try:
            os.write(stream, json.dumps({"answers": [0] * 200}).encode() + b"\\n")
        except OSError:
            pass
    return 7
"""

# Reads the right answer off the picture that the course draws for a wrong one.
SCENE = """
def memory(tree, align):
    from memkit.course.ch01.memory import rule, scene
    said = [picture["sentence"] for picture in scene(0, list(rule(tree, align)), tree, align)]
    numbers = [word.replace(",", "") for word in said[-1].split()]
    return [int(word) for word in numbers if word.isdigit()][-1]
"""

# The worker's own functions, so that what goes out is whatever the student likes.
CODED = """
import sys
def memory(tree, align):
    frame = sys._getframe()
    while "serve" not in frame.f_globals:
        frame = frame.f_back
    frame.f_globals["encode"] = lambda value: {coded}
"""
SAME_HASH = '{"dict": [[i * (2**61 - 1), 0] for i in range(2300)]}'
CLASSES = '[{"other": ""}] * 6000'
DEEP = "[{'int': 'f' * 80000}, '\\x1b[1m' * 9000]"

# Memory of the kernel that no process is charged for.
KERNEL = """
import fcntl, os, socket, time
def memory(tree, align):
    kept, end = [], time.time() + 60
    {before}
    while time.time() < end:
        if len(kept) % 50 == 49 and os.fork():
            time.sleep(60)
        {again}
"""
SOCKETS = """kept += [socket.socketpair()]
        for s in kept[-1]:
            s.setblocking(False)
            try:
                while True: s.send(b"x" * 100000)
            except OSError: pass"""
BUFFER = """s = socket.socketpair()[0]
    s.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 << 20)"""
FILES = """folder = "/dev/shm/%d" % os.getpid() if os.getpid() % 2 else "/tmp/%d" % os.getpid()
        os.makedirs(folder, exist_ok=True)
        for i in range(200000): open(folder + "/" + "n" * 200 + str(i), "w").close()
        time.sleep(60)"""
LOCKS = """f = open("/tmp/locked", "w")
    fcntl.lockf(f, fcntl.LOCK_EX, 1, 0)"""

FAMILIES = """
import socket
made = []
for family in range(1, 46):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
        try:
            socket.socket(family, kind)
            made.append(family)
        except OSError:
            pass
print("MADE", sorted(set(made)))
"""

COLOURS = "print('\\x1b[31;1m.\\x1b[0m' * 40_000)"
# The kernel's parent writes the outputs of its cells into a pipe: write there, too.
OUTPUTS = """
import json, os
line = json.dumps({output}).encode() + b"\\n"
for pid in map(int, filter(str.isdigit, os.listdir("/proc"))):
    try:
        streams = os.listdir(f"/proc/{{pid}}/fd")
    except OSError:
        continue
    for number in streams:
        path = f"/proc/{{pid}}/fd/{{number}}"
        try:
            if pid != os.getpid() and os.readlink(path).startswith("pipe:"):
                with open(os.open(path, os.O_WRONLY | os.O_NONBLOCK), "wb", 0) as pipe:
                    while line:
                        line = line[pipe.write(line) or 0:]
        except OSError:
            pass
"""
MARKUP = """{"cell": 0, "outputs": [{"output_type": "error", "ename": "x", "evalue": "x",
          "traceback": ["\\x1b[31;1m.\\x1b[0m" * 40000]}]}"""

PAGE = """
from IPython.display import HTML, Javascript, display
display(HTML("<script>alert(1)</script><b>8 of 8</b>"), Javascript("alert(2)"))
print("<script>alert(3)</script>")
raise ValueError("<script>alert(4)</script>")
"""
PAGE_CALL = """
def memory(tree, align):
    raise ValueError("<script>alert(5)</script>")
"""
PAGE_TEXT = "<script>alert(6)</script>\n\n<img src=x onerror=alert(7)>\n\n[x](javascript:alert(8))"

# STUBBORN spins in a call of the judge; this one sleeps there, and spins in the page.
LOOP = """
import sys, time
def memory(tree, align):
    while True:
        if "ipykernel" not in sys.modules: time.sleep(0.1)
"""
STUBBORN = """
def memory(tree, align):
    while True:
        try:
            while True: pass
        except BaseException:
            pass
"""


def notebook(*, first="", last="", text="", without=(), base=SOLVED, **solutions):
    """The solved exercise with other sources for some cells, and cells of the student's own."""
    cells = []
    for cell in json.loads(json.dumps(base["cells"])):
        name = cell["id"].replace("-", "_")
        if name in without:
            continue
        if name in solutions:
            cell["source"] = solutions[name]
        cells.append(cell)
    own = {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": []}
    if first:
        cells.insert(2, {**own, "id": "own-first", "source": first})
    if last:
        cells.append({**own, "id": "own-last", "source": last})
    if text:
        cells.append({"cell_type": "markdown", "metadata": {}, "id": "own-text", "source": text})
    return json.dumps({**base, "cells": cells}).encode()


def renamed():
    text = json.dumps(SOLVED)
    for name in ("memory", "call", "bytes_read"):
        text = text.replace(f"def {name}(", f"def my_{name}(")
    return text.encode()


def hundred_megabytes():
    big = json.loads(json.dumps(SOLVED))
    output = {"output_type": "stream", "name": "stdout", "text": HUGE.decode()}
    next(c for c in big["cells"] if c["id"] == "memory-check")["outputs"] = [output]
    return json.dumps(big).encode()


def hand_in(path, data):
    """Write it as a file; what is huge comes to be only there, piece by piece."""
    before, hole, after = data.partition(HUGE)
    with path.open("wb") as file:
        file.write(before)
        for _ in range(100 if hole else 0):
            file.write(b"x" * (1 << 20))
        file.write(after)


def corpus(course, port, marker):
    """{student: (bytes, marks)} for a course in this folder; the harmful ones know where it is."""
    grading = course / "grading"
    places = [str(course / "solutions"), str(grading / "gradebook.db"), str(grading / "submitted")]
    search = SEARCH.format(places=places, name=NAME)
    write = WRITE.format(places=[str(course), str(grading), "/", "/etc", "/usr", str(ROOT)])
    network = SOCKET.format(places=[("127.0.0.1", port), ("192.0.2.1", 80)])
    edited = "print('right: all 200 cases')"
    return {
        "right": (notebook(), 8),
        "untouched": (json.dumps(UNTOUCHED).encode(), 0),
        "blank": (b"", 0),
        "no-cells": (notebook(without={c["id"].replace("-", "_") for c in SOLVED["cells"]}), 0),
        "corrupt": (notebook()[:-400], 0),
        "no-notebook": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, 0),
        "endless-loop": (notebook(memory=LOOP), 6),
        "endless-cell": (notebook(first="while True: pass"), 8),
        "stubborn-loop": (notebook(memory=STUBBORN), 6),
        "six-gigabytes": (
            notebook(memory="def memory(tree, align):\n    return len(bytearray(6 << 30))"),
            6,
        ),
        "fork-bomb": (
            notebook(memory="import os\ndef memory(tree, align):\n    while True: os.fork()"),
            6,
        ),
        "os-exit": (notebook(memory="import os\ndef memory(tree, align):\n    os._exit(0)"), 6),
        "os-exit-first": (notebook(first="import os; os._exit(0)"), 0),
        "sys-exit": (notebook(memory="import sys\ndef memory(tree, align):\n    sys.exit(0)"), 6),
        "kills-all": (
            notebook(memory="import os\ndef memory(tree, align):\n    os.kill(-1, 9)"),
            6,
        ),
        "syntax-error": (notebook(memory="def memory(tree, align)\n    return 7"), 6),
        "edited-test": (notebook(memory=WRONG, memory_check=edited), 6),
        "edited-test-right": (notebook(memory_check=edited), 8),
        "deleted-test": (notebook(memory=WRONG, without={"memory_check"}), 6),
        "deleted-test-right": (notebook(without={"memory_check", "import"}), 8),
        "renamed": (renamed(), 0),
        "page": (
            notebook(first=PAGE, memory=PAGE_CALL, memory_text=PAGE_TEXT, text=PAGE_TEXT),
            6,
        ),
        "prints": (notebook(first="for _ in range(30): print('x' * 1_000_000)"), 8),
        "always-equal": (notebook(memory=ALWAYS), 6),
        "transformer": (notebook(first=TRANSFORMER, memory=WRONG), 6),
        "patched-memkit": (notebook(first=PATCHED_MEMKIT, last=ALL_WRONG, memory=ALL_WRONG), 6),
        "patched-checker": (notebook(first=PATCHED_CHECKER, memory=WRONG), 6),
        "spec": (notebook(memory="def memory(*args):\n    return ch01.memory.spec(*args)"), 6),
        "forged": (notebook(memory=FORGED), 6),
        "scene": (notebook(memory=SCENE), 6),
        "same-hash": (notebook(memory=CODED.format(coded=SAME_HASH)), 6),
        "classes": (notebook(memory=CODED.format(coded=CLASSES)), 6),
        "deep": (notebook(memory=CODED.format(coded=DEEP)), 6),
        "sockets": (notebook(memory=KERNEL.format(before="", again=SOCKETS)), 6),
        "buffer": (notebook(memory=KERNEL.format(before=BUFFER, again="pass")), 6),
        "empty-files": (notebook(memory=KERNEL.format(before="", again=FILES)), 6),
        "locks": (notebook(memory=KERNEL.format(before=LOCKS, again="pass")), 6),
        "families": (notebook(first=FAMILIES), 8),
        "colours": (notebook(first=COLOURS), 8),
        "markup": (
            notebook(
                first=OUTPUTS.replace("{output}", MARKUP).replace("{{", "{").replace("}}", "}")
            ),
            8,
        ),
        "reads": (notebook(last=search, base=UNTOUCHED, first=search), 0),
        "writes": (notebook(first=write), 8),
        "socket": (notebook(first=network), 8),
        "stays": (notebook(first=STAY.format(marker=marker)), 8),
        "huge": (hundred_megabytes(), 8),
    }


class Course:
    """A copy of what grading needs, in a folder of its own."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(exist_ok=True)
        shutil.copytree(ROOT / "solutions" / NAME, folder / "solutions" / NAME)
        shutil.copy(ROOT / "nbgrader_config.py", folder)
        self.grading = folder / "grading"

    def start(self, hand_ins, *options):
        command = [sys.executable, "-W", "ignore", "-m", "memkit.classroom.grade", hand_ins]
        return subprocess.Popen(
            [*command, *options],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def grade(self, hand_ins, *options):
        run = self.start(hand_ins, *options)
        said = run.communicate()[0]
        return run.returncode, said

    def rows(self):
        with (self.grading / "grades.csv").open(newline="") as table:
            return {row["student_id"]: row for row in csv.DictReader(table)}

    def results(self):
        """When each result was first kept: {student: ns}."""
        return {p.stem: p.stat().st_mtime_ns for p in self.grading.glob(f"results/{NAME}/*.json")}

    def page(self, student):
        return (self.grading / "feedback" / student / NAME / f"{NAME}.html").read_text()
