"""A task: what a learner's function should do, and what to say when it does not.

spec    the function that gives the right answer; its parameters name the arguments
case    case(random) -> one random tuple of arguments
edges   the cases that every student gets
wrong   known wrong ideas: functions like spec, whose docstring names the mistake
seed    whose cases: the student's id, or a word known to the grader only

A task that is a room of its own (`room`) has besides

name    what its chapter calls it
rule    rule(*arguments, **flags) yields the moments of the run; the flags are what ideas change
answer  answer(moments) -> what the learner's function should give; moments may be a generator.
        `at_the_end` makes one that asks for fields of the last moment
domain  domain(*arguments): whether the task's text allows this case
along   the name of the argument whose items are the moments, one each: then the learner's function
        can be played itself, on its beginnings
scene   scene(says, moments, *arguments) -> pictures, one a moment or more; `says` is what is
        claimed: the answer, or with `along` a list, the answer after each moment
simpler simpler(*arguments) -> cases that may be simpler in a way that only this task knows
"""

import inspect
import random
import re
import sys
import textwrap
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

from . import tries
from .attempt import Raised
from .ideas import Idea, pairs
from .limits import SECONDS, Limits
from .plain import amount, bulk, copied, kept, misfit, same, text
from .progress import note
from .shrink import cost, smallest

NCASES = 200
LARGE = 10_000  # items by which an answer may be larger than the right one, and is looked at
SHRINKING = 1  # seconds for the case that is shown to be made smaller
WHOLE = 1 << 16  # characters of an argument: all
AFTER = f"after about {SECONDS} seconds"
STOPPED = f"stopped {AFTER}"
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
    """What `check` says of a function.

    case    the smallest that differs: its arguments, the answer to it, and the right one
    ideas   the wrong idea that the function has, or two
    tried   (arguments, whether the answer to them is wrong), ...: all cases
    """

    right: bool
    words: str
    case: tuple | None = None
    ideas: tuple = ()
    tried: tuple = ()


