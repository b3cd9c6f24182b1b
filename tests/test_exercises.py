"""Every exercise is what nbgrader makes of its source, can be solved, and refuses mistakes."""

import importlib
import os
import re
import shutil
from functools import cache
from pathlib import Path

import nbformat
import pytest
from traitlets.config import PyFileConfigLoader

from memkit import golang
from memkit.course import Task, ch08, progress

# nbgrader's own use of its database, nothing that a course could mend
pytestmark = pytest.mark.filterwarnings("ignore:Object of type <Submitted")

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted((ROOT / "solutions").glob("*/*.ipynb"))
TASKS = {
    (source, name): task
    for source in SOURCES
    for name, task in vars(importlib.import_module(f"memkit.course.{source.name[:4]}")).items()
    if isinstance(task, Task)
}
SEEDS = ["", "ana", "ben"]

each_source = pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
each_task = pytest.mark.parametrize("key", TASKS, ids=lambda key: f"{key[0].name[:4]}-{key[1]}")


def exercise_of(source):
    return ROOT / "exercises" / source.relative_to(ROOT / "solutions")


@cache
def cells(path):
    return {cell.id: cell for cell in nbformat.read(path, as_version=4).cells}


def cell_of(key, kind=""):
    """The source cell of a task: its stub with the solution, "-text" or "-check"."""
    source, name = key
    return cells(source)[name.replace("_", "-") + kind].source


def title(idea):
    """How the message names a wrong idea: the first words of its docstring."""
    return " ".join(idea.__doc__.split()[:3])


def test_there_are_exercises():
    assert {source.parent.name for source in SOURCES} >= {
        "ch01-overlays-to-virtual-memory",
        "ch02-paging-and-the-mmu",
        "ch08-mspan-and-size-classes",
        "ch09-mcache-mcentral-mheap",
    }
    assert all(source.stem == source.parent.name for source in SOURCES)


# The tasks


@each_task
def test_the_solution_is_right_for_anybody(key):
    namespace = {}
    exec(cell_of(key), namespace)
    for seed in SEEDS:
        verdict = TASKS[key].judge(namespace[key[1]], seed)
        assert verdict.right, verdict.words


@each_task
def test_a_task_knows_at_least_three_mistakes(key):
    assert len(TASKS[key].wrong) >= 3


@each_task
def test_a_task_has_a_visible_check_and_a_hidden_one(key):
    name = key[1]
    visible, _, hidden = cell_of(key, "-check").partition("### BEGIN HIDDEN TESTS\n")
    call = rf"{key[0].name[:4]}\.{name}\.check\({name}"
    assert re.fullmatch(rf"{call}\)\n", visible)
    assert re.search(rf'{call}, seed="\w+"\)', hidden)


@each_task
def test_the_worked_examples_are_right(key):
    """In the text, `f(x)` is `y`."""
    name, spec = key[1], TASKS[key].spec
    examples = re.findall(rf"`({name}\([^`]+\))`\s+is\s+`([^`]+)`", cell_of(key, "-text"))
    assert examples
    for call, answer in examples:
        assert eval(call, {name: spec}) == eval(answer), call


@each_source
def test_an_exercise_leads_back_to_its_chapter(source):
    chapter = f"(../../notebooks/{source.stem.removeprefix('ch')}.ipynb)"
    assert chapter in next(iter(cells(source).values())).source


# The tasks and the real thing


@pytest.mark.parametrize("noscan", [True, False])
def test_slots_as_the_real_go_has_them(noscan):
    """Go 1.27.3: the number of slots that memkit.golang is tested against."""
    for size in range(8, 32768, 8):
        elemsize, npages, nelems = golang.size_class(size, noscan)[1:4]
        assert ch08.slots.spec(elemsize, npages, noscan, 27) == nelems


@pytest.mark.parametrize("seed", SEEDS)
def test_tiny_objects_lie_as_in_the_go_heap(seed):
    for sizes, block in ch08.place_tiny.cases(seed):
        if block == 16:
            heap = golang.GoHeap()
            addresses = [heap.mallocgc(size) for size in sizes]
            places = [divmod(address - addresses[0], 16) for address in addresses]
            assert ch08.place_tiny.spec(sizes, block) == places


# nbgrader: it makes the exercises, and grades three students


