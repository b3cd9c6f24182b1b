"""Tasks that are rooms: small cases, ideas that are the learner's, their own run, hints."""

import importlib
import re

import pytest
from test_answers import here
from test_exercises import title
from test_mutants import CHAPTERS, TASKS, cells

from memkit.course import NotYet, ch01, ch04, ch06, ch10, tries
from memkit.course.plain import same
from memkit.course.runs import beginnings, rightly
from memkit.course.shrink import cost, smallest

IDEAS = [(task, idea) for task in TASKS.values() for idea in task.wrong]
IDS = ["", "ana", "ben"]
LONG = 100  # characters of the arguments of the case that is shown

each_task = pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
each_idea = pytest.mark.parametrize(
    "task, idea", IDEAS, ids=[f"{task.chapter}-{idea.__name__}" for task, idea in IDEAS]
)

# Where the task does not allow a shorter one: idea -> characters.
LONGER = {
    "the_whole_list": 130,
    "forgets_the_freed": 130,
    "old_data": 110,
    "sole_each_time": 110,
}


@pytest.fixture
def fresh(monkeypatch):
    monkeypatch.setattr(tries, "_of", {})


@each_task
def test_cases_are_of_the_tasks_domain(task):
    for seed in IDS:
        assert all(task.domain(*args) for args in task.cases(seed))


@each_idea
def test_a_mistake_is_refused_named_and_shown_by_a_short_case(task, idea, fresh):
    """And `show` begins at the first step that differs."""
    for seed in IDS:
        verdict = task.judge(idea, seed)
        assert not verdict.right and verdict.ideas == (idea,)
        assert f"\n  looks like    {title(idea)}" in verdict.words
        args, yours, right = verdict.case
        assert task.domain(*args) and same(task.spec(*args), right) and not same(yours, right)
        assert len(repr(args)) <= LONGER.get(idea.__name__, LONG), args
        pasted = re.search(r"(?s)called with(.*?)\n  \w", verdict.words)[1]
        assert same(eval(f"dict({pasted})"), task.named(args)), pasted
        tries.add(task, idea, seed, verdict)  # as `check` does: `show` need not judge once more
        is_shown_where_it_differs(task.show(idea, seed))


def is_shown_where_it_differs(shown):
    assert [step.event for step in shown.steps[: shown.index + 1]] == [
        *["same"] * shown.index,
        "first difference",
    ]
    yours, right = here(shown)
    assert right.startswith("Right: "), right
    if yours.startswith("Yours: "):  # and not that it raises
        assert yours[7:] != right[7:], "the words must say what differs"
    else:
        assert yours.startswith("Your function raises "), yours


@each_idea
def test_an_idea_quotes_the_text_that_decides_it(task, idea):
    text = " ".join(cells(task.chapter)[f"{task.name.replace('_', '-')}-text"].split())
    assert idea.decides and idea.decides in text


@each_task
def test_moments_of_a_beginning_begin_as_those_of_the_whole(task):
    """Or the learner's function could not be played on it."""
    if task.along:
        for args in task.cases("ana")[::20]:
            says = rightly(task, list(task.rule(*args)))
            assert says == [task.spec(*case) for case in beginnings(task, args)]


def test_a_chapter_gives_its_ideas_by_name():
    for chapter in CHAPTERS:
        module = importlib.import_module(f"memkit.course.{chapter}")
        for task, idea in IDEAS:
            if task.chapter == chapter:
                assert getattr(module, idea.__name__) is idea
    with pytest.raises(AttributeError, match="no_such_idea"):
        ch06.no_such_idea  # noqa: B018


# Two mistakes at once, and others


def lengths(calls, batch, patience):
    """Whole batches at once, and growing by 1 always."""
    length, most, overages = 0, 1, 0
    for call in calls:
        if call == "m":
            if length == 0:
                length = batch
                most += 1
            length -= 1
        else:
            length += 1
            if length > most:
                length -= min(length, batch)
                if most < batch:
                    most += 1
                elif most > batch:
                    overages += 1
                    if overages % patience == 0:
                        most -= batch
    return length, most