@dataclass(frozen=True, repr=False, eq=False)
class Task:
    chapter: str
    title: str
    spec: callable
    case: callable
    edges: tuple
    wrong: tuple
    name: str = ""
    rule: callable = None
    answer: callable = None
    domain: callable = None
    along: str = ""
    scene: callable = None
    simpler: callable = None

    def __repr__(self):
        return f"{self.chapter} · {self.title}"

    def check(self, answer, seed=None):
        """Print that the function `answer` is right, or raise NotYet with what is wrong."""
        verdict = self.judge(answer, seed)
        more = ""
        if verdict.case:
            tried = tries.add(self, answer, seed, verdict)
            more = self._to_see_it(answer, hint=tried > 1 and self.scene)
        _tell(verdict, more)
        tries.over(self)
        if self.name:
            note("right", f"{self.chapter}.{self.name}")

    def show(self, answer, seed=None):
        """A widget: the smallest case that differs, step by step, the right run below yours.

        Where there is no such case, what `check` has to say.
        """
        verdict = tries.known(self, answer, seed) or self.judge(answer, seed)
        if verdict.case is None:
            return _tell(verdict)
        from memkit.widgets.comparison import comparison  # only who looks pays for a front end

        return comparison(self, verdict.case, answer)

    def hint(self):
        """Print a little more of what the last wrong answer is about, each time it is asked."""
        print(tries.hint(self))

    def _to_see_it(self, answer, hint):
        name = str(getattr(answer, "__name__", ""))
        here = f"{self.chapter}.{self.name}"
        call = f"{here}.show({name if name.isidentifier() else 'yours'})"
        what = "your run above, the right one below"
        if self.scene and not self.along:
            what = "your answer above, the right run below"
        told = f"\n  {'a hint':<14}{here}.hint()" if hint else ""
        return f"{told}\n  {'to see it':<14}{call}   {what}"

    def judge(self, answer, seed=None):
        """What `check` has to say, as a Verdict."""
        if not callable(answer):
            return self._verdict(
                f"not yet: check takes the function itself, as in check(my_function), "
                f"not {text(answer)}"
            )
        cases, right = self._asked(_student if seed is None else seed)
        answers, differ, printed = [], [], ""
        with Limits() as limits:
            for i, args in enumerate(cases):
                got = limits.call(answer, copied(args))
                if limits.stopped:
                    break
                if same(got, right[i]):
                    answers.append(right[i])
                    continue
                if _too_much(got, right[i]):
                    break
                # A copy, since the next call may change what this one gave.
                answers.append(got if type(got) is Raised else kept(got))
                printed = printed if differ else limits.printed
                differ.append(i)
        if limits.stopped and (limits.alone or not differ):
            return self._too_long(cases[i], right[i], i, limits, differ)
        if not limits.stopped and len(answers) < len(cases):
            return self._too_large(args, got, right[i], limits.printed)
        if not differ:
            return self._told(answers, differ, None, ())
        case = cases[differ[0]], answers[differ[0]], right[differ[0]], printed
        ideas = self._ideas(cases, answers, differ)
        if self.domain and not limits.stopped:
            begin = min((cases[i] for i in differ), key=cost)
            case = self._shrunk(answer, case, begin, ideas)
        after = f"{STOPPED}: " if limits.stopped else ""
        keeps = not ideas and not limits.stopped and self._other(answer, cases[0], answers[0])
        told = self._told(answers, differ, case, ideas, after, keeps)
        wrong = set(differ)
        return told._replace(tried=tuple((cases[i], i in wrong) for i in range(len(answers))))

    def _other(self, answer, args, before):
        """Whether the learner's function has now another answer to a case."""
        again = self.asked(answer, args)
        return again is not None and text(kept(again), WHOLE) != text(before, WHOLE)

    def compare(self, cases, answers):
        """The Verdict on the answers to these cases, wherever they come from."""
        right = [self.spec(*copied(args)) for args in cases]
        differ = [i for i in range(len(cases)) if not same(answers[i], right[i])]
        if not differ:
            return self._told(answers, differ, None, ())
        case = cases[differ[0]], answers[differ[0]], right[differ[0]], ""
        return self._told(answers, differ, case, self._ideas(cases, answers, differ))

    def _shrunk(self, answer, case, begin, ideas):
        """(arguments, answer, right answer, printed) of a case made as small as can be."""
        found = [case]
        broken = type(case[1]) is Raised, bool(misfit(case[1], case[2]))

        def fails(args):
            right, idea = self.spec(*copied(args)), ideas and _gives(_had(ideas), args)
            got = limits.call(answer, copied(args))
            if limits.stopped or same(got, right) or _too_much(got, right):
                return False
            if (type(got) is Raised, bool(misfit(got, right))) != broken:
                return False
            if ideas and not _alike(got, idea):
                return False
            found.append((args, got if type(got) is Raised else kept(got), right, limits.printed))
            return True

        with Limits(SHRINKING) as limits:
            begin = begin if fails(begin) else case[0]
            smallest(begin, fails, self.domain, self.simpler)
        return found[-1]

    def _told(self, answers, differ, case, ideas, after="", keeps=False):
        """The Verdict on answers of which some differ; they may be the first few."""
        if all(type(got) is Raised and got.not_started for got in answers):
            return self._verdict(
                'not started yet: write it in place of "raise NotImplementedError()"'
            )
        if not differ:
            return self._verdict(f"right: all {NCASES} cases", right=True)
        args, got, right, printed = case
        yours = _words(got, right)
        more = {}
        if ideas:
            given = {**self.named(args), "yours": yours, "expected": text(right)}
            for label, idea in zip(("looks like", "and like"), ideas, strict=False):
                more[label] = " ".join(inspect.getdoc(idea).format(**given).split())
        elif all(got is None for got in answers):
            more["looks like"] = "a function without a return: it gives back None, always."
        elif keeps:
            more["looks like"] = "something kept between calls: a case asked again differs."
        result = f"{after}{len(differ)} of {len(answers)} cases differ, this is the smallest"
        return self._wrong(result, case[:3], yours, printed, more, ideas)

    def _too_large(self, args, got, right, printed):
        if type(got) is Raised:
            result = "stopped at a case for which there is not enough memory"
            return self._wrong(result, (args, got, right), got.words, printed)
        size = amount(got, LARGE)
        if type(got) is type(right):
            size += f", where the right answer has {amount(right, LARGE)}"
        case = args, Raised(f"gives back {size}", False), right
        result = "stopped at an answer that is far too large"
        return self._wrong(result, case, _words(got, right), printed, {"size": size})

    def _too_long(self, args, right, done, limits, differ):
        yours = f"was {STOPPED}{limits.where}"
        if not limits.alone:
            result = f"too slow, {done} of {NCASES} cases are done {AFTER}, this is the next"
            each = f"{SECONDS / NCASES:.2g}"
            look_at = f"the time that a case takes: {each} seconds for each are {SECONDS} in all."
        else:
            result = f"{STOPPED} in this case, the first that takes so long"
            result += ", and a smaller one differs" if differ else ""
            look_at = limits.look_at
        case = args, Raised(yours, False), right
        return self._wrong(result, case, yours, limits.printed, {"look at": look_at})

    def asked(self, answer, args):
        """What the function `answer` gives for one case; None where it takes too long."""
        with Limits() as limits:
            return limits.call(answer, copied(args))

    def named(self, args):
        """{name of the argument: its value} of a case."""
        return dict(zip(inspect.signature(self.spec).parameters, args, strict=True))

    def cases(self, seed):
        """The arguments of all cases for a seed, smallest first."""
        return copied(_drawn(self, f"{seed}", NCASES))

    def _asked(self, seed):
        """(the arguments of all cases for a seed, the right answers to them)"""
        return self.cases(seed), copied(_right(self, f"{seed}", NCASES))

    def _ideas(self, cases, answers, differ):
        """The known wrong idea that gives all these answers, or two that together do.

        The wrong answers are asked for first: it is these that most ideas do not give.
        """
        order = dict.fromkeys([*differ, *range(len(answers))])
        given = [(cases[i], answers[i]) for i in order]
        for idea in self.wrong:
            if _explains(idea, given):
                return (idea,)
        for one, other in pairs(self.wrong):
            if _explains(_had((one, other)), given):
                return one, other
        return ()

    def _wrong(self, result, case, yours, printed, more=None, ideas=()):
        """The Verdict on an answer, told by one case: (arguments, answer, right answer)."""
        args, _, right = case
        room = WHOLE if self.domain else 300
        call = ", ".join(f"{name} = {text(v, room, 9)}" for name, v in self.named(args).items())
        lines = {"called with": call, "printed": printed, "yours": yours, "expected": text(right)}
        return self._verdict(
            f"not yet: {result}", {**lines, **(more or {})}, case=case, ideas=ideas
        )

    def _verdict(self, result, lines=None, right=False, case=None, ideas=()):
        shown = [f"{self!r:<36}  {result}"]
        for label, words in (lines or {}).items():
            for line in filter(str.strip, words.splitlines()):
                # What is called with can be pasted: no text is broken in two, nor a name put off
                # from its value.
                if label == "called with":
                    line = re.sub("""'[^']*'|"[^"]*\"""", lambda m: m[0].replace(" ", "\0"), line)
                    line = line.replace(" = ", "\0=\0")
                shown += textwrap.wrap(
                    line,
                    84,
                    initial_indent=f"  {label:<14}",
                    subsequent_indent=" " * 16,
                    break_long_words=label != "called with",
                    break_on_hyphens=False,
                )
                label = ""
        return Verdict(right, "\n".join(shown).replace("\0", " "), case, ideas)


