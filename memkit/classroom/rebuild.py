"""A hand-in laid over the exercise's source: the tests are the course's, the answers the student's.

Which cell is which, its id says, unless its content says otherwise; where ids are lost, what the
cell defines says it:

- A task's *definitions* are the code cells that define its function. A stub is none. Where there is
  none, a solution cell that has become text is code again.
- Test cells are the source's. Each stands where the student left it, if the last cell above it
  that has its function is a definition; else behind the last definition. A task that is not right
  there is asked once more behind the last cell (memkit.classroom.judge): what comes later counts.
- The course's text and imports are the source's, too; imports come before all code.

Any other cell stays as it is. So an edited or lost test costs nothing and gains nothing.
"""

import ast
import json
import re
from bisect import bisect
from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple

from .inside.reader import look_into


class Cell(NamedTuple):
    kind: str  # "code" or "markdown"
    name: str  # the id that nbgrader knows it by, "" for a cell of the student's own
    source: str
    names: dict | None = None  # what it binds, as `look_into` has it; None where it is no Python
    checks: tuple = ()  # the checks that it calls, as `look_into` has them

    def has(self, functions, how):
        """Whether it is code that binds one of these functions in one of these ways."""
        return self.kind == "code" and any((self.names or {}).get(f) in how for f in functions)


class Question(NamedTuple):
    """One call of `chNN.task.check(function, seed=...)` in a test cell."""

    chapter: str
    task: str
    function: str
    seed: str | None  # None: the student's own cases


