"""The rules of the house: who may import whom, clean text, one style."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "memkit"
SOURCES = sorted(PACKAGE.rglob("*.py"))

# From the ground up: a part may import itself and what stands on a lower floor.
FLOORS = {
    **{"checks": 0, "trace": 1, "data": 2, "vm": 3, "malloc": 4, "golang": 4, "scoreboard": 5},
    **{"pictures": 6, "course": 7, "widgets": 8, "classroom": 8, "lecture": 8},
}
# The one way up: a task shows an answer to who asks; only then does it need pictures.
WAYS_UP = {
    ("memkit/course/task.py", "memkit.widgets.comparison"),
    ("memkit/course/task.py", "memkit.widgets.comparison.comparison"),
}
# What models must do without, so that they run, and are graded, with no front end.
FRONT_END = {"ipywidgets", "bqplot", "anywidget", "IPython", "traitlets"}


def relative(path):
    return path.relative_to(ROOT).as_posix()


def module_name(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path):
    """The full names of all that a file imports, wherever in the file it does so."""
    package = module_name(path).split(".")
    if path.name != "__init__.py":
        package = package[:-1]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            source = ".".join([*above, *filter(None, [node.module])])
            yield source
            yield from (f"{source}.{alias.name}" for alias in node.names)


def part(name):
    """The part of memkit that a full name belongs to: memkit.vm.paging -> vm; else None."""
    top, _, rest = name.partition(".")
    found = rest.partition(".")[0]
    return found if top == "memkit" and found in FLOORS else None


def test_every_part_has_a_floor():
    parts = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or path.is_dir()}
    assert parts - {"__init__", "__pycache__"} <= set(FLOORS)


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_imports_point_down(path):
    own = part(module_name(path))
    for name in imports(path):
        other = part(name)
        if own is None:  # memkit/__init__.py: the map of the models
            assert FLOORS.get(other, 0) < FLOORS["course"], f"{relative(path)} imports {name}"
        elif other not in (None, own) and (relative(path), name) not in WAYS_UP:
            assert FLOORS[other] < FLOORS[own], (
                f"{relative(path)} imports {name}, which is above it"
            )


def test_models_run_without_a_front_end():
    """Every module of the models, imported in a fresh Python, leaves the front end unloaded."""
    names = map(module_name, SOURCES)
    modules = [name for name in names if FLOORS.get(part(name), 0) < FLOORS["widgets"]]
    assert "memkit.trace" in modules
    script = (
        "import importlib, sys\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
        f"print(*sorted(sys.modules.keys() & {FRONT_END!r}))"
    )
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert run.stdout.split() == []


# No path of one machine, no registry's host, nothing from beside the repository.
FOREIGN = re.compile(
    r"(?<![\w.])/(root|work|home|Users)/\w"
    r"|\.\./shared"
    r"|\b(pypi\.org|pythonhosted\.org|npmjs\.(org|com)|deb\.debian\.org|proxy\.golang\.org)\b"
)


def text_files():
    """What git tracks or would track, in so far as it is text."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if listing.returncode:
        pytest.skip("this copy of the course is not a git checkout")
    for name in listing.stdout.splitlines():
        path = ROOT / name
        if path.is_file() and b"\0" not in (content := path.read_bytes()):
            yield name, content.decode()


def test_texts_hold_on_every_machine():
    found = [
        f"{name}: {match.group()}"
        for name, text in text_files()
        for match in FOREIGN.finditer(text)
    ]
    assert found == []


@pytest.mark.parametrize("command", (["check"], ["format", "--check"]), ids=" ".join)
def test_ruff_is_content(command):
    run = subprocess.run(
        [sys.executable, "-m", "ruff", *command], cwd=ROOT, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout + "(make format repairs most of it)"
