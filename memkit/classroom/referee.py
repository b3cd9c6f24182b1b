"""A Clerk that reads what comes out of the sandbox: answers are compared, outputs are checked.

Each request is a line, the line that an Inside wrote is the next. Whatever it holds, it costs this
process its time and memory and not the batch.
"""

import importlib
import json
import re

from memkit.course.wire import NotPlain, decode

from .inside.pages import MOST, PICTURE, ROOM
from .process import Ended, serve

NO_ANSWER = "answered what is no answer"


def answer(request, following):
    try:
        found = json.loads(following())
    except ValueError:
        raise Ended(NO_ANSWER) from None
    return compared(found, **request["compare"]) if "compare" in request else outputs(found)


def compared(found, number, chapter, task, function, seed):
    """Whether the answers to a question are right, and what the task has to say of them."""
    if type(found) is not dict or found.pop("number", None) != number:
        raise Ended(NO_ANSWER)
    task = getattr(importlib.import_module(f"memkit.course.{chapter}"), task)
    cases = task.cases(seed)
    match found:
        case {"missing": str(words)}:
            return {
                "right": False,
                "words": f"{task!r}: {function} is {printable(words[:80])} here, no function",
            }
        case {"answers": list(answers)} if len(answers) == len(cases):
            try:
                verdict = task.compare(cases, [decode(given) for given in answers])
            except NotPlain as no:
                raise Ended(f"{NO_ANSWER}: {no}") from None
            return {"right": verdict.right, "words": verdict.words}
    raise Ended(NO_ANSWER)


def outputs(found):
    """A cell's number and its outputs, of what nbformat allows and no more; or that it died."""
    match found:
        case {"died": True}:
            raise Ended("ended its own process")
        case {"cell": int(number), "outputs": list(given)} if len(given) <= MOST:
            room = Room()
            return {"cell": number, "outputs": [_checked(output, room) for output in given]}
    raise Ended(NO_ANSWER)


class Room:
    """What a cell may still put on its page: `pages` inside cuts so, too, if it is let."""

    def __init__(self):
        self.left = 3 * ROOM

    def cut(self, text):
        if type(text) is not str:
            raise Ended(NO_ANSWER)
        text = printable(text[: self.left])
        self.left -= len(text)
        return text


def _checked(output, room):
    match output:
        case {"output_type": "stream", "name": "stdout" | "stderr" as name, "text": text}:
            return {"output_type": "stream", "name": name, "text": room.cut(text)}
        case {"output_type": "error", "ename": name, "evalue": value, "traceback": list(lines)}:
            return {
                "output_type": "error",
                "ename": room.cut(name),
                "evalue": room.cut(value),
                "traceback": [room.cut(line) for line in lines[:ROOM]],
            }
        case {"output_type": "display_data", "data": dict(data)}:
            shown = {}
            if "text/plain" in data:
                shown["text/plain"] = room.cut(data["text/plain"])
            picture = data.get("image/png")
            if type(picture) is str and len(picture) <= PICTURE:
                if re.fullmatch(r"[A-Za-z0-9+/=\s]+", picture):
                    shown["image/png"] = picture
            return {"output_type": "display_data", "data": shown, "metadata": {}}
    raise Ended(NO_ANSWER)


def printable(text):
    """The text, so that it can be written to any file."""
    return text.encode(errors="replace").decode()


if __name__ == "__main__":
    serve(answer)
