"""A task: what a learner's function should do, and what to say when it does not.

spec    the function that gives the right answer; its parameters name the arguments
case    case(random) -> one random tuple of arguments
edges   the cases that every student gets
wrong   known wrong ideas: functions like spec, whose docstring names the mistake
seed    whose cases: the student's id, or a word known to the grader only
"""

import inspect
import random
import sys
import textwrap
import traceback
from copy import deepcopy
from dataclasses import dataclass
from typing import NamedTuple

from .plain import misfit, same, text
from .progress import note

NCASES = 200
_student = ""


def student(name):
    """From here on, draw the cases of `check` for this student."""
    global _student
    if type(name) is not str:
        raise ValueError(f"student(name) takes your id as text in quotes, not {text(name)}.")
    _student = name


class NotYet(AssertionError):
    """What `check` raises, so that a grader sees a failure; a notebook shows only its words."""

    def _render_traceback_(self):
        return str(self).splitlines()


class Verdict(NamedTuple):
    """`case` is the smallest that differs: its arguments, the answer to it, and the right one."""

    right: bool
    words: str
    case: tuple | None = None


class Raised(NamedTuple):
    """What a learner's function did instead of answering."""

    words: str
    not_started: bool


@dataclass(frozen=True, repr=False)
class Task:
    chapter: str
    title: str
    spec: callable
    case: callable
    edges: tuple
    wrong: tuple

    def __repr__(self):
        return f"{self.chapter} · {self.title}"

    @property
    def name(self):
        """What its chapter's module calls it; "" if it is no task of a chapter."""
        known = vars(sys.modules[self.spec.__module__])
        return next((name for name, value in known.items() if value is self), "")

    def check(self, answer, seed=None):
        """Print that the function `answer` is right, or raise NotYet with what is wrong."""
        verdict = self.judge(answer, seed)
        _tell(verdict, self._to_see_it(answer) if verdict.case else "")
        if self.name:
            note("right", f"{self.chapter}.{self.name}")

    def show(self, answer, seed=None):
        """A widget: the smallest case that differs, step by step, the right run below yours.

        Where there is no such case, what `check` has to say.
        """
        verdict = self.judge(answer, seed)
        if verdict.case is None:
            return _tell(verdict)
        from memkit.widgets.answers import comparison  # only who looks pays for a front end

        return comparison(self, verdict.case)

    def _to_see_it(self, answer):
        name = str(getattr(answer, "__name__", ""))
        call = f"{self.chapter}.{self.name}.show({name if name.isidentifier() else 'yours'})"
        return f"\n  {'to see it':<14}{call}   your run above, the right one below"

    def judge(self, answer, seed=None):
        """What `check` has to say, as a Verdict."""
        if not callable(answer):
            return self._verdict(
                f"not yet: check takes the function itself, as in check(my_function), "
                f"not {text(answer)}"
            )
        cases = self.cases(_student if seed is None else seed)
        return self.compare(cases, [attempt(answer, deepcopy(args)) for args in cases])

    def compare(self, cases, answers):
        """The Verdict on the answers to these cases, wherever they come from."""
        right = [self.spec(*deepcopy(args)) for args in cases]
        if all(type(got) is Raised and got.not_started for got in answers):
            return self._verdict(
                'not started yet: write it in place of "raise NotImplementedError()"'
            )
        differ = [i for i in range(NCASES) if not same(answers[i], right[i])]
        if not differ:
            return self._verdict(f"right: all {NCASES} cases", right=True)
        first = differ[0]  # the cases are in order of size
        call = dict(zip(inspect.signature(self.spec).parameters, cases[first], strict=True))
        yours, expected = _words(answers[first], right[first]), text(right[first])
        lines = {
            "called with": ", ".join(f"{name} = {text(v, 300)}" for name, v in call.items()),
            "yours": yours,
            "expected": expected,
        }
        idea = self._idea(cases, answers, differ)
        if idea:
            words = inspect.getdoc(idea).format(**call, yours=yours, expected=expected)
            lines["looks like"] = " ".join(words.split())
        elif all(got is None for got in answers):
            lines["looks like"] = "a function without a return: it gives back None, always."
        return self._verdict(
            f"not yet: {len(differ)} of {NCASES} cases differ, this is the smallest",
            lines,
            case=(cases[first], answers[first], right[first]),
        )

    def cases(self, seed):
        """The arguments of all cases for a seed, smallest first."""
        draw = random.Random(f"{self!r} {seed}")
        more = [self.case(draw) for _ in range(NCASES - len(self.edges))]
        return sorted((*self.edges, *more), key=lambda args: (len(repr(args)), repr(args)))

    def _idea(self, cases, answers, differ):
        """The known wrong idea that explains every answer that differs, or None."""
        found = []
        for idea in self.wrong:
            theirs = [attempt(idea, deepcopy(args)) for args in cases]
            agree = [_alike(mine, other) for mine, other in zip(answers, theirs, strict=True)]
            if all(agree[i] for i in differ):
                found.append((sum(agree), idea))
        return max(found, key=lambda pair: pair[0], default=(0, None))[1]

    def _verdict(self, result, lines=None, right=False, case=None):
        shown = [f"{self!r:<36}  {result}"]
        for label, words in (lines or {}).items():
            shown += textwrap.wrap(
                words, 84, initial_indent=f"  {label:<14}", subsequent_indent=" " * 16
            )
        return Verdict(right, "\n".join(shown), case)


def _tell(verdict, more=""):
    if not verdict.right:
        raise NotYet(verdict.words + more)
    print(verdict.words)


def attempt(answer, args):
    """What the function `answer` returns for these arguments, or a Raised."""
    try:
        return answer(*args)
    except (Exception, SystemExit) as error:
        return Raised(_one_sentence(error, answer), isinstance(error, NotImplementedError))


def _alike(mine, other):
    """The same answer, or two exceptions of one kind: a wrong idea may leave its data."""
    if type(mine) is Raised and type(other) is Raised:
        return mine.words.partition(":")[0] == other.words.partition(":")[0]
    return same(mine, other)


def _one_sentence(error, answer):
    """The exception, and the line of the learner's own code that it came from."""
    words = "".join(traceback.format_exception_only(error)).strip().splitlines()[-1]
    home = getattr(getattr(answer, "__code__", None), "co_filename", None)
    own = [at for at in traceback.extract_tb(error.__traceback__) if at.filename == home]
    where = f" in line {own[-1].lineno}: {own[-1].line}" if own else ""
    return f"raises {words[:200]}{where}"


def _words(got, expected):
    """The learner's answer, and what is wrong with its type, if that is."""
    if type(got) is Raised:
        return got.words
    shown, note = text(got), misfit(got, expected)
    return note if note.startswith(shown) else f"{shown}: {note}" if note else shown
