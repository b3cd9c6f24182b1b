"""What `show` shows: each task's answers played in pictures, from the first step that differs."""

import importlib
import json
import random

import pytest
from films import on_stage

from memkit.course import NotYet, Task
from memkit.course.runs import runs
from memkit.course.scenes.counted import counted_row
from memkit.widgets.comparison import comparison

TASKS = {
    f"{chapter}.{name}": task
    for chapter in (f"ch{n:02}" for n in range(1, 12))
    for name, task in vars(importlib.import_module(f"memkit.course.{chapter}")).items()
    if isinstance(task, Task)
}
each_task = pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)


def play(task, answer, args):
    return runs(task, (args, answer, answer), None)[2]


def here(shown):
    """The sentences of the step that a Comparison stands at."""
    pictures = (on_stage(shown, pane) for pane in (0, 1))
    return [picture.get("sentence", picture.get("error")) for picture in pictures]


@each_task
def test_right_answers_are_played(task):
    """Cases of a student, small ones and large, in plain data, and the same each time."""
    for args in task.cases("ana")[::-4]:
        pictures = play(task, task.spec(*args), args)
        assert pictures and all("sentence" in picture for picture in pictures)
        assert all(picture.get("floors") or picture["kind"] != "floors" for picture in pictures)
        assert all(picture["words"] for picture in pictures)
        assert json.dumps(pictures)  # or no widget could send them
        assert play(task, task.spec(*args), args) == pictures


def spoiled(value, rng):
    """A value of the same kind, spoiled as learners' answers are."""
    if type(value) in (list, tuple):
        items = [spoiled(item, rng) if rng.random() < 0.5 else item for item in value]
        if type(value) is list:
            cut = rng.randrange(len(items) + 1)
            items = rng.choice((items, items[:cut], items + items[-1:], items[::-1], []))
        return type(value)(items)
    if type(value) is bool:
        return not value
    if type(value) is int:
        return rng.choice((value + 1, value - 1, -value, 0, value * 1000 + 7, 1 << 40))
    return rng.choice((value, "", "?", value[::-1])) if type(value) is str else value


@each_task
def test_whatever_an_answer_says_it_can_be_drawn(task):
    """Too long, too short, out of order, negative, huge: pictures, and the right run beside."""
    rng = random.Random(task.name)
    for args in rng.sample(task.cases("ana"), 30):
        right = task.spec(*args)
        for _ in range(4):
            yours = spoiled(right, rng)
            if yours != right:
                shown = comparison(task, (args, yours, right))
                assert "error" not in on_stage(shown), (args, yours)
    for args in task.cases("ana"):  # where None is an answer, it is one everywhere
        if task.spec(*args) is None:
            other = next(args for args in task.cases("ana") if task.spec(*args) is not None)
            shown = comparison(task, (other, None, task.spec(*other)))
            assert "error" not in on_stage(shown), other
            break


SECOND_CHANCE = TASKS["ch03.second_chance"]


def test_check_says_how_to_see_it():
    def who_goes(refs, frames):
        return []

    with pytest.raises(NotYet) as said:
        SECOND_CHANCE.check(who_goes)
    last = str(said.value).splitlines()[-1]
    assert last.split("  ")[-1].strip() == "your run above, the right one below"
    assert "to see it     ch03.second_chance.show(who_goes)" in last


def test_a_right_answer_and_an_untouched_one_are_told_as_check_tells_them(capsys):
    assert SECOND_CHANCE.show(SECOND_CHANCE.spec) is None
    assert "right: all 200 cases" in capsys.readouterr().out

    def untouched(refs, frames):
        raise NotImplementedError()

    with pytest.raises(NotYet, match="not started yet"):
        SECOND_CHANCE.show(untouched)


def test_an_exception_and_a_wrong_type_stand_above_the_right_run():
    def fails(refs, frames):
        return refs[99]

    above, below = here(SECOND_CHANCE.show(fails))
    assert above.startswith("Your function raises IndexError: list index out of range")
    assert below.startswith("Right: ")
    above, _ = here(SECOND_CHANCE.show(lambda refs, frames: None))
    assert above == "What your function gave back cannot be drawn: None."
    above, _ = here(SECOND_CHANCE.show(lambda refs, frames: {}))
    assert above == "Your function gave back a dict where a list belongs."


def test_an_answer_that_counts_is_used_up_or_left_over():
    def row(claim):
        """The cells of three events and an end, as they come."""
        happened = [[True] * n for n in (1, 2, 3, 3)]
        ends = [False, False, False, True]
        rows = map(counted_row, happened, [claim] * 4, ["lock"] * 4, [3] * 4, ends)
        return [drawn["cells"] for drawn in rows]

    assert row(3) == ["#", "##", "###", "###"]
    assert row(1) == ["#", "#/", "#//", "#//"]
    assert row(5) == ["#", "##", "###", "###--"]


def test_what_an_answer_shades_belongs_to_the_write_that_may_shade_it():
    shaded = TASKS["ch10.shaded"]
    writes = [("s0", "B"), ("s0", "B"), ("s0", "C")]
    args = "insertion", {"s0": "A"}, [], writes

    def queues(*answers):
        """What waits after each write, by a function that gives these answers."""
        yours = lambda barrier, slots, marked, writes: list(answers[len(writes) - 1])  # noqa: E731
        shown = runs(shaded, (args, list(answers[-1]), ["B", "C"]), yours)[1]
        return [(" ".join(p["queue"]), p["sentence"].partition(": ")[2]) for p in shown]

    one, none = "the barrier shades B.", "the barrier shades nothing."
    assert queues("B", "B", "BC") == [("B", one), ("B", none), ("B C", one.replace("B", "C"))]
    twice = "the barrier shades B, though B was marked by then."
    assert queues("B", "BB", "BB") == [("B", one), ("B B", twice), ("B B", none)]
    assert queues("A", "A", "A?")[2] == (*("A ?", "the barrier shades ?; no object is called ?."),)
    assert queues("B", "", "C")[2] == ("C", "the barrier shades C.")
    assert queues("B", "B", "C")[2] == ("C", "grey is by now C.")


def test_an_amount_is_used_up_or_left_over_too():
    resident = TASKS["ch11.resident"]
    args = ([("new", "A", 40), ("touch", "A", 20)],)

    def parts(answer):
        """(pages, state) of the last step's bar of resident pages."""
        above = runs(resident, (args, answer, [0, 20]))[1]
        bar = above[-1]["floors"][3]["rows"][0][0]["bar"]
        return [(part["share"], part["state"]) for part in bar]

    assert parts([0, 20]) == [(20, "#"), (20, " ")]
    assert parts([0, 5]) == [(5, "#"), (15, "/"), (20, " ")]
    assert parts([0, 30]) == [(20, "#"), (10, "-"), (10, " ")]
    assert parts([0, -3]) == parts([0]) == [(20, "/"), (20, " ")]
