"""What `check` says: its shape, whose cases it draws, and that it trusts no answer."""

import math
import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memkit import course
from memkit.course import NotYet, Task
from memkit.course.plain import kind, misfit, same, text


def _double(number, unit):
    return number * 2


def squared(number, unit):
    """squaring. {number} twice is {expected} {unit}, not {yours}."""
    return number**2


def added(number, unit):
    """adding {number} and 2."""
    return number + 2


TWICE = Task(
    "ch00",
    "twice",
    _double,
    lambda random: (random.randint(1, 500), random.choice(["bytes", "pages"])),
    edges=((3, "bytes"),),
    wrong=(added, squared),
)


def words(answer, seed=None):
    return TWICE.judge(answer, seed).words


def line(label, said):
    """What stands behind a label of the message, its line breaks undone."""
    found = re.search(rf"(?m)^  {label} +(.*(?:\n {{16}}.*)*)", said)
    return found and re.sub(r"\s+", " ", found[1])


# What it says


def test_a_right_answer_is_told_so(capsys):
    assert TWICE.check(lambda number, unit: 2 * number) is None
    assert capsys.readouterr().out.split() == "ch00 · twice right: all 200 cases".split()


def test_a_wrong_answer_sees_the_smallest_case_and_the_idea_it_looks_like():
    head, *rest = words(squared).splitlines()
    assert re.fullmatch(
        r"ch00 · twice +not yet: 1\d\d of 200 cases differ, this is the smallest", head
    )
    assert rest == [
        "  called with   number = 3, unit = 'bytes'",
        "  yours         9",
        "  expected      6",
        "  looks like    squaring. 3 twice is 6 bytes, not 9.",
    ]


def test_an_idea_is_named_where_it_explains_all_that_differs():
    assert line("looks like", words(lambda n, u: n + 2)) == "adding 3 and 2."
    assert line("looks like", words(lambda n, u: n**2 if n > 9 else 2 * n)).startswith("squaring")
    assert line("looks like", words(lambda n, u: n**2 if n > 250 else n + 3)) is None


def test_an_idea_that_breaks_down_is_named_all_the_same():
    def first_of_none(numbers):
        """the first number of a list that may be empty."""
        return numbers[0]

    task = Task(
        "ch00",
        "first",
        lambda numbers: numbers[0] if numbers else 0,
        lambda random: ([random.randint(1, 9)] * random.randint(0, 3),),
        edges=(([],),),
        wrong=(first_of_none,),
    )
    said = task.judge(lambda numbers: [*numbers][0], None).words
    assert line("looks like", said) == "the first number of a list that may be empty."


def test_check_raises_what_a_notebook_shows_as_its_words_alone():
    with pytest.raises(AssertionError) as failed:
        TWICE.check(squared)
    assert failed.type is NotYet
    *shown, last = failed.value._render_traceback_()
    assert "\n".join(shown) == words(squared)
    assert last.startswith("  to see it     ch00.TWICE.show(squared) ")


def test_an_untouched_stub_is_not_started():
    def stub(number, unit):
        raise NotImplementedError()

    assert "not started yet: write it in place of" in words(stub)
    assert "called with" not in words(stub)


def test_a_function_without_return_is_told_so():
    assert line("yours", words(lambda n, u: None)) == "None"
    assert "without a return" in line("looks like", words(lambda n, u: None))


def test_an_exception_is_one_sentence_with_its_line():
    def halve(number, unit):
        table = []
        return table[number]

    said = words(halve)
    assert "200 of 200" in said and line("called with", said).startswith("number = ")
    assert re.fullmatch(
        r"raises IndexError: list index out of range in line \d+: return table\[number\]",
        line("yours", said),
    )
    assert "Traceback" not in said and "task.py" not in said


@pytest.mark.parametrize(
    "answer, yours",
    [
        (lambda n, u: f"{n}", "'1': a str where an int belongs"),
        (lambda n, u: 2.0 * n, "2.0: a float where an int belongs"),
        (lambda n, u: [2 * n], "[2]: a list where an int belongs"),
        (lambda n, u: {2 * n}, "a set where an int belongs"),
        (lambda n, u: (i for i in "ab"), "a generator where an int belongs"),
    ],
)
def test_a_wrong_type_is_named(answer, yours):
    one = Task("ch00", "one", _double, lambda random: (1, ""), edges=(), wrong=())
    assert line("yours", one.judge(answer).words) == yours


@pytest.mark.parametrize("answer", [48, None, "twice", [1]])
def test_what_is_no_function_is_told_so(answer):
    assert "check takes the function itself" in words(answer)


