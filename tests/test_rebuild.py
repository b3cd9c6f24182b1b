"""From a hand-in's bytes to the cells that are graded: what students' tools and slips do to them.

What nbgrader and nbformat make of such files was tried with nbgrader 0.9.6 and nbformat 5.11.1.
"""

import contextlib
import copy
import json
import zipfile
from io import BytesIO, StringIO
from types import SimpleNamespace

import nbformat
import pytest
from hostile import NAME, ROOT, SOLVED, UNTOUCHED, notebook
from hypothesis import given
from hypothesis import strategies as st

from memkit.classroom.batch import grade
from memkit.classroom.inside.reader import LONGEST, MOST, read
from memkit.classroom.inside.worker import Worker
from memkit.classroom.judge import judge
from memkit.classroom.rebuild import Cell, read_exercise, recognise
from memkit.classroom.referee import answer as referee
from memkit.classroom.sandbox import NoSandbox, Sandbox
from memkit.course import ch01

SOURCES = sorted(ROOT.glob("solutions/ch*/ch*.ipynb"))
EXERCISES = {path.stem: read_exercise(path) for path in SOURCES}
EXERCISE = EXERCISES[NAME]
SOLUTION = {c["id"]: "".join(c["source"]) for c in SOLVED["cells"]}
STUB = {c["id"]: "".join(c["source"]) for c in UNTOUCHED["cells"]}
TASKS = {"memory-check": "memory", "call-check": "call", "bytes-read-check": "bytes-read"}
OWN = {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": []}
WRONG = "def memory(tree, align):\n    return 7"


def laid_over(data):
    return EXERCISE.lay_over(read(data)["cells"])[0]


def names(data):
    return [cell.name for cell in laid_over(data)]


def code(source, name=""):
    return {**copy.deepcopy(OWN), "source": source, **({"id": name} if name else {})}


def text(source, kind="markdown"):
    return {"cell_type": kind, "metadata": {}, "source": source}


def cells_of(base=SOLVED):
    return copy.deepcopy(base["cells"])


def stripped(cells):
    """The cells as a platform's export leaves them: without ids and without nbgrader's marks."""
    return [
        {k: v for k, v in {**cell, "metadata": {}}.items() if k != "id"}
        for cell in copy.deepcopy(cells)
    ]


def put(cells, name, *new):
    """The cells with others in place of one."""
    at = next(i for i, cell in enumerate(cells) if cell.get("id") == name)
    return [*cells[:at], *new, *cells[at + 1 :]]


def without(cells, *names):
    return [cell for cell in cells if cell.get("id") not in names]


def changed(cells, name, **fields):
    return [{**cell, **fields} if cell.get("id") == name else cell for cell in cells]


def bytes_of(cells, **fields):
    return json.dumps({**SOLVED, "cells": cells, **fields}).encode()


class Here:
    """The judge's sandbox without walls: the real worker, on a plain shell, in this process."""

    def open(self, program, slot, seconds):
        self.asked, self.user_ns, self.worker = 0, {"__name__": "__main__"}, Worker(self)
        return contextlib.nullcontext(self)

    def ready(self):
        pass

    def ask_line(self, line, seconds):
        request = json.loads(line)
        answer = self.worker.answer(request)
        return json.dumps({**answer, "number": request["number"]}).encode()

    def referee(self, slot):
        return SimpleNamespace(ask=lambda request, _, line: referee(request, lambda: line))

    def run_cell(self, source):
        done = SimpleNamespace(error_before_exec=None, error_in_exec=None)
        try:
            with contextlib.redirect_stdout(StringIO()):
                exec(compile(source, "cell", "exec"), self.user_ns)
        except Exception as error:
            done.error_in_exec = error
        return done


def score(data, sandbox=None, exercise=EXERCISE):
    """(marks, remarks) of a hand-in by the judge."""
    answer = read(data)
    assert "broken" not in answer
    cells, missing = exercise.lay_over(answer["cells"])
    found = judge(sandbox or Here(), 0, exercise, cells, "ana")
    lacking = [words for name, words in missing.items() if not found.points[name]]
    return sum(found.points.values()), [*answer["remarks"], *lacking, *found.remarks]


# Reading a hand-in, and laying it over the source


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
    assert broken in read(words.encode())["broken"]


def test_what_is_too_long_is_left_out():
    cell = {"cell_type": "code", "source": "x" * (LONGEST + 1)}
    found = read(json.dumps({"cells": [cell]}).encode())
    assert "too long" in found["cells"][0][2]
    assert found["remarks"] == ["cell number 1 is left out: 2,000,001 characters"]
    many = read(json.dumps({"cells": [{"cell_type": "code", "source": "1"}] * (MOST + 9)}).encode())
    assert len(many["cells"]) == MOST
    assert many["remarks"] == ["9 of the notebook's 10,009 cells are left out"]


# Complete work, whatever a tool or a slip of the keyboard did to it: 8 of 8, and nothing to remark


def downgraded(version):
    """The solved exercise in an older format, by nbformat's own converter."""
    old = nbformat.convert(nbformat.reads(json.dumps(SOLVED), 4), version)
    return json.dumps(old).encode()


def format_2():
    data = json.loads(downgraded(3))
    data["nbformat"] = 2
    for cell in data["worksheets"][0]["cells"]:
        cell.pop("metadata", None)
        if cell["cell_type"] == "heading":
            cell["cell_type"] = "markdown"
    return json.dumps(data).encode()


SPLIT = SOLUTION["bytes-read"].replace("path = [name]", "path = way(parents, name)")
SPLIT = SPLIT.replace(
    """        while parents[path[0]] is not None:
            path.insert(0, parents[path[0]])
""",
    "",
)
WAY = """def way(parents, name):
    path = [name]
    while parents[path[0]] is not None:
        path.insert(0, parents[path[0]])
    return path"""
OTHER_WAY = "def way(tree):\n    return tree[::-1]"
MEMORY_BY_WAY = """def memory(tree, align):
    name, size, children = way(tree)[::-1]
    return -(-size // align) * align + max((memory(c, align) for c in children), default=0)"""

picture = "![](data:image/png;base64," + "iVBORw0KGgo" * 200_000 + ")"
solved, stubs = cells_of(), cells_of(UNTOUCHED)
bare = stripped(solved)
solutions_only = [code(SOLUTION[name]) for name in ("memory", "call", "bytes-read")]

COMPLETE = {
    "picture in a text": bytes_of(put(solved, "start", text(picture))),
    "picture in a solution's text": bytes_of(changed(solved, "call-text", source=picture)),
    "twenty pictures": lambda: bytes_of([text(picture)] * 20 + solved),  # 44 MB
    "attachment": bytes_of(
        [
            {**text("![a](attachment:a.png)"), "attachments": {"a.png": {"image/png": picture}}},
            *solved,
        ]
    ),
    "huge outputs": lambda: bytes_of(
        changed(
            solved,
            "call",
            outputs=[{"output_type": "display_data", "data": {"image/png": picture}}] * 5,
        )
    ),
    "600 cells": bytes_of([code("1")] * 300 + [text("x")] * 300 + solved),
    "5,000 texts": bytes_of([text(f"note {i}") for i in range(5000)] + solved),
    "no ids, no metadata": bytes_of(bare),
    "no metadata at all": bytes_of([{**c, "metadata": None} for c in bare]),
    "no key but what must be": bytes_of(
        [{"cell_type": c["cell_type"], "source": c["source"]} for c in solved]
    ),
    "not even a type": bytes_of([{"source": c["source"]} for c in solved]),
    "other ids": bytes_of([{**c, "id": f"u{i}"} for i, c in enumerate(bare)]),
    "only solutions": bytes_of(solutions_only),
    "only solutions, in one cell": bytes_of(
        [code("\n\n".join(c["source"] for c in solutions_only))]
    ),
    "only solutions, from the last to the first": bytes_of(solutions_only[::-1]),
    "solutions with their checks in one cell": bytes_of(
        [code(f"{SOLUTION[name]}\n\n{STUB[test]}") for test, name in TASKS.items()]
    ),
    "all checks in the last cell": bytes_of(
        [*solutions_only, code("\n".join(STUB[test] for test in TASKS))]
    ),
    "all checks in the first cell": bytes_of(
        [code("\n".join(STUB[test] for test in TASKS)), *solutions_only]
    ),
    "checks lost": bytes_of(without(solved, *TASKS)),
    "import lost": bytes_of(without(solved, "import")),
    "import last": bytes_of([*without(solved, "import"), solved[1]]),
    "import with more in it": bytes_of(
        put(
            changed(solved, "import", source=SOLUTION["import"] + "\nimport functools as ft"),
            "memory",
            code(SOLUTION["memory"].replace("max(", "ft.partial(max)("), "memory"),
        )
    ),
    "solution in the test's cell": bytes_of(
        without(
            changed(solved, "call-check", source=f"{SOLUTION['call']}\n\n{STUB['call-check']}"),
            "call",
        )
    ),
    "retyped behind, the stub left": bytes_of(
        [*changed(solved, "memory", source=STUB["memory"]), code(SOLUTION["memory"])]
    ),
    "retyped before, the stub left": bytes_of(
        put(solved, "memory", code(SOLUTION["memory"]), stubs[5])
    ),
    "retyped at the top, the stubs left": bytes_of([*solutions_only, *stubs]),
    "retyped at the end, the stubs left": bytes_of([*stubs, *solutions_only]),
    "retyped at the end, the stubs deleted": bytes_of(
        [*without(stubs, "memory", "call", "bytes-read"), *solutions_only]
    ),
    "retyped at the end, old wrong one left": bytes_of(
        [*changed(solved, "memory", source=WRONG), code(SOLUTION["memory"])]
    ),
    "retyped at the end, no ids": bytes_of([*stripped(stubs), *solutions_only]),
    "a wrong copy tried behind the test": bytes_of(
        put(solved, "memory-check", solved[6], code(WRONG))
    ),
    "a wrong copy tried before, same id": bytes_of(
        put(solved, "memory", code(WRONG, "memory"), solved[5])
    ),
    "a copy with the same id, emptied": bytes_of(
        put(solved, "memory", solved[5], code("# tried it here", "memory"))
    ),
    "another name, then the right one": bytes_of(
        changed(
            solved,
            "memory",
            source=SOLUTION["memory"].replace("memory(", "mem(") + "\nmemory = mem",
        )
    ),
    "a lambda": bytes_of(
        changed(
            solved,
            "memory",
            source="memory = lambda t, a: -(-t[1] // a) * a"
            " + max((memory(c, a) for c in t[2]), default=0)",
        )
    ),
    "magic lines": bytes_of(
        stripped(
            changed(
                solved,
                "memory",
                source="%%time\n%precision 3\nfiles = !ls\nmax?\n" + SOLUTION["memory"],
            )
        )
    ),
    "a cell that is no Python": bytes_of(stripped([solved[1], code("def (:"), *solved[2:]])),
    "helper in a cell before": bytes_of(
        put(solved, "bytes-read", code(WAY), code(SPLIT, "bytes-read"))
    ),
    "helper in a cell behind": bytes_of(
        put(solved, "bytes-read", code(SPLIT, "bytes-read"), code(WAY))
    ),
    "helper behind the test": bytes_of([*changed(solved, "bytes-read", source=SPLIT), code(WAY)]),
    "helpers of one name": bytes_of(
        put(
            put(solved, "memory", code(OTHER_WAY), code(MEMORY_BY_WAY, "memory")),
            "bytes-read",
            code(WAY),
            code(SPLIT, "bytes-read"),
        )
    ),
    "helpers of one name, no ids": bytes_of(
        [code(OTHER_WAY), code(MEMORY_BY_WAY), code(WAY), code(SPLIT), code(SOLUTION["call"])]
    ),
    "imports in cells of their own": bytes_of(
        [
            code("import math"),
            *changed(
                solved,
                "memory",
                source=SOLUTION["memory"].replace("-(-size // align)", "math.ceil(size / align)"),
            ),
        ]
    ),
    "test pasted above the solution": bytes_of(put(solved, "memory", solved[6], solved[5])),
    "test pasted above, as text": bytes_of(
        put(solved, "memory", code(STUB["memory-check"]), solved[5])
    ),
    "test pasted at the top, no ids": bytes_of([code(STUB["call-check"]), *bare]),
    "test pasted everywhere": bytes_of([new for cell in solved for new in (solved[6], cell)]),
    "test became text": bytes_of(changed(solved, "call-check", cell_type="markdown")),
    "sources as one text": bytes_of([{**c, "source": "".join(c["source"])} for c in solved]),
    "sources as lists without line ends": bytes_of(
        [{**c, "source": "".join(c["source"]).split("\n")} for c in solved]
    ),
    "line ends of Windows": bytes_of(
        [{**c, "source": "".join(c["source"]).replace("\n", "\r\n")} for c in bare]
    ),
    "a source that is nothing": bytes_of([{**OWN, "source": None}, {"cell_type": "code"}, *solved]),
    "a cell that is nothing": bytes_of([None, *solved]),
    "format 3": downgraded(3),
    "format 2": format_2(),
    "UTF-8 with a mark": b"\xef\xbb\xbf" + notebook(),
    "UTF-16": notebook().decode().encode("utf-16"),
    "UTF-16, no mark": notebook().decode().encode("utf-16-le"),
    "UTF-16, the other way round, no mark": notebook().decode().encode("utf-16-be"),
    "UTF-32": notebook().decode().encode("utf-32"),
    "Latin-1": notebook(first="# é").replace(b"\\u00e9", b"\xe9"),
    "quotes of Windows": notebook(first="# é").replace(b"\\u00e9", b"\x93\xe9\x94"),
    "a number of 5,000 digits in an output": bytes_of(
        changed(solved, "call", outputs=[{"output_type": "x", "data": 0}])
    ).replace(b'"data": 0', b'"data": ' + b"9" * 5000),
    "blanks around": b" \r\n" + notebook() + b"\r\n\0\0",
    "the end of a file as CP/M and DOS had it": notebook() + b"\x1a",
}
CHECK = next(cell for cell in solved if cell["id"] == "memory-check")
MATH = code("import math")
USES_MATH = code(SOLUTION["memory"].replace("):\n", "):\n    math.pi\n", 1), "memory")
HELPER = SOLUTION["memory"].replace("memory", "helper")
HELPED = "def memory(tree, align):\n    return helper(tree, align)"
for kind in ("markdown", "raw"):
    COMPLETE |= {
        f"a solution became {kind}": bytes_of(changed(solved, "call", cell_type=kind)),
        f"all solutions became {kind}": bytes_of(
            [{**c, "cell_type": kind} if c["id"] in TASKS.values() else c for c in solved]
        ),
        f"a solution became {kind}, no ids": bytes_of(
            stripped(changed(solved, "call", cell_type=kind))
        ),
        f"all became {kind}": bytes_of([{**c, "cell_type": kind} for c in solved]),
        f"an old answer kept as {kind}": bytes_of(stripped([*solved, text(WRONG, kind)])),
        f"behind fences in {kind}": bytes_of(
            put(solved, "call", text(f"```python\n{SOLUTION['call']}\n```\n", kind))
        ),
        f"behind other fences in {kind}, with words": bytes_of(
            put(solved, "call", text(f"My answer:\n\n~~~\n{SOLUTION['call']}\n~~~\nDone.", kind))
        ),
        f"an old answer kept below as {kind}, with the cell's id": bytes_of(
            put(solved, "memory-check", {**text(WRONG, kind), "id": "memory"}, CHECK)
        ),
        f"all became {kind}, with a cell of imports": bytes_of(
            [
                {**c, "cell_type": kind}
                for c in put(solved, "memory", code("import math"), USES_MATH)
            ]
        ),
        f"a solution and its helper became {kind}": bytes_of(
            put(solved, "memory", text(HELPER, kind), {**text(HELPED, kind), "id": "memory"})
        ),
    }
for minor in range(6):
    COMPLETE[f"format 4.{minor}"] = bytes_of(
        solved if minor == 5 else [{k: c[k] for k in c if k != "id"} for c in solved],
        nbformat_minor=minor,
    )


@pytest.mark.parametrize("damage", [damage for damage in COMPLETE if damage != "magic lines"])
def test_complete_work_gets_its_marks(damage):
    data = COMPLETE[damage]
    assert score(data() if callable(data) else data) == (8, [])


@pytest.fixture(scope="module")
def sandbox():
    try:
        with Sandbox() as made:
            yield made
    except NoSandbox as missing:
        pytest.fail(f"These tests need the sandbox (make sandbox installs it): {missing}")


@pytest.mark.parametrize(
    "damage",
    [
        "magic lines",
        "600 cells",
        "only solutions",
        "no ids, no metadata",
        "retyped at the end, the stubs left",
        "helper behind the test",
        "all solutions became raw",
        "format 3",
        "UTF-16",
    ],
)
def test_complete_work_gets_its_marks_in_the_sandbox(damage, sandbox):
    assert score(COMPLETE[damage], sandbox) == (8, [])


def test_a_notebook_of_5000_code_cells_is_graded():
    assert score(bytes_of([*[code(f"x{i} = {i}") for i in range(5000)], *solved])) == (8, [])


def test_what_has_no_room_is_named_and_never_the_solutions():
    """Code that only runs goes before a definition, whatever stands first; a text goes first."""
    data = f"picture = {picture!r}"
    marks, remarks = score(bytes_of([code(data), *solved]))
    assert marks == 8 and remarks == [f"cell number 1 is left out: {len(data):,} characters"]
    short = [code("x" * 190_000)] * 12
    marks, remarks = score(bytes_of([*short, *stripped(solved), text("y" * 15_000)]))
    assert marks == 8 and len(remarks) == 2 and "left out: 190,000 characters" in remarks[0]
    marks, remarks = score(bytes_of([code("1")] * MOST + [text("x")] * 9 + solved))
    assert marks == 8 and remarks == ["22 of the notebook's 10,022 cells are left out"]


def test_a_text_of_the_students_is_shown_short():
    (cell,) = read(bytes_of([text(f"Look:\n\n{picture}\n\nand " + "y" * 50_000)]))["cells"]
    assert cell[2].startswith("Look:\n\n![](data:image/png;base64,iVBORw0K... (2,200,0")
    assert len(cell[2]) < 25_000 and cell[2].endswith("... (50,074 characters) ...")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_every_chapters_solutions_are_found_without_ids(path):
    exercise = EXERCISES[path.stem]
    cells = stripped(json.loads(path.read_text())["cells"])
    for kept in (
        cells,
        cells[::-1],
        [cell for cell in cells if "def " in "".join(cell["source"])],
        [{**c, "cell_type": "raw"} if c["cell_type"] == "code" else c for c in cells],
    ):
        marks, remarks = score(bytes_of(kept), exercise=exercise)
        assert (marks, remarks) == (sum(exercise.points.values()), [])


# Work that is not complete: its marks, and what the teacher reads

UNEARNED = {
    "untouched": (bytes_of(stubs), 0, []),
    "untouched, no ids": (bytes_of(stripped(stubs)), 0, []),
    "one function missing": (
        bytes_of(without(solved, "memory")), 6, ["memory: no cell defines it"],
    ),
    "one cell is no Python": (
        bytes_of(changed(solved, "memory", source="def memory(tree, align)\n    return 7")),
        6,
        ["memory: its cell is no valid Python"],
    ),
    "no cells": (
        bytes_of([]), 0,
        ["the notebook has no cells"]
        + [f"{name}: no cell defines it" for name in ("memory", "call", "bytes_read")],
    ),
    "another kernel": (
        bytes_of(solved, metadata={"kernelspec": {"name": "ir", "language": "R"}}), 8,
        ["the notebook's kernel is R, not Python"],
    ),
    "test rewritten": (
        bytes_of(
            changed(changed(solved, "memory", source=WRONG), "memory-check", source="memory = 0")
        ), 6, [],
    ),
    "test replaced by one that claims": (
        bytes_of(
            changed(
                changed(solved, "memory", source=WRONG), "memory-check", source="print('right')"
            )
        ), 6, [],
    ),
    "wrong at its test and at the end": (
        bytes_of([*changed(solved, "memory", source=WRONG), code(WRONG)]), 6, [],
    ),
    "another task's test in its place": (
        bytes_of(
            changed(
                changed(solved, "memory", source=WRONG),
                "memory-check",
                source="ch01.call.check(call)",
            )
        ), 6, [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("slip", UNEARNED)
def test_what_is_not_there_earns_nothing(slip):
    data, marks, remarks = UNEARNED[slip]
    assert score(data) == (marks, remarks)


@pytest.fixture(scope="module")
def sandboxed_rows(sandbox, tmp_path_factory):
    """A function: the row in grades.csv, and the page's cells, of a hand-in with these bytes."""

    def row(data):
        path = tmp_path_factory.mktemp("one") / "ana.ipynb"
        path.write_bytes(data)
        hand_in = SimpleNamespace(student="ana", path=path, read=None)
        result = grade(sandbox, 0, EXERCISE, hand_in, "key")
        return result.row(EXERCISE), result.notebook["cells"]

    return row


def test_a_task_that_is_right_only_at_the_end_has_its_test_there(sandboxed_rows):
    """An endless answer is asked again where a later cell defines its function anew."""
    endless = "def memory(tree, align):\n    while True: pass"
    cells = [*changed(solved, "memory", source=endless), code(SOLUTION["memory"])]
    row, page = sandboxed_rows(bytes_of(cells))
    assert row["score"] == "8" and row["remark"] == ""
    assert page[-1]["id"] == "memory-check"
    assert "right: all 200 cases" in page[-1]["outputs"][0]["text"]


def test_the_teacher_reads_why_a_function_is_missing(sandboxed_rows):
    row, _ = sandboxed_rows(bytes_of(without(solved, "memory")))
    assert row["score"] == "6" and row["remark"] == "memory: no cell defines it"


def test_what_breaks_the_reader_is_nobody_elses_trouble(sandboxed_rows):
    """Sources that bring a parser to its knees cost nothing but themselves."""
    deep = ["(" * 90_000, "-" * 90_000 + "1", "\0", "\ud800"]
    row, _ = sandboxed_rows(bytes_of([*[code(source) for source in deep], *stripped(solved)]))
    assert row["score"] == "8" and row["remark"] == ""


# What is no notebook

zipped = BytesIO()
with zipfile.ZipFile(zipped, "w") as archive:
    archive.writestr("ana.ipynb", notebook())
half = notebook()[: len(notebook()) // 2]
merged = json.dumps(SOLVED, indent=1).replace(
    ' "nbformat": 4,', '<<<<<<< HEAD\n "nbformat": 4,\n=======\n "nbformat": 3,\n>>>>>>> theirs'
)


@pytest.mark.parametrize(
    "data, words",
    [
        (b"", "the file is empty"),
        (b"\xef\xbb\xbf\r\n", "the file is empty: nothing but white space is in it"),
        (b"\0" * 5000, "the file is empty: nothing but white space is in it"),
        ("  \n".encode("utf-16"), "the file is empty: nothing but white space is in it"),
        (half, "it is cut off in the middle"),
        (half.decode().encode("utf-16"), "it is cut off in the middle"),
        (notebook()[:-1], "it is cut off in the middle"),
        (notebook()[:1], "it is cut off in the middle"),
        (b'{"cells": [{"cell_type": "code", "source": tru', "it is cut off in the middle"),
        (b'{"cells": [], "x": "\\u00', "it is cut off in the middle"),
        (b'{"cells": ' * 100_000, "it is nested too deeply"),
        (b"[" * 100_000, "it is nested too deeply"),
        (b"<!DOCTYPE html>\n<html><body>Log in</body></html>", "it is a web page"),
        ("\ufeff\n<html>".encode(), "it is a web page"),
        (b"%PDF-1.7\n%\xe2\xe3", "it is a PDF"),
        (zipped.getvalue(), "it is a zip archive"),
        (b"\x1f\x8b\x08\0", "it is a compressed archive"),
        (b"\x89PNG\r\n\x1a\n", "it is a picture"),
        (b"import math\n\ndef memory(tree, align):\n    return 7\n", "it is a Python script"),
        (b"# %%\n%matplotlib inline\nimport math\n", "it is a Python script"),
        (merged.encode(), "git has left both sides of a merge in it"),
        (b'{"name": "ana"}', "it is JSON that has no cells"),
        (b"[1, 2]", "it is JSON that has no cells"),
        (b'"text"', "it is JSON that has no cells"),
        (b'{"cells": {"a": 1}}', "what it calls cells are none"),
        (b'{"worksheets": 3, "cells": null}', "what it calls cells are none"),
        (b"Dear teacher, my notebook is lost.", "it is no JSON (line 1, column 1)"),
        (b'{"cells": [],\n "nbformat": 4 "x": 5, "metadata": {}}', "it is no JSON (line 2"),
    ],
    ids=lambda value: value[:30] if type(value) is str else "",
)
def test_the_true_cause_is_said(data, words):
    said = read(data)["broken"]
    assert words in said and (said.startswith("the file is empty") or "Jupyter notebook" in said)
    assert len(said) < 120


def test_more_behind_the_end_is_not_a_cut():
    assert "it is no JSON (line 1, column" in read(notebook() + b"}")["broken"]


def test_the_first_formats_key_for_code():
    """nbformat 1: a cell's source is called code."""
    old = {"worksheets": [{"cells": [{"cell_type": "code", "code": "x = 1"}]}], "nbformat": 1}
    assert read(json.dumps(old).encode())["cells"][0][2] == "x = 1"


@pytest.mark.parametrize(
    "line, name",
    [
        ("import nonesuch", "nonesuch"),
        ("import nonesuch.x as x", "nonesuch"),
        ("from nonesuch import x", "nonesuch"),
    ],
)
def test_what_is_not_installed_here_is_told(line, name):
    """And only where it costs something."""
    spoilt = notebook(memory=f"{line}\n{SOLUTION['memory']}")
    assert score(spoilt) == (6, [f"cell memory: {name} is not installed here"])
    assert score(notebook(first=line)) == (8, [])


# Which exercise it is

CHAPTERS = sorted(ROOT.glob("notebooks/[0-9]*.ipynb"))


def known(data, hint=None):
    return recognise([Cell(*cell) for cell in read(data)["cells"]], EXERCISES, hint)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_the_cells_tell_which_exercise_it_is(path):
    source = path.read_bytes()
    released = (ROOT / "exercises" / path.stem / path.name).read_bytes()
    bare = [bytes_of(stripped(json.loads(data)["cells"])) for data in (source, released)]
    for data in (source, released, *bare):
        chapter = path.stem[:4]
        assert known(data) == known(data, chapter) == known(data, path.stem) == (path.stem, "")
        other = "ch02" if chapter == "ch01" else "ch01"
        words = f"the file is named {other}, its cells are of {chapter}: graded as {chapter}"
        assert known(data, other) == (path.stem, words)
    solutions = [c for c in json.loads(source)["cells"] if "def " in "".join(c["source"])]
    assert known(bytes_of(stripped(solutions)))[0] == path.stem


def test_one_function_and_a_hint_tell():
    one = bytes_of([code(SOLUTION["memory"])])
    assert known(one) == (None, "")
    assert known(one, "ch01") == (NAME, "")
    assert known(bytes_of([code(SOLUTION["import"]), code(SOLUTION["memory"])])) == (NAME, "")


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_is_no_exercise(path):
    assert known(path.read_bytes()) == (None, "")


@pytest.mark.parametrize(
    "cells",
    [[], [code("1 + 1")], [code("student('ana')", "student")],
     [code("from memkit.course import ch01")],
     [code("import numpy", "import"), code("walk = 3"), text("memory(")]],
)  # fmt: skip
def test_a_scratch_notebook_is_no_exercise(cells):
    assert known(bytes_of(cells)) == (None, "")
    assert known(bytes_of(cells), "ch01") == (
        None,
        "the file is named ch01, but no cell is of ch01",
    )


# Random damage


@st.composite
def damaged(draw):
    """The cells of complete work with helpers, after some accidents."""
    cells = put(solved, "bytes-read", code(WAY), code(SPLIT, "bytes-read"))
    turned = MEMORY_BY_WAY.replace("way", "turned")
    cells = put(cells, "memory", code(OTHER_WAY.replace("way", "turned")), code(turned, "memory"))
    rnd = draw(st.randoms(use_true_random=False))
    for accident in draw(st.lists(st.sampled_from(ACCIDENTS), max_size=6)):
        cells = accident(copy.deepcopy(cells), rnd)
    return cells


def shuffled_ids(cells, rnd):
    marks = [(cell.get("id"), cell["metadata"]) for cell in cells]
    rnd.shuffle(marks)
    return [{**c, "id": i or "x", "metadata": m} for c, (i, m) in zip(cells, marks, strict=True)]


def lost_ids(cells, rnd):
    return [stripped([cell])[0] if rnd.random() < 0.5 else cell for cell in cells]


def moved_texts(cells, rnd):
    texts = [cell for cell in cells if cell["cell_type"] == "markdown"]
    rest = [cell for cell in cells if cell["cell_type"] != "markdown"]
    for cell in texts:
        rest.insert(rnd.randrange(len(rest) + 1), cell)
    return rest


def lost_tests(cells, rnd):
    return [c for c in cells if ".check(" not in "".join(c["source"]) or rnd.random() < 0.5]


def copied(cells, rnd):
    """A copy of a cell, with its marks, right behind it: what Jupyter's C and V make."""
    at = rnd.randrange(len(cells))
    return [*cells[: at + 1], copy.deepcopy(cells[at]), *cells[at + 1 :]]


def pasted_test(cells, rnd):
    test = copy.deepcopy(rnd.choice([cell for cell in solved if cell["id"] in TASKS]))
    cells.insert(rnd.randrange(len(cells) + 1), rnd.choice([test, *stripped([test])]))
    return cells


def became_text(cells, rnd):
    at = rnd.randrange(len(cells))
    helper = "".join(cells[at]["source"]).startswith(("def way", "def turned"))
    return cells if helper else [*cells[:at], {**cells[at], "cell_type": "raw"}, *cells[at + 1 :]]


def stub_put_back(cells, rnd):
    stub = copy.deepcopy(rnd.choice([cell for cell in stubs if cell["id"] in TASKS.values()]))
    cells.insert(rnd.randrange(len(cells) + 1), rnd.choice([stub, *stripped([stub])]))
    return cells


def own_cell(cells, rnd):
    source = rnd.choice(["print(7)", "raise OSError", "def (", "import os", "size = 3", ""])
    cells.insert(rnd.randrange(len(cells) + 1), code(source))
    return cells


ACCIDENTS = [
    shuffled_ids, lost_ids, moved_texts, lost_tests, copied, pasted_test, became_text,
    stub_put_back, own_cell,
]  # fmt: skip


def few_cases():
    """A tenth of the cases is enough to tell these answers apart."""
    patch = pytest.MonkeyPatch()
    patch.setattr("memkit.course.task.NCASES", 20)
    return contextlib.closing(SimpleNamespace(close=patch.undo))


def test_few_cases_tell_right_from_wrong():
    with few_cases():
        assert [score(bytes_of(cells))[0] for cells in (solved, stubs)] == [8, 0]
        assert score(bytes_of(changed(solved, "memory", source=WRONG)))[0] == 6


@given(damaged())
def test_no_accident_costs_a_mark(cells):
    with few_cases():
        assert score(bytes_of(cells))[0] == 8


ANY = [*solved, *stubs, code(WRONG), code(WAY), code(SPLIT), code(OTHER_WAY), code(MEMORY_BY_WAY)]


@given(st.lists(st.tuples(st.sampled_from(ANY), st.booleans()), max_size=20))
def test_what_a_run_from_top_to_bottom_defines_gets_its_marks(drawn):
    """Any cells in any order: the truth is such a run, and the course's own check at its end."""
    cells = [stripped([cell])[0] if bare else cell for cell, bare in drawn]
    run, defined = Here(), 0
    with run.open("worker", 0, 0):
        for cell in cells:
            if cell["cell_type"] == "code":
                run.run_cell("".join(cell["source"]))
    with few_cases():
        for graded, questions in EXERCISE.questions.items():
            function = run.user_ns.get(questions[0].function)
            seeds = [question.seed or "ana" for question in questions]
            task = getattr(ch01, questions[0].task)
            if all(task.judge(function, seed).right for seed in seeds):
                defined += EXERCISE.points[graded]
        assert score(bytes_of(cells))[0] >= defined
