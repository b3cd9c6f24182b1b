"""A hand-in laid over the exercise's source: the tests are the course's, the answers the student's.

Text and locked cells are taken from the source, wherever the student left them; locked ones are
put back where they were deleted. Solution cells and any cell of the student's own stay as they are.
So an edited or lost test costs nothing and gains nothing.
"""

import ast
import json
from dataclasses import dataclass
from typing import NamedTuple


class Cell(NamedTuple):
    kind: str  # "code" or "markdown"
    name: str  # the id that nbgrader knows it by, "" for a cell of the student's own
    source: str


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

    def lay_over(self, handed_in):
        """The cells to run: [Cell, ...] of the student's, locked ones from the source."""
        sources = {_name(cell): cell for cell in self.notebook["cells"]}
        cells, seen = [], set()
        for kind, name, source in handed_in:
            known = name in sources and name not in seen
            if known and not _students(sources[name]):
                kind, source = sources[name]["cell_type"], _source(sources[name])
            cells.append(Cell(kind, name if known else "", source))
            seen.add(cells[-1].name)
        before = None
        for name, cell in sources.items():
            if name not in seen and _marks(cell).get("locked"):
                place = next((i + 1 for i, c in enumerate(cells) if c.name == before), None)
                if place is None:  # what belongs before it is lost too: first things first
                    place = len(cells) if name in self.points else 0
                cells.insert(place, Cell(cell["cell_type"], name, _source(cell)))
                seen.add(name)
            if name in seen and cell["cell_type"] == "code":
                before = name
        return cells

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


def _marks(cell):
    return cell["metadata"].get("nbgrader", {})


def _name(cell):
    return _marks(cell).get("grade_id") or cell["id"]


def _students(cell):
    """Whether a cell of the source is the student's to write in: code that is not locked."""
    return cell["cell_type"] == "code" and not (
        _marks(cell).get("locked", False) and not _marks(cell).get("solution", False)
    )


def _source(cell):
    return cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
