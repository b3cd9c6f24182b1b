"""What a kernel remembers of a learner's tries at a task, while it is not solved: for hints.

Nothing is counted down, nothing is written, and no grade depends on it.
"""

from dataclasses import dataclass

from .attempt import Raised, attempt
from .plain import misfit, same, text
from .runs import first, told

SOME = 4  # one case of so many is asked, for who is wrong where the learner is

NOT_TRIED = "There is no wrong answer yet to give a hint on: {} checks one."


@dataclass
class Tries:
    """The wrong answers to one task: how many, the last one, and how many hints were given."""

    number: int = 0
    answer: callable = None
    seed: str | None = None
    verdict: tuple | None = None
    hints: int = 0


_of = {}


def add(task, answer, seed, verdict):
    """Remember a wrong answer; the number of such tries."""
    tries = _of.setdefault(repr(task), Tries())
    tries.number += 1
    tries.answer, tries.seed, tries.verdict, tries.hints = answer, seed, verdict, 0
    return tries.number


def over(task):
    """The task is solved."""
    _of.pop(repr(task), None)


def known(task, answer, seed):
    """The Verdict on this very function, if it still gives the answer that it was told by."""
    tries = _of.get(repr(task))
    if tries is None or tries.answer is not answer or tries.seed != seed:
        return None
    args, yours, _ = tries.verdict.case
    again = task.asked(answer, args)
    return tries.verdict if same(again, yours) else None


def hint(task):
    """The next hint, in words: the text that decides, the case by hand, the idea."""
    tries = _of.get(repr(task))
    if tries is None:
        return NOT_TRIED.format(f"{task.chapter}.{task.name}.check")
    hints = hints_on(task, tries.verdict, tries.answer)
    tries.hints += 1
    at = min(tries.hints, len(hints)) - 1
    more = f"  ({task.chapter}.{task.name}.hint() says more)" if at + 1 < len(hints) else ""
    return hints[at] + more


def hints_on(task, verdict, answer):
    """All hints on a wrong answer, one after the other."""
    args, yours, right = verdict.case
    call = f"{task.name}({', '.join(text(value, 1 << 16, 9) for value in args)})"
    stopped = "" if verdict.ideas else _no_answer(task, verdict, call)
    # An answer that is none, or of another type, breaks no sentence of the text.
    quiet = stopped and yours is not None
    ideas = verdict.ideas or ([] if quiet else _deciding(task, verdict))
    parts = dict.fromkeys(idea.decides for idea in ideas)
    read = [f'Read again: "{part}"' for part in parts if part]
    lines = told(task, verdict.case, answer)
    if not lines and not verdict.ideas:
        lines = f"  {first(task, verdict.case)}"
        lines += "" if quiet else "\n  and yours differs at once."
    by_hand = [f"{call} by hand:\n{lines}"] if lines else []
    named = [f"The mistake looks like {idea.__doc__}" for idea in verdict.ideas]
    named = [" ".join(words.format(**_given(task, verdict.case)).split()) for words in named]
    return [*filter(None, [stopped]), *read[:2], *by_hand, *named]


def _no_answer(task, verdict, call):
    """What to do about an answer that is none, or of another type; "" where only its value is."""
    _, yours, right = verdict.case
    if type(yours) is Raised:
        return f"Your function {yours.words}. Follow it up to there by hand: {call}"
    if wrong := misfit(yours, right):
        return f"Your function gave back {wrong}. The text's example shows what belongs where."
    if yours is None and not any(task.spec(*case) is None for case, _ in verdict.tried):
        return "Your function gave back None. Does each way through it end at a return?"
    return ""


def _given(task, case):
    args, yours, right = case
    return {**task.named(args), "yours": text(yours), "expected": text(right)}


def _deciding(task, verdict):
    """The ideas that the case tells from what is right; first those that are wrong where the
    learner is: with the same answer to this case, then in nearly the same cases."""
    args, yours, right = verdict.case
    answers = {idea: attempt(idea, args) for idea in task.wrong if getattr(idea, "decides", "")}
    wrong = [idea for idea, got in answers.items() if not same(got, right)]
    near = [idea for idea in wrong if same(answers[idea], yours)] or wrong
    tried = [(case, task.spec(*case), bad) for case, bad in verdict.tried[::SOME]]

    def apart(idea):
        return sum(same(attempt(idea, case), right) is bad for case, right, bad in tried)

    return sorted(near, key=apart)[: None if near is not wrong else 2]
