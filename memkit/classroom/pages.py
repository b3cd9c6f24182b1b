"""The notebook run as nbgrader would run it, in a kernel, for its score and the feedback page.

The kernel has all of memkit, so that each check says what it would tell the student. That is why
its outputs decide no grade. The referee checks them, as they go into a page that a person opens.
"""

import json

from .judge import CALLS, CELL, GRACE
from .process import OUTPUT, START, Ended
from .referee import NO_ANSWER


def run(sandbox, slot, cells):
    """{number of a cell: its outputs}, as a kernel gives them that has all of memkit."""
    # Of an empty cell no kernel says anything.
    code = [n for n, cell in enumerate(cells) if cell.kind == "code" and cell.source.strip()]
    outputs, ended, room = {}, None, OUTPUT
    with sandbox.open("pages", slot, answers=True) as kernel:
        kernel.ready()
        request = {"sources": [cells[number].source for number in code], "seconds": CELL}
        left = json.dumps(request).encode() + b"\n"
        seconds = CELL + GRACE + START  # until the kernel, too, is there
        try:
            while len(outputs) < len(code):
                line = kernel.ask_line(left, seconds)
                left, seconds = b"", CELL + GRACE
                room -= len(line)
                if room < 0:
                    raise Ended("wrote more than it may, with all before it")
                answer = sandbox.referee(slot).ask({}, CALLS, line)
                if not 0 <= answer["cell"] < len(code) or code[answer["cell"]] in outputs:
                    raise Ended(NO_ANSWER)
                outputs[code[answer["cell"]]] = answer["outputs"]
        except Ended as error:
            ended = str(error)
    missing = [number for number in code if number not in outputs]
    for place, number in enumerate(missing):
        words = f"The cell {ended}." if not place else "Not run: a cell before it ended the kernel."
        outputs[number] = [not_run(words)]
    return outputs


def not_run(words):
    """The output of a cell that was not run: to nbgrader, a test that failed."""
    return {"output_type": "error", "ename": "NotRun", "evalue": words, "traceback": [words]}
