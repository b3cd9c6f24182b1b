"""The judge: asks a student's functions from outside the sandbox, and compares out here.

The worker inside runs the cells, in order. Where the notebook has a test cell, the judge sends it
the arguments of all cases and gets the answers back as plain data; what is right is only known
out here. A function that takes the worker down loses its task: a new worker takes up behind it.
"""

import importlib
import time
from dataclasses import dataclass, field

from memkit.course.wire import NotPlain, decode, encode

from .process import Ended
from .sandbox import LIFE

CELL = 10  # seconds that a cell may run; all take well under one
GRACE = 5  # seconds more until it is not asked any longer to stop, but stopped
CALLS = 10  # seconds that the calls of one question may take


@dataclass
class Judgement:
    points: dict = field(default_factory=dict)  # name of a graded cell -> points got
    words: dict = field(default_factory=dict)  # name of a graded cell -> what the judge says
    remarks: list = field(default_factory=list)  # what else the teacher should know


def judge(sandbox, slot, exercise, cells, student):
    """The Judgement on these cells of this student."""
    found = Judgement()
    todo = list(exercise.questions)
    lost = None  # why nothing more can be asked
    end = time.monotonic() + LIFE
    while todo and lost is None:
        with sandbox.open("worker", slot, seconds=end - time.monotonic()) as worker:
            worker.ready()
            lost = _pass(worker, exercise, cells, student, todo, found)
    for name in todo:
        found.points[name], found.words[name] = 0, lost
    if lost:
        found.remarks.append(lost)
    return found


def _pass(worker, exercise, cells, student, todo, found):
    """Ask what is left to do. Returns what makes it hopeless to go on, or None."""
    last = max((i for i, cell in enumerate(cells) if cell.name in todo), default=-1)
    for number, cell in enumerate(cells[: last + 1]):
        if cell.name in exercise.questions:
            if cell.name in todo:
                todo.remove(cell.name)
                if not _task(worker, exercise, cell.name, student, found):
                    return None
        elif cell.kind == "code":
            try:
                _ask(worker, {"run": cell.source, "seconds": CELL}, CELL + GRACE)
            except Ended as ended:
                shown = cell.name or f"number {number + 1}"
                return f"cell {shown} {ended}: nothing behind it could be run"
    return None


def _task(worker, exercise, name, student, found):
    """Ask all questions of a graded cell. Returns whether the worker is still to be used."""
    found.points[name], found.words[name] = 0, "no test"
    for question in exercise.questions[name]:
        task = getattr(importlib.import_module(f"memkit.course.{question.chapter}"), question.task)
        cases = task.cases(student if question.seed is None else question.seed)
        request = {"call": question.function, "cases": [encode(args) for args in cases]}
        try:
            right, words = _verdict(task, cases, _ask(worker, request, CALLS), question)
        except (Ended, NotPlain) as ended:
            found.words[name] = f"{task!r}: {question.function} {ended}"
            found.remarks.append(f"{question.function} {ended}")
            return False
        found.words[name] = words
        if not right:
            return True
    found.points[name] = exercise.points[name]
    return True


def _ask(worker, request, seconds):
    """The worker's answer to this request, and not to another or to none."""
    worker.asked += 1
    answer = worker.ask({**request, "number": worker.asked}, seconds)
    if type(answer) is not dict or answer.pop("number", None) != worker.asked:
        raise Ended("answered what is no answer")
    return answer


def _verdict(task, cases, answer, question):
    match answer:
        case {"missing": str(words)}:
            return False, f"{task!r}: {question.function} is {words} here, no function"
        case {"answers": list(answers)} if len(answers) == len(cases):
            verdict = task.compare(cases, [decode(given) for given in answers])
            return verdict.right, verdict.words
    raise Ended("answered what is no answer")
