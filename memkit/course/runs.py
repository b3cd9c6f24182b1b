"""The two runs that `show` plays: pictures of the learner's answers, and of the right ones.

Where the moments of a task are the items of an argument (`along`), the learner's function itself
is asked after each of them. Else only its answer is known, and the heading claims no more.
"""

from memkit import pictures

from .attempt import Raised
from .limits import Limits
from .plain import copied, misfit, same, text

LINES = 8  # of a run that is told in words


def runs(task, case, answer=None):
    """(heading, the learner's pictures, the right ones) for a case: (arguments, answer, right).

    answer   the learner's function; without it the last answer is all that is known of it
    """
    args, yours, right = case
    moments = list(task.rule(*copied(args)))
    if not task.along:
        below = list(task.scene(right, moments, *copied(args)))
        above = _whole(task, case, moments)
        return _beside(yours), above, below
    says = rightly(task, moments)
    heading, theirs = "Your run above, the right one below", None
    if answer is not None:
        theirs = asked(task, answer, args, len(moments))
    if theirs is None or not same(theirs[-1], yours) and type(yours) is not Raised:
        heading, theirs = _beside(yours), [*says[:-1], yours]
    below = list(task.scene(says, moments, *copied(args)))
    return heading, _along(task, theirs, says, moments, args), below


def _beside(yours):
    if type(yours) is Raised:
        return "Where your function stops, and the right run below"
    return f"Your answer, {text(yours)}, beside the right run"


def rightly(task, moments):
    """The right answer after each moment."""
    return [task.answer(iter(moments[: i + 1])) for i in range(len(moments))]


def beginnings(task, args):
    """The case, cut after its first moment, its second ..."""
    at = list(task.named(args)).index(task.along)
    for i in range(len(args[at])):
        yield *args[:at], args[at][: i + 1], *args[at + 1 :]


def asked(task, answer, args, number):
    """The learner's answer after each moment; None where it takes too long."""
    theirs = []
    with Limits() as limits:
        for case in beginnings(task, args):
            theirs.append(limits.call(answer, copied(case)))
            if limits.stopped:
                return None
    return theirs if len(theirs) == number else None


def told(task, case, answer):
    """The right run in words, up to where the learner's parts from it; "" if that is at once."""
    _, above, below = runs(task, case, answer)
    parts = [i for i, right in enumerate(below) if above[i : i + 1] != [right]]
    agreed = [f"  {picture['sentence']}" for picture in below[: parts[0] if parts else None]]
    if len(agreed) > LINES:
        agreed[1 : 2 - LINES] = [f"  ... {len(agreed) - LINES + 1} steps more"]
    return "\n".join([*agreed, "  and here yours differs."]) if agreed else ""


def first(task, case):
    """The sentence of the right run's first moment."""
    *_, below = runs(task, case)
    return below[0]["sentence"]


def _along(task, theirs, says, moments, args):
    """The learner's pictures; a moment after which there is no such answer has a red sentence."""
    broken = {}
    for i, (got, right) in enumerate(zip(theirs, says, strict=True)):
        if type(got) is Raised:
            broken[i] = f"Your function {got.words}."
        elif wrong := misfit(got, right):
            broken[i] = f"Your function gave back {wrong}."
    usable = [says[i] if i in broken else got for i, got in enumerate(theirs)]
    try:
        drawn = list(task.scene(usable, moments, *copied(args)))
    except Exception:  # what learners give back knows no end: the right run stays
        return [_undrawable(theirs[-1])]
    return [pictures.error(broken[i]) if i in broken else drawn[i] for i in range(len(drawn))]


def _whole(task, case, moments):
    args, yours, right = case
    if type(yours) is Raised:
        return [pictures.error(f"Your function {yours.words}.")]
    if wrong := misfit(yours, right):
        return [pictures.error(f"Your function gave back {wrong}.")]
    try:
        return list(task.scene(yours, moments, *copied(args)))
    except Exception:
        return [_undrawable(yours)]


def _undrawable(yours):
    return pictures.error(f"What your function gave back cannot be drawn: {text(yours)}.")
