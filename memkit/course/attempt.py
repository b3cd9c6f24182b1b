"""One call of a learner's function: what it returns, or one sentence on what it did instead."""

import linecache
import traceback
from typing import NamedTuple


class Raised(NamedTuple):
    """What a learner's function did instead of answering."""

    words: str
    not_started: bool


def attempt(answer, args):
    """What the function `answer` returns for these arguments, or a Raised."""
    try:
        return answer(*args)
    except (Exception, SystemExit) as error:
        # What its variables hold goes first: there may be no memory left for a sentence.
        traceback.clear_frames(error.__traceback__.tb_next)
        return Raised(_one_sentence(error), isinstance(error, NotImplementedError))


def _one_sentence(error):
    """The exception, and the line of the learner's own code that it came from."""
    words = "".join(traceback.format_exception_only(error)).strip().splitlines()[-1]
    calls = list(traceback.walk_tb(error.__traceback__.tb_next))  # without `attempt` itself
    return f"raises {words[:200]}{in_line(calls)}"


def in_line(calls):
    """The innermost line of the learner's own code among these: " in line 4: while used:".

    calls   [(frame, line number), ...], outermost first: the file of the first is the learner's
    """
    if not calls:
        return ""
    path = calls[0][0].f_code.co_filename
    number = [number for frame, number in calls if frame.f_code.co_filename == path][-1]
    linecache.checkcache(path)
    return f" in line {number}: {linecache.getline(path, number).strip()}"
