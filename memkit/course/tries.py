"""What a kernel remembers of a learner's tries at a task, while it is not solved: for hints.

Nothing is counted down, nothing is written, and no grade depends on it.
"""

from dataclasses import dataclass

from .attempt import attempt
from .plain import same, text
from .runs import told

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
    call = f"{task.name}({', '.join(text(value, 1 << 16) for value in args)})"
    ideas = verdict.ideas or _deciding(task, verdict.case)
    parts = dict.fromkeys(idea.decides for idea in ideas)
    read = [f'Read again: "{part}"' for part in parts if part]
    lines = told(task, verdict.case, answer)
    by_hand = [f"{call} by hand:\n{lines}"] if lines else []
    named = [f"The mistake looks like {idea.__doc__}" for idea in verdict.ideas]
    named = [" ".join(words.format(**_given(task, verdict.case)).split()) for words in named]
    return [*read[:2], *by_hand, *named]


def _given(task, case):
    args, yours, right = case
    return {**task.named(args), "yours": text(yours), "expected": text(right)}


def _deciding(task, case):
    """The ideas that the case tells from what is right; first those that answer as the learner."""
    args, yours, right = case
    answers = {idea: attempt(idea, args) for idea in task.wrong if getattr(idea, "decides", "")}
    wrong = [idea for idea, got in answers.items() if not same(got, right)]
    return [idea for idea in wrong if same(answers[idea], yours)] or wrong[:2]