@dataclass(frozen=True)
class Exercise:
    """An exercise's source, solutions/chNN-topic/chNN-topic.ipynb."""

    name: str
    notebook: dict
    points: dict  # name of a graded cell -> its points
    solutions: dict  # name of a graded cell -> name of the solution cell before it
    questions: dict  # name of a graded cell -> [Question, ...]

    @property
    def chapter(self):
        return self.name.partition("-")[0]

    def functions(self, graded):
        """The functions that a graded cell asks."""
        return {question.function for question in self.questions[graded]}

    def lay_over(self, handed_in):
        """([Cell, ...] to run, {name of a graded cell: why it has no function to ask}).

        `handed_in` has the student's cells, as the reader gives them.
        """
        cells = self._as_code([Cell(*cell) for cell in handed_in])
        owners = self._owners(cells)
        places, replaced, remarks = defaultdict(list), set(), {}
        for graded in self.points:
            place = self._place(graded, cells, owners)
            places[place].append(graded)
            if place in range(len(cells)) and place not in owners:
                if self._is_test(cells[place], graded):
                    replaced.add(place)
            functions = self.functions(graded)
            if not any(cell.has(functions, ("def", "stub", "other")) for cell in cells):
                spoilt = any(
                    owners.get(i) == self.solutions[graded] and cell.names is None
                    for i, cell in enumerate(cells)
                )
                why = "its cell is no valid Python" if spoilt else "no cell defines it"
                remarks[graded] = f"{' and '.join(sorted(functions))}: {why}"
        sources = {_name(cell): cell for cell in self.notebook["cells"]}
        laid = []
        for number in range(len(cells) + 1):
            if number < len(cells) and number not in replaced:
                own, name = cells[number], owners.get(number, "")
                taken = name and not _students(sources[name])
                laid.append(_cell(sources[name]) if taken else own._replace(name=name))
            laid += [_cell(sources[graded]) for graded in places[number]]
        return self._imported(laid), remarks

    def _as_code(self, cells):
        """The cells; where no code defines a task's function, what holds its solution is code,
        whatever it has become, and so is what defines other names that no code has."""
        kinds = [cell.kind for cell in cells]
        for graded, name in self.solutions.items():
            functions = self.functions(graded)
            if not any(cell.has(functions, ("def",)) for cell in cells):
                made = [cell._replace(kind="code") for cell in cells]
                cells = [
                    code if code.name == name or code.has(functions, ("def",)) else cell
                    for code, cell in zip(made, cells, strict=True)
                ]
        if [cell.kind for cell in cells] == kinds:
            return cells
        bound = {name for cell in cells if cell.kind == "code" for name in cell.names or ()}
        made = [cell._replace(kind="code") for cell in cells]
        return [
            code if code.has({*(code.names or ())} - bound, ("def",)) else cell
            for code, cell in zip(made, cells, strict=True)
        ]

    def _owners(self, cells):
        """{number of a cell: the name of the source that it has}, test cells apart."""
        owners = {}
        for graded, name in self.solutions.items():
            defining = _defining(cells, self.functions(graded))
            called = [number for number, cell in enumerate(cells) if cell.name == name]
            best = sorted({*called} & {*defining})[-1:]
            free = [n for n in (*best, *reversed(defining), *called) if n not in owners]
            if free:
                owners[free[0]] = name
        sources = {
            _name(cell): cell
            for cell in self.notebook["cells"]
            if _name(cell) not in self.points and _name(cell) not in owners.values()
        }
        same = {_source(cell).strip(): name for name, cell in sources.items()}
        for number, cell in enumerate(cells):
            name = cell.name if cell.name in sources else same.get(cell.source.strip())
            if number not in owners and name in sources and _fits(cell, sources[name]):
                owners[number] = name
                del sources[name]
        return owners

    def _place(self, graded, cells, owners):
        """The number of the cell that a test stands at, or behind; that of all: the end."""
        functions = self.functions(graded)
        tasks = {(question.chapter, question.task) for question in self.questions[graded]}
        defining = _defining(cells, functions)
        stubs = [n for n, cell in enumerate(cells) if cell.has(functions, ("stub",))]

        def worth(number):
            written, stub = bisect(defining, number), bisect(stubs, number)
            defined = written and (not stub or defining[written - 1] >= stubs[stub - 1])
            return written if defined else 0, cells[number].name == graded, -number

        candidates = [
            number
            for number, cell in enumerate(cells)
            if cell.name == graded or any((c, task) in tasks for c, task, _ in cell.checks)
        ]
        best = max(candidates, key=worth, default=None)
        if best is None or defining and not worth(best)[0]:
            solution = [n for n, name in owners.items() if name == self.solutions[graded]]
            best = (defining or solution or [len(cells)])[-1]
        return best

    def _is_test(self, cell, graded):
        """Whether a cell is this test and nothing else, however it was edited."""
        if cell.names or any(
            function not in self.functions(graded) for *_, function in cell.checks
        ):
            return False
        lines = [line for line in cell.source.splitlines() if line.strip()]
        return cell.name == graded or all(re.match(r"ch\d\d\.\w+\.check\(|#", s) for s in lines)

    def _imported(self, cells):
        """The cells; what the course imports stands before all other code."""
        locked = [
            _cell(cell)
            for cell in self.notebook["cells"]
            if _marks(cell).get("locked") and _name(cell) not in self.points
        ]
        code = [cell for cell in cells if cell.kind == "code"]
        if code[: len(locked)] == locked:
            return cells
        return locked + [cell for cell in cells if cell not in locked]

    def notebook_of(self, cells, outputs):
        """A notebook of these cells; `outputs` has a list for each number of a cell that ran."""
        marks = {_name(cell): _marks(cell) for cell in self.notebook["cells"]}
        made = []
        for number, cell in enumerate(cells):
            mark = marks.get(cell.name)
            entry = {
                "cell_type": cell.kind,
                "id": cell.name or f"own-{number}",
                "metadata": {"nbgrader": mark} if mark else {},
                "source": cell.source,
            }
            if cell.kind == "markdown" and not cell.name:
                entry["source"] = as_typed(cell.source)
            if cell.kind == "code":
                entry |= {"execution_count": None, "outputs": outputs.get(number, [])}
            made.append(entry)
        return {**self.notebook, "cells": made}


def as_typed(text):
    """Markdown that shows each character of a student's text, and makes nothing of it."""
    return "\n".join(f"    {line}" for line in text.splitlines())


def read_exercises(root):
    """{name: Exercise} of all that a course in this folder has."""
    sources = sorted((root / "solutions").glob("ch*/ch*.ipynb"))
    return {path.stem: read_exercise(path) for path in sources}


