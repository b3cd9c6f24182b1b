"""Every slip in a solution is found: by the visible check and the hidden one, for every id.

`MUTANTS=10 pytest tests/test_mutants.py` asks ten ids instead of three.
"""

import ast
import importlib
import os
import re
from functools import cache
from pathlib import Path

import nbformat
import pytest
from mutants import function, mutants

from memkit.course import Task
from memkit.course.plain import copied, same

ROOT = Path(__file__).resolve().parent.parent
IDS = ["", "ana", "ben", *(f"student {n}" for n in range(97))][: int(os.environ.get("MUTANTS", 3))]
# Chapters whose tasks are rooms: all of them, when the last one has moved.
CHAPTERS = sorted(path.name for path in (ROOT / "memkit/course").glob("ch*") if path.is_dir())
TASKS = {
    f"{chapter}.{name}": task
    for chapter in CHAPTERS
    for name, task in vars(importlib.import_module(f"memkit.course.{chapter}")).items()
    if isinstance(task, Task)
}

# task -> {slip: why it is the same function}
EMPTY = "a state that no run has: with it nothing merges, wherever it is"
MERGED = "before = merged[-1] if merged else ({}, '')"
TOUCHED = "touched.add((span, n % shape.nelems * shape.elemsize // {}))"
NEW = "places += [(k, slot) for slot in range(len(spans[{}]))]"
NUMBERED = "frames are only told apart: any other number but 0, the page of zeros, will do"
EIGHTS = "the size of a slot is a multiple of 8"
BITMAP = "if minor >= 22 and (not noscan) and (elemsize <= {}):"
MARKS = "if minor >= 26 and {} <= elemsize <= {}:"
APART = "neither of the two looks at what the other changes"
HUNDREDTHS = "`gogc` is a multiple of 25: there is nothing to round"
GOAL = "goal = max(marked + (marked + stacks) * gogc // 100, {})"
NONE = {"return None  ->  nothing": "a function without a return gives back None"}
SAME = {
    "ch01.call": {
        "load = [module for module in path if module not in resident]  ->  "
        "after lost = [module for module in resident if module not in path]": APART,
    },
    "ch02.bad_entry": {
        **NONE,
        "frames = len(memory) // 8  ->  frames = -len(memory) // 8 * -1": (
            "the dump ends with a whole frame"
        ),
    },
    "ch02.references": {"count += 1  ->  after if page in tlb:": APART},
    "ch04.faults": {
        "done, frames = ([], 0)  ->  done, frames = ([], 1)": NUMBERED,
        "frames += 1  ->  frames -= 1": NUMBERED,
        "frames += 1  ->  frames += 2": NUMBERED,
    },
    "ch04.recursion": {
        "gap = 0 if rights == '---' else 256  ->  gap = -1 if rights == '---' else 256": (
            "the page just below the end lies in the area, and was asked for before"
        ),
    },
    "ch06.pages": {
        "batch, n = (min(32, 65536 // size), 1)  ->  batch, n = (min(33, 65536 // size), 1)": (
            "a quarter of 33 is a quarter of 32"
        ),
        "batch, n = (min(32, 65536 // size), 1)  ->  batch, n = (min(32, 65537 // size), 1)": (
            "65537 is a prime: no size divides it"
        ),
    },
    "ch06.lengths": {
        "overages += 1  ->  overages -= 1": "a multiple below zero is one as well",
    },
    "ch06.locks": {
        "lists[thread] -= batch  ->  lists[thread] = batch": "it had two batches",
    },
    "ch06.free_run": {
        f"{MERGED.format('0, 0')}  ->  {MERGED.format(other)}": EMPTY
        for other in ("1, 0", "-1, 0", "0, 1", "0, -1")
    },
    "ch08.slot_size": NONE,
    "ch08.slots": {
        "span = room = npages * 8192  ->  span = room = npages * 8193": EIGHTS,
        "room -= 128  ->  room -= 127": EIGHTS,
        "room -= span // 64  ->  room -= -span // 64 * -1": "a page of 8192 bytes has 64 parts",
        f"{BITMAP.format(512)}  ->  after {MARKS.format(16, 512)}": APART,
        f"{BITMAP.format(512)}  ->  {BITMAP.format(513)}": EIGHTS,
        f"{MARKS.format(16, 512)}  ->  {MARKS.format(15, 512)}": EIGHTS,
        f"{MARKS.format(16, 512)}  ->  {MARKS.format(16, 513)}": EIGHTS,
    },
    "ch09.owner": NONE,
    "ch09.take_pages": {
        "if heap and (not cache):  ->  if True and (not cache):": "there is nothing to take then",
    },
    "ch10.pace": {
        f"{GOAL.format('(4 << 20) * gogc // 100')}  ->  "
        f"{GOAL.format('-((4 << 20) * gogc) // 100 * -1')}": HUNDREDTHS,
    },
    "ch10.handed_out": {
        f"{NEW.format(0)}  ->  {NEW.format(-1)}": "spans of a class have as many slots",
    },
    "ch11.faults": {
        f"{TOUCHED.format(4096)}  ->  after if shape.elemsize <= 512:": APART,
        "if shape.elemsize <= 512:  ->  if shape.elemsize <= 513:": "no class has slots of 513",
        f"{TOUCHED.format(4096)}  ->  {TOUCHED.format(4095)}": (
            "no slot of any class begins so shortly before a page's end"
        ),
    },
}


@cache
def cells(chapter):
    (path,) = (ROOT / "solutions").glob(f"{chapter}-*/*.ipynb")
    return {cell.id: cell.source for cell in nbformat.read(path, as_version=4).cells}


def sources(key):
    """(the solution of a task, the seeds that its hidden check asks)"""
    chapter, name = key.split(".")
    there, cell = cells(chapter), name.replace("_", "-")
    solution = re.sub(r"(?m)^ *### (BEGIN|END) SOLUTION\n?", "", there[cell])
    return solution, re.findall(r'seed="(\w+)"', there[f"{cell}-check"])


@cache
def asked(task, seed):
    """[(arguments, right answer)], in the order that finds mistakes soonest."""
    return [(args, task.spec(*copied(args))) for args in task.cases(seed)]


def refused(answer, cases):
    for args, right in cases:
        try:
            if not same(answer(*copied(args)), right):
                return True
        except (Exception, RecursionError):
            return True
    return False


@pytest.mark.parametrize("key", TASKS)
def test_every_slip_is_found_for_every_id(key):
    task, (solution, hidden) = TASKS[key], sources(key)
    seeds = {seed: asked(task, seed) for seed in [*IDS, *hidden]}
    assert not any(refused(function(ast.parse(solution), task.name), c) for c in seeds.values())
    passed = {}
    for slip, tree in mutants(solution).items():
        answer = function(tree, task.name)
        if lets := [seed for seed, cases in seeds.items() if not refused(answer, cases)]:
            passed[slip] = lets
    known = SAME.get(key, {})
    unknown = {slip: lets for slip, lets in passed.items() if slip not in known}
    assert unknown == {}, "\n".join(f"{slip}   passes for {lets}" for slip, lets in unknown.items())
    assert set(known) <= set(passed), f"these are found: {set(known) - set(passed)}"


def test_no_task_without_mutants():
    for key in TASKS:
        assert len(mutants(sources(key)[0])) >= 3
    assert set(SAME) <= set(TASKS)