def at_the_end(*fields):
    """The `answer` of a task that asks for these fields of the last moment."""
    asked = attrgetter(*fields)

    def answer(moments):
        *_, last = moments
        return asked(last)

    return answer


def room(module, title, *, edges, along=""):
    """The Task of a room, `__name__` of a module in a chapter's folder, called as the task.

    The module's names are those above: rule, answer, IDEAS, case, domain, scene, perhaps simpler.
    """
    its = vars(sys.modules[module])
    rule, answer = its["rule"], its["answer"]
    right = Idea("right", "", "").of(rule, answer)
    arguments = [
        p for p in inspect.signature(rule).parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD
    ]
    right.__signature__ = inspect.Signature(arguments)
    wrong = tuple(idea.of(rule, answer) for idea in its["IDEAS"])
    more = {name: its.get(name) for name in ("domain", "scene", "simpler")}
    *_, chapter, name = module.split(".")
    return Task(
        *(chapter, title, right, its["case"], edges, wrong, name, rule, answer), along=along, **more
    )


@lru_cache(maxsize=64)
def _drawn(task, seed, number):
    """The arguments of so many cases: a learner tries again, and a class has one hidden seed."""
    draw = random.Random(f"{task!r} {seed}")
    more = [task.case(draw) for _ in range(number - len(task.edges))]
    return sorted((*task.edges, *more), key=lambda args: (len(repr(args)), repr(args)))


@lru_cache(maxsize=64)
def _right(task, seed, number):
    return [task.spec(*args) for args in copied(_drawn(task, seed, number))]


def _tell(verdict, more=""):
    if not verdict.right:
        raise NotYet(verdict.words + more)
    print(verdict.words)


def _had(ideas):
    """What somebody with all these ideas would write."""
    return ideas[0] if len(ideas) == 1 else ideas[0].and_also(ideas[1])


def _gives(idea, args):
    """What a wrong idea gives, which may break down; it is no learner's code, and never stopped."""
    try:
        return idea(*copied(args))
    except Exception as error:
        return Raised(f"raises {type(error).__name__}", False)


def _explains(idea, given):
    """Whether these are the idea's answers, (arguments, answer) each; it stops at the first that is
    not."""
    return all(_alike(mine, _gives(idea, args)) for args, mine in given)


def _alike(mine, other):
    """The same answer, or two exceptions of one kind: a wrong idea may leave its data."""
    if type(mine) is Raised and type(other) is Raised:
        return _raised(mine) == _raised(other)
    return same(mine, other)


def _raised(what):
    """The name of the exception; what is forged may have none."""
    return what.words.partition(" ")[2].partition(" ")[0].strip(":")


def _too_much(got, right):
    """Whether a wrong answer took all memory, or is so large that a few more like it would."""
    if type(got) is Raised:
        return got.words.startswith("raises MemoryError")
    most = LARGE + bulk(right, LARGE)
    return bulk(got, most) > most


def _words(got, expected):
    """The learner's answer, and what is wrong with its type, if that is."""
    if type(got) is Raised:
        return got.words
    shown, note = text(got), misfit(got, expected)
    return note if note.startswith(shown) else f"{shown}: {note}" if note else shown