def read_exercise(path):
    """The Exercise in this source notebook. ValueError where a judge could not ask a test."""
    notebook = json.loads(path.read_text())
    points, solutions, questions, solution = {}, {}, {}, None
    for cell in notebook["cells"]:
        if _marks(cell).get("solution"):
            solution = _name(cell)
        if _marks(cell).get("grade"):
            points[_name(cell)], solutions[_name(cell)] = _marks(cell)["points"], solution
            questions[_name(cell)] = _questions(_source(cell), f"{path.name}, {_name(cell)}")
    return Exercise(path.stem, notebook, points, solutions, questions)


def _questions(source, where):
    found = []
    for statement in ast.parse(source).body:
        match statement:
            case ast.Expr(
                ast.Call(
                    ast.Attribute(ast.Attribute(ast.Name(chapter), task), "check"),
                    [ast.Name(function)],
                    keywords,
                )
            ) if all(k.arg == "seed" for k in keywords):
                seed = next((k.value.value for k in keywords), None)
                found.append(Question(chapter, task, function, seed))
            case _:
                shown = ast.unparse(statement)
                raise ValueError(
                    f"A test is chNN.task.check(function, seed=...), not {shown!r} ({where})."
                )
    return found


def recognise(cells, exercises, hint=None):
    """(name of the exercise that these cells are of, or None; a remark, or "").

    `exercises` has the Exercise of each name; `hint` begins the name that the file's own name
    gives. What tells: ids of tests that one exercise alone has, checks that are called, functions
    that are defined, the chapter's import. One function alone tells nothing, nor do imports.
    """
    told = {name: _told(cells, exercise, exercises) for name, exercise in exercises.items()}
    hinted = [name for name in exercises if hint and name.startswith(hint)]
    best = max(told, key=lambda name: (told[name], name in hinted), default=None)
    if best is None or told[best] + (best in hinted) < 2 or not told[best]:
        return None, f"the file is named {hint}, but no cell is of {hint}" if hint else ""
    if hint and best not in hinted:
        there = exercises[best].chapter
        return best, f"the file is named {hint}, its cells are of {there}: graded as {there}"
    return best, ""


def _told(cells, exercise, exercises):
    """How many things in the cells say that they are of this exercise."""
    ids = set(exercise.points)
    for other in exercises.values():
        if other is not exercise:
            ids -= other.points.keys()
    asked = {f for graded in exercise.points for f in exercise.functions(graded)}
    bound = {name for cell in cells for name in cell.names or ()}
    functions = {
        name for cell in cells for name in asked if (cell.names or {}).get(name) in ("def", "stub")
    }
    tasks = {q.task for questions in exercise.questions.values() for q in questions}
    called = {
        task for cell in cells for chapter, task, _ in cell.checks if chapter == exercise.chapter
    }
    found = 2 * len(ids & {cell.name for cell in cells}) + 2 * len(tasks & called) + len(functions)
    return found + (exercise.chapter in bound) if found else 0


def _marks(cell):
    return cell["metadata"].get("nbgrader", {})


def _name(cell):
    return _marks(cell).get("grade_id") or cell["id"]


def _cell(cell):
    return Cell(cell["cell_type"], _name(cell), _source(cell))


def _defining(cells, functions):
    """The numbers of the cells that define one of these functions; or else bind it otherwise."""
    for how in ("def", "other"):
        if found := [n for n, cell in enumerate(cells) if cell.has(functions, (how,))]:
            return found
    return []


def _fits(cell, source):
    """Whether a cell can be this one of the source: it may add nothing to what is the course's."""
    if _students(source):
        return cell.kind == "code"
    known = look_into(_source(source))[0] if source["cell_type"] == "code" else None
    return set(cell.names or ()) <= set(known or ())


def _students(cell):
    """Whether a cell of the source is the student's to write in: code that is not locked."""
    return cell["cell_type"] == "code" and not (
        _marks(cell).get("locked", False) and not _marks(cell).get("solution", False)
    )


def _source(cell):
    return cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