def test_two_mistakes_are_named_as_two():
    verdict = ch06.lengths.judge(lengths, "ana")
    assert verdict.ideas == (ch06.whole_batches, ch06.grows_by_one)
    assert "looks like    fetching a whole batch" in verdict.words
    assert "and like      growing by 1 at each fetch" in verdict.words


def test_a_mistake_that_is_no_known_one_is_not_named():
    """It is wrong where an idea is wrong, and right where the idea is wrong, too."""

    def locks(calls, batch):
        return len(calls) if len(calls) > 9 else ch06.locks.spec(calls, batch)

    assert ch06.locks.judge(locks, "ana").ideas == ()
    assert "looks like" not in ch06.locks.judge(locks, "ana").words


def test_what_is_kept_between_calls_is_named():
    def shaded(barrier, slots, marked, writes, grey=[]):  # noqa: B006
        grey += ch10.shaded.spec(barrier, slots, marked, writes)
        return grey

    def survivors(pointers, roots):
        return {*ch10.survivors.spec(pointers, roots)}

    words = "looks like    something kept between calls: a case asked again differs."
    assert words in ch10.shaded.judge(shaded, "ana").words
    assert words not in ch10.survivors.judge(survivors, "ana").words


def test_a_mistake_without_end_is_stopped_in_time():
    """Two ideas of `pages` together ask for a span that there is not."""
    assert ch06.pages.judge(lambda size, page, share: 3, "ana").ideas == ()


# The case that is shown


def test_a_case_loses_what_it_can():
    case = [5, 700, 41, 3], "mmfmf", 1234
    fails = lambda args: 41 in args[0] and args[1].count("f") > 1  # noqa: E731
    found = smallest(case, fails, lambda items, calls, n: n > 9)
    assert found == ([41], "ff", 10)
    assert cost(found) < cost(case)


def test_a_dump_is_emptied_many_bytes_at_once():
    asked = []

    def fails(args):
        asked.append(args)
        return args[0][40] == 7

    found = smallest((bytes(40) + bytes(range(7, 31)),), fails, lambda data: len(data) == 64)
    assert found == (bytes(40) + b"\7" + bytes(23),) and len(asked) < 12


def test_a_domain_that_cannot_be_asked_does_not_allow():
    assert smallest(([1, 2],), lambda args: True, lambda items: items[1] > 0) == ([0, 1],)


# Hints


def says(call, *args):
    with pytest.raises(NotYet) as said:
        call(*args)
    return str(said.value)


def test_hints_are_offered_after_the_second_try(fresh, capsys):
    ch06.lengths.hint()
    assert "There is no wrong answer yet" in capsys.readouterr().out
    assert "hint()" not in says(ch06.lengths.check, lengths)
    assert "  a hint        ch06.lengths.hint()\n" in says(ch06.lengths.check, lengths)
    shown = []
    for _ in range(5):
        ch06.lengths.hint()
        shown.append(capsys.readouterr().out)
    assert shown[0].startswith('Read again: "it first fetches as many objects as `most` says')
    assert shown[2].startswith("The mistake looks like fetching a whole batch of 2")
    assert shown[3] == shown[4] and "says more" in shown[0] and "says more" not in shown[3]
    ch06.lengths.check(ch06.lengths.spec)
    assert "hint()" not in says(ch06.lengths.check, lengths)


def test_a_hint_walks_through_the_case_as_far_as_it_is_right(fresh, capsys):
    ch06.lengths.hint()
    says(ch06.lengths.check, ch06.only_the_rest)
    capsys.readouterr()
    ch06.lengths.hint()
    ch06.lengths.hint()
    assert capsys.readouterr().out.splitlines()[1:] == [
        "lengths('ff', 2, 1) by hand:",
        "  call 1, free: one object more; then 1 object, 1 allowed.",
        "  and here yours differs.  (ch06.lengths.hint() says more)",
    ]


def stops(*args):
    return args[99]


def no_return(*args):
    pass


ODD = {
    stops: "Your function raises IndexError: tuple index out of range in line ",
    no_return: "Your function gave back None. Does each way through it end at a return?",
    lambda *args: {1}: "Your function gave back a set where a",
    lambda *args: object(): "Your function gave back an object where a",
}


