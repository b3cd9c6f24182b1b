"""The judge: asks a student's functions from outside the sandbox, and has the answers compared.

The worker inside runs the cells, in order. Where the notebook has a test cell, the judge sends it
the arguments of all cases and gets the answers back as plain data; what is right is only known
to the referee out here, a process with limits of its own. A function that takes the worker
down loses its task: a new worker takes up behind it.
"""

import importlib
import json
import re
import time
from dataclasses import dataclass, field

from memkit.course.wire import encode

from .process import SHORT, START, Ended
from .referee import NO_ANSWER
from .sandbox import LIFE

LACKS = re.compile(rb"ModuleNotFoundError: No module named '([\w.]{1,60})'", re.A)
CELL = 10  # seconds that a cell may run; all take well under one
GRACE = 5  # seconds more until it is not asked any longer to stop, but stopped
CALLS = 10  # seconds that the calls of one question may take


@dataclass
class Judgement:
    points: dict = field(default_factory=dict)  # name of a graded cell -> points got
    words: dict = field(default_factory=dict)  # name of a graded cell -> what the judge says
    remarks: list = field(default_factory=list)  # what else the teacher should know
    late: list = field(default_factory=list)  # graded cells that are right only behind the last one


def judge(sandbox, slot, exercise, cells, student):
    """The Judgement on these cells of this student."""
    return _Case(sandbox, slot, exercise, cells, student).judgement()


class _Case:
    """A notebook before the judge.

    A task that is not right at its test cell is asked once more behind the last cell: what comes
    later may be what it needs, or a better answer. One that took the worker down is asked again
    only where a later cell defines its function.
    """

    def __init__(self, sandbox, slot, exercise, cells, student):
        self.sandbox, self.slot = sandbox, slot
        self.exercise, self.cells, self.student = exercise, cells, student
        self.found = Judgement()
        self.lacking = {}  # number of a cell: what it could not import
        self.ended = {}  # name of a graded cell -> how its function ended
        asked = [(n, cell.name) for n, cell in enumerate(cells) if cell.name in exercise.questions]
        running = [n for n, cell in enumerate(cells) if self._runs(cell)]
        again = [(len(cells), name) for n, name in asked if running and running[-1] > n]
        self.todo = asked + again  # where what is asked, in order

    def judgement(self):
        lost = None  # why nothing more can be asked
        end = time.monotonic() + LIFE
        while self.todo and lost is None:
            if (left := end - time.monotonic()) <= 0:
                lost = "the notebook took too long in all: nothing more could be asked"
                break
            with self.sandbox.open("worker", self.slot, seconds=START + left) as worker:
                worker.ready()
                worker.end = end
                lost = self._pass(worker)
        never = [name for _, name in self.todo if name not in self.found.points]
        for name in never:
            self.found.points[name], self.found.words[name] = 0, lost
        self.found.remarks += self.ended.values()
        if not all(self.found.points.values()):
            self.found.remarks += self.lacking.values()
        if never:
            self.found.remarks.append(lost)
        return self.found

    def _runs(self, cell):
        return cell.kind == "code" and cell.name not in self.exercise.questions

    def _pass(self, worker):
        """Ask what is left to do. Returns what makes it hopeless to go on, or None."""
        for number in range(self.todo[-1][0] + 1):
            while self.todo and self.todo[0][0] == number:
                _, name = self.todo.pop(0)
                if not self._task(worker, name, again=number == len(self.cells)):
                    functions = self.exercise.functions(name)
                    if not any(c.has(functions, ("def",)) for c in self.cells[number + 1 :]):
                        self.todo = [(n, other) for n, other in self.todo if other != name]
                    return None
            if not self.todo:
                return None
            cell = self.cells[number]
            if self._runs(cell):
                shown = f"cell {cell.name or f'number {number + 1}'}"
                try:
                    line = _ask(worker, {"run": cell.source, "seconds": CELL}, CELL + GRACE)
                    if len(line) > SHORT:
                        raise Ended(NO_ANSWER)
                    if found := LACKS.search(line):
                        name = found[1].decode()
                        self.lacking[number] = f"{shown}: {name} is not installed here"
                except Ended as ended:
                    return f"{shown} {ended}: nothing behind it could be run"
        return None

    def _task(self, worker, name, again):
        """Ask all questions of a graded cell. Returns whether the worker is still to be used."""
        found = self.found
        if found.points.get(name):
            return True
        found.points[name] = 0
        found.words.setdefault(name, "no test")
        for question in self.exercise.questions[name]:
            module = importlib.import_module(f"memkit.course.{question.chapter}")
            task = getattr(module, question.task)
            seed = self.student if question.seed is None else question.seed
            cases = [encode(args) for args in task.cases(seed)]
            asked = {**question._asdict(), "seed": seed, "number": worker.asked + 1}
            try:
                line = _ask(worker, {"call": question.function, "cases": cases}, CALLS)
                referee = self.sandbox.referee(self.slot)
                verdict = referee.ask({"compare": asked}, CALLS, line)
            except Ended as ended:
                found.words[name] = f"{task!r}: {question.function} {ended}"
                self.ended[name] = f"{question.function} {ended}"
                return False
            if not again or verdict["right"]:
                found.words[name] = verdict["words"]
            if not verdict["right"]:
                return True
        found.points[name] = self.exercise.points[name]
        self.ended.pop(name, None)
        if again:
            found.late.append(name)
        return True


def _ask(worker, request, seconds):
    """The line that the worker answers with, whatever it holds."""
    worker.asked += 1
    line = json.dumps({**request, "number": worker.asked}).encode() + b"\n"
    return worker.ask_line(line, seconds)
