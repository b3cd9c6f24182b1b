"""The notebook run as nbgrader would run it, in a kernel, for its score and the feedback page.

The kernel has all of memkit, so that each check says what it would tell the student. That is why
its outputs decide no grade. They are checked here, as they go into a page that a person opens.
"""

import re

from .judge import CELL, GRACE
from .process import START, Ended

LONGEST = 2_000_000  # characters of one output


def run(sandbox, slot, cells):
    """{number of a cell: its outputs}, as a kernel gives them that has all of memkit."""
    code = [number for number, cell in enumerate(cells) if cell.kind == "code"]
    outputs, ended = {}, None
    with sandbox.open("pages", slot, answers=True) as kernel:
        kernel.ready()
        request = {"sources": [cells[number].source for number in code], "seconds": CELL}
        seconds = CELL + GRACE + START  # until the kernel, too, is there
        try:
            while len(outputs) < len(code):
                answer = kernel.ask(request, seconds)
                request, seconds = None, CELL + GRACE
                if "died" in answer:
                    raise Ended("ended its own process")
                outputs[code[answer["cell"]]] = list(map(_checked, answer["outputs"]))
        except Ended as error:
            ended = str(error)
        except (KeyError, TypeError, IndexError, ValueError):
            ended = "answered what is no answer"
    missing = [number for number in code if number not in outputs]
    for place, number in enumerate(missing):
        words = f"The cell {ended}." if not place else "Not run: a cell before it ended the kernel."
        outputs[number] = [not_run(words)]
    return outputs


def not_run(words):
    """The output of a cell that was not run: to nbgrader, a test that failed."""
    return {"output_type": "error", "ename": "NotRun", "evalue": words, "traceback": [words]}


def printable(text):
    """The text, so that it can be written to any file."""
    return text.encode(errors="replace").decode()


def _checked(output):
    """The output, of what nbformat allows and no more, or ValueError."""
    match output:
        case {"output_type": "stream", "name": "stdout" | "stderr" as name, "text": str(text)}:
            return {"output_type": "stream", "name": name, "text": _short(text)}
        case {
            "output_type": "error",
            "ename": str(name),
            "evalue": str(value),
            "traceback": list(lines),
        }:
            lines = [_short(line) for line in lines]
            return {**not_run(_short(value)), "ename": _short(name), "traceback": lines}
        case {"output_type": "display_data", "data": dict(data)}:
            shown = {}
            if "text/plain" in data:
                shown["text/plain"] = _short(data["text/plain"])
            if re.fullmatch(r"[A-Za-z0-9+/=\s]+", data.get("image/png", "")):
                shown["image/png"] = _short(data["image/png"])
            return {"output_type": "display_data", "data": shown, "metadata": {}}
    raise ValueError("this is no output")


def _short(text):
    if type(text) is not str:
        raise ValueError("this is no text")
    return printable(text[:LONGEST])