@pytest.fixture(scope="module")
def nbgrader(tmp_path_factory):
    """nbgrader over a copy of the sources, its exercises generated."""
    from nbgrader.apps import NbGraderAPI  # 50 MB, which only one worker needs

    root = tmp_path_factory.mktemp("course")
    # The kernels, of which there are three an exercise, start without their debugger.
    (root / "debugpy.py").write_text("raise ImportError")
    shutil.copytree(
        ROOT / "solutions",
        root / "solutions",
        ignore=shutil.ignore_patterns(".ipynb_checkpoints"),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        patch.setenv("PATH", os.environ["PATH"])  # the settings add to it
        patch.setenv("PYTHONPATH", f"{root}{os.pathsep}{ROOT}", prepend=os.pathsep)
        settings = PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()
        api = NbGraderAPI(config=settings)
        for source in SOURCES:
            made = api.generate_assignment(source.stem)
            assert made["success"], made["log"]
        yield api, root


@pytest.fixture(scope="module")
def graded(nbgrader):
    """Who hands in what: (student, exercise) -> its graded cells, outputs and score by name."""
    api, root = nbgrader
    for source in SOURCES:
        solved, untouched = source, exercise_of(source)
        mistaken = root / "mistaken.ipynb"
        write_mistaken(untouched, mistaken)
        for student, path in (
            ("solved", solved),
            ("untouched", untouched),
            ("mistaken", mistaken),
        ):
            folder = root / "grading" / "submitted" / student / source.stem
            folder.mkdir(parents=True)
            shutil.copy(path, folder / source.name)
            done = api.autograde(source.stem, student)
            assert done["success"], done["log"]
    with api.gradebook as book:
        return {
            (student, source): read_grades(book, root, student, source)
            for student in ("solved", "untouched", "mistaken")
            for source in SOURCES
        }


def write_mistaken(exercise, path):
    """The exercise, each task solved by the first wrong idea that the checks know."""
    notebook = nbformat.read(exercise, as_version=4)
    chapter = exercise.name[:4]
    for cell in notebook.cells:
        for (source, name), task in TASKS.items():
            if source.name == exercise.name and cell.id == name.replace("_", "-"):
                idea = task.wrong[0].__name__
                cell.source = f"from memkit.course.{chapter} import {idea} as {name}"
    nbformat.write(notebook, path)


def read_grades(book, root, student, source):
    """{name of a graded cell: (score, points, what its outputs say)}"""
    graded = cells(root / "grading" / "autograded" / student / source.stem / source.name)
    submission = book.find_submission_notebook(source.stem, source.stem, student)
    return {
        grade.name: (grade.score, grade.max_score, said_by(graded[grade.name]))
        for grade in submission.grades
    }


def said_by(cell):
    return "\n".join(
        out.text if out.output_type == "stream" else "\n".join(out.traceback)
        for out in cell.outputs
    )


@each_source
def test_generating_gives_exactly_what_is_committed(source, nbgrader):
    _, root = nbgrader
    made = root / "exercises" / source.stem
    committed = exercise_of(source).parent
    names = sorted(path.name for path in made.iterdir())
    assert names == sorted(path.name for path in committed.iterdir() if path.suffix)
    for name in names:
        assert (made / name).read_bytes() == (committed / name).read_bytes()


@each_source
def test_an_exercise_gives_nothing_away(source):
    text = exercise_of(source).read_text()
    for mark in ("SOLUTION", "HIDDEN", "seed="):
        assert mark not in text
    kept = {
        line for cell in cells(exercise_of(source)).values() for line in cell.source.split("\n")
    }
    for cell in cells(source).values():
        for hidden in re.findall(r"(?s)### BEGIN .*?\n(.*?)### END", cell.source):
            assert not {line for line in hidden.split("\n") if line.strip()} & kept


@each_source
def test_solutions_score_full_marks(source, graded):
    grades = graded["solved", source]
    assert len(grades) == sum(1 for key in TASKS if key[0] == source)
    for score, points, said in grades.values():
        assert score == points > 0
        assert set(re.findall(r"(?m)  (\w.*)$", said)) == {"right: all 200 cases"}
    assert not progress.where().exists()  # whoever grades has not solved it


@each_source
def test_untouched_exercises_score_nothing_and_say_why(source, graded):
    for score, _, said in graded["untouched", source].values():
        assert score == 0
        assert "not started yet" in said and "Traceback" not in said


@each_source
def test_a_mistake_is_named_in_the_notebook(source, graded):
    for (where, name), task in TASKS.items():
        if where == source:
            score, _, said = graded["mistaken", source][f"{name.replace('_', '-')}-check"]
            assert score == 0
            assert f"  looks like    {title(task.wrong[0])}" in said
            assert "Traceback" not in said