@each_task
def test_there_is_a_hint_on_whatever_came_back(task, fresh, capsys):
    """An answer that is none breaks no sentence of the text, so none is quoted."""
    for answer, said in ODD.items():
        says(task.check, answer)
        task.hint()
        first = capsys.readouterr().out
        yours = tries._of[repr(task)].verdict.case[1:]
        assert first.startswith(said) or None in yours or task.judge(answer).ideas, first
        for _ in range(4):
            task.hint()
        last = capsys.readouterr().out
        assert "Read again" not in first + last or yours[0] is None or None in yours


def limitless(top, limit, frame, below):
    """Two mistakes of its own, seen after many calls."""
    served, gets = ch04.recursion.spec(top, limit, frame, below)
    return (served + 1, gets) if served > 20 else (served, gets)


def test_a_long_run_is_told_in_eight_lines(fresh, capsys):
    says(ch04.recursion.check, limitless)
    for _ in range(4):
        capsys.readouterr()
        ch04.recursion.hint()
    call, first, *lines, last = capsys.readouterr().out.splitlines()
    assert call.endswith(" by hand:")
    assert first.startswith("  call 1 writes page ") and last == "  and here yours differs."
    assert re.fullmatch(r"  \.\.\. \d+ steps more", lines[0]) and len(lines) == 7


def as_a_list(parents, resident, name):
    """A list, where the example shows a tuple."""
    return list(ch01.call.spec(parents, resident, name))


def test_a_hint_on_a_wrong_type_speaks_of_the_type(fresh, capsys):
    says(ch01.call.check, as_a_list)
    ch01.call.hint()
    ch01.call.hint()
    assert capsys.readouterr().out.splitlines() == [
        "Your function gave back a list where a tuple belongs. The text's example shows what "
        "belongs where.  (ch01.call.hint() says more)",
        "call({'a': None}, ['a'], 'a') by hand:",
        "  a is called; in memory: a.",
    ]


def overlapped(sizes, parents, calls):
    """Loses only what a load really reaches, by its sizes."""
    resident, total = [], 0
    ways, starts = {}, {}
    for name, parent in parents.items():
        ways[name] = [*ways.get(parent, ()), name]
        starts[name] = 0 if parent is None else starts[parent] + sizes[parent]
    for way in [[next(iter(parents))], *(ways[name] for name in calls)]:
        for name in [name for name in way if name not in resident]:
            end = starts[name] + sizes[name]
            resident = [m for m in resident if m in way or starts[m] >= end] + [name]
            total += sizes[name]
    return total


def test_a_hint_quotes_what_is_wrong_in_nearly_the_same_cases(fresh, capsys):
    """Not that the root is read: who forgets that is wrong everywhere, this one seldom."""
    says(ch01.bytes_read.check, overlapped)
    ch01.bytes_read.hint()
    assert "a load overwrites all modules that are not on its path" in capsys.readouterr().out


# What is shown is the learner's


def test_the_learners_function_is_played_itself():
    calls = []

    def locks(calls_, batch):
        calls.append(calls_)
        return ch06.everybody_has_a_list(calls_, batch)

    shown = ch06.locks.show(locks, "ana")
    last = max(shown.steps, key=lambda step: step.state[1]["step"]).state
    assert shown.stage.heading.startswith("Your run above, the right one below")
    assert [("A", "f")] in calls
    assert last[0]["sentence"] == "call 1, free of A: no lock, 0 so far."
    assert last[1]["sentence"].startswith("call 1, free of A: thread A has no list yet: 1 lock")


def test_an_answer_alone_claims_no_more():
    shown = ch06.pages.show(lambda size, page, share: 3, "ana")
    assert shown.stage.heading.startswith("Your answer, 3, beside the right run: step ")


def test_show_does_not_judge_again_what_check_has_just_told(fresh):
    asked = []

    def pages(size, page, share):
        asked.append(size)
        return 3

    says(ch06.pages.check, pages)
    asked.clear()
    ch06.pages.show(pages)
    assert len(asked) == 1


def test_what_differs_is_marked_in_both_runs():
    shown = ch06.lengths.show(ch06.keeps_them_all, "ana")
    for picture in shown.steps[shown.index].state:
        after = picture["floors"][1]["rows"][1][0]
        assert after["differs"] == [[0, 1]]
        assert "differs" not in picture["floors"][1]["rows"][0][0]