def test_leaving_python_is_no_answer():
    assert line("yours", words(lambda n, u: exit(0))).startswith("raises SystemExit")


def test_the_case_shown_is_not_touched_by_the_answer():
    def greedy(sizes):
        total = 0
        while sizes:
            total += sizes.pop()
        return total + 1

    add = Task("ch00", "sum", lambda x: sum(x), lambda random: ([1, 2, 3],), edges=(), wrong=())
    assert line("called with", add.judge(greedy).words).endswith("= [1, 2, 3]")


# Whose cases


def test_cases_belong_to_a_seed():
    assert TWICE.cases("ana") == TWICE.cases("ana")
    assert TWICE.cases("ana") != TWICE.cases("ben")
    state = random.getstate()
    TWICE.cases("ana")
    assert random.getstate() == state  # the learner's own random numbers are left alone


def test_two_tasks_of_a_student_draw_differently():
    other = Task("ch00", "other", _double, TWICE.case, edges=TWICE.edges, wrong=())
    assert TWICE.cases("ana") != other.cases("ana")


def test_the_student_chooses_the_cases_of_check(monkeypatch):
    monkeypatch.setattr("memkit.course.task._student", "")
    seen = []

    def spy(number, unit):
        seen.append((number, unit))

    course.student("ana")
    TWICE.judge(spy)
    assert seen == TWICE.cases("ana")
    with pytest.raises(ValueError, match="your id as text"):
        course.student(4711)


def test_cases_come_smallest_first_and_hold_the_edges():
    cases = TWICE.cases("ana")
    assert len(cases) == 200 and (3, "bytes") in cases
    assert [number for number, _ in cases] == sorted(number for number, _ in cases)


# Answers that nobody can trust


class Always:
    """Equal to everything, and full of traps."""

    __class__ = int

    def __eq__(self, other):
        return True

    __hash__ = None

    def __repr__(self):
        raise RuntimeError("asked for its repr")

    __str__ = __format__ = __len__ = __iter__ = __bool__ = __repr__


class Mine(int):
    def __eq__(self, other):
        return True

    __hash__ = int.__hash__


class Named(type):
    @property
    def __name__(cls):
        raise RuntimeError("asked for its name")


class Odd(Exception):
    def __str__(self):
        raise RuntimeError("asked for its words")


class Nameless(metaclass=Named):
    pass


LOOP = []
LOOP.append(LOOP)


@pytest.mark.parametrize(
    "got, said",
    [
        (Always(), "an Always where an int belongs"),
        (Mine(6), "a Mine where an int belongs"),
        (Nameless(), "a Nameless where an int belongs"),
        (LOOP, "a list where an int belongs"),
        (math.nan, "nan: a float where an int belongs"),
        (True, "True: a bool where an int belongs"),
        (10**6000, "an int of 19932 bits"),
        ([0] * 10**6, "a list where an int belongs"),
        ("x" * 10**6, "a str where an int belongs"),
    ],
    ids=lambda value: value if type(value) is str and len(value) < 50 else kind(value),
)
def test_a_hostile_answer_is_refused_in_few_words(got, said):
    verdict = TWICE.judge(lambda number, unit: got)
    assert not verdict.right
    assert line("yours", verdict.words).endswith(said)
    assert len(verdict.words) < 1000


def test_a_hostile_exception_is_refused():
    def trap(number, unit):
        raise Odd

    assert "Odd" in line("yours", words(trap))


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=200),
    lambda inner: st.lists(inner, max_size=30) | st.lists(inner, max_size=30).map(tuple),
)
anything = plain | st.sampled_from([Always(), Mine(6), Nameless(), LOOP, print, {1: 2}, b"6"])


@given(anything)
def test_whatever_comes_back_is_judged(value):
    verdict = TWICE.judge(lambda number, unit: value)
    assert not verdict.right and len(verdict.words) < 1000


@given(anything, plain)
def test_same_means_equal_in_type_and_value(got, expected):
    """For plain values repr tells both apart, but for NaN, which equals nothing."""
    if "nan" in repr(expected):
        return
    if same(got, expected):
        assert repr(got).replace("-0.0", "0.0") == repr(expected).replace("-0.0", "0.0")
    assert same(expected, expected)
    assert isinstance(misfit(got, expected), str)


@given(plain)
def test_text_is_short(value):
    assert len(text(value)) < 300


def test_text_shows_addresses_in_hex_and_cuts_long_lists():
    assert text([(0xC000002000, 48)]) == "[(0xc000002000, 48)]"
    assert text((1,)) == "(1,)"
    assert text(list(range(1000))).endswith("19, ... 980 more]")
