"""What `check` says: its shape, whose cases it draws, and that it trusts no answer."""

import faulthandler
import gc
import inspect
import math
import os
import random
import re
import resource
import signal
import sys
import threading
import time
import tracemalloc
from importlib import import_module

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbclient import NotebookClient

from memkit import course
from memkit.course import NotYet, Task, limits
from memkit.course.attempt import Raised
from memkit.course.contents import CHAPTERS
from memkit.course.plain import kind, misfit, same, text
from memkit.course.questions import question


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
    name="TWICE",
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


def test_an_idea_is_named_where_it_is_the_learners():
    """Where the two answer differently, right or wrong, it is another mistake."""
    assert line("looks like", words(lambda n, u: n + 2)) == "adding 3 and 2."
    assert line("looks like", words(lambda n, u: n**2)).startswith("squaring")
    assert line("looks like", words(lambda n, u: n**2 if n > 9 else 2 * n)) is None
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


# What takes too long, too much, or says too much


@pytest.fixture
def hurried(monkeypatch):
    """A second in place of eight; a test that is not stopped at all fails."""
    monkeypatch.setattr(limits, "SECONDS", 1)
    before = signal.getsignal(signal.SIGALRM), signal.getsignal(signal.SIGINT), sys.gettrace()
    faulthandler.dump_traceback_later(60, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()
    after = signal.getsignal(signal.SIGALRM), signal.getsignal(signal.SIGINT), sys.gettrace()
    assert after == before and signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def endless(number, unit):
    while number:
        unit += ""


def endless_true(number, unit):
    while True:
        if number < 0:
            break


def endless_outside(number, unit):
    todo = [number]
    while todo:
        for place in range(len(todo)):
            todo[place] += 1
        sum(range(1000))


def swallows(number, unit):
    while True:
        try:
            pass
        except BaseException:
            pass


def swallows_asleep(number, unit):
    while True:
        try:
            time.sleep(0.01)
        except:  # noqa: E722
            pass


def swallows_twice(number, unit):
    def inner():
        while True:
            try:
                time.sleep(0.001)
            except BaseException:
                pass

    while True:
        try:
            inner()
        except BaseException:
            continue


def swallows_and_keeps(number, unit):
    kept = []
    while True:
        try:
            sum(range(1000))
        except BaseException as error:
            kept.append(error)


def swallows_in_finally(number, unit):
    while True:
        try:
            time.sleep(0.01)
        finally:
            continue  # noqa: B012


def swallows_and_answers(number, unit):
    try:
        while True:
            pass
    except BaseException:
        return 2 * number


def sleeps(number, unit):
    time.sleep(10**6)


def waits(number, unit):
    lock = threading.Lock()
    with lock, lock:
        pass


def computes(number, unit):
    return 10**10**9


def fibonacci(number, unit):
    return fibonacci(number - 1, unit) + fibonacci(number - 2, unit) if number > -90 else 1


NO_END = "`while True:` in line N. It has no break and no return."
LONG = {
    endless: ("while number:", "`while number:` in line N. Does its condition ever become false?"),
    endless_true: (
        None,
        "`while True:` in line N. Is its break or return ever reached?",
    ),
    endless_outside: (None, "`while todo:` in line N. Does its condition ever become false?"),
    swallows: (None, NO_END),
    swallows_asleep: (
        "time.sleep(0.01)",
        NO_END,
    ),
    swallows_twice: (
        "time.sleep(0.001)",
        NO_END,
    ),
    swallows_and_keeps: (None, NO_END),
    swallows_in_finally: (None, NO_END),
    swallows_and_answers: (None, NO_END),
    sleeps: ("time.sleep(10**6)", "that line. Does it wait, or is its work that large?"),
    waits: ("with lock, lock:", "that line. Does it wait, or is its work that large?"),
    computes: ("return 10**10**9", "that line. Does it wait, or is its work that large?"),
}
long = pytest.mark.parametrize("answer", LONG, ids=lambda answer: answer.__name__)


@long
def test_what_does_not_end_is_stopped_and_said_where(answer, hurried):
    """signal(7): a timer's signal ends sleeping and waiting, too."""
    verdict = TWICE.judge(answer)
    head, *rest = verdict.words.splitlines()
    assert head.endswith(
        "not yet: stopped after about 8 seconds in this case, the first that takes so long"
    )
    smallest = TWICE.cases("")[0]
    assert rest[0] == "  called with   number = {}, unit = {!r}".format(*smallest)
    assert line("expected", verdict.words) == str(2 * smallest[0])
    source, at = inspect.getsourcelines(answer)
    where, look_at = LONG[answer]
    told = re.fullmatch(
        r"was stopped after about 8 seconds in line (\d+): (.+)", line("yours", verdict.words)
    )
    assert source[int(told[1]) - at].strip() == told[2] and (where or told[2]) == told[2]
    said = line("look at", verdict.words)
    assert re.sub(r"line \d+", "line N", said) == look_at
    for named, number in re.findall(r"`(.+?)` in line (\d+)", said):
        assert source[int(number) - at].strip() == named
    assert not verdict.right and verdict.case[0] == smallest


def test_a_recursion_that_takes_for_ever_is_told_how_deep_it_is(hurried):
    said = line("look at", words(fibonacci))
    assert re.fullmatch(
        r"fibonacci calls itself, here \d+ calls deep. How many calls does it need in all\?", said
    )


def test_the_case_is_the_smallest_that_does_it(hurried):
    def late(number, unit):
        while number > 250:
            pass
        return 2 * number if number != 3 else 7

    verdict = TWICE.judge(late)
    assert verdict.case[0] == next(case for case in TWICE.cases("") if case[0] > 250)
    assert "the first that takes so long, and a smaller one differs" in verdict.words


def test_what_is_slow_is_told_how_far_it_came(hurried):
    def slow(number, unit):
        time.sleep(0.05)
        return 2 * number

    said = words(slow)
    done = int(re.search(r"not yet: too slow, (\d+) of 200 cases are done after", said)[1])
    assert 1 < done <= 20
    assert line("called with", said).startswith(f"number = {TWICE.cases('')[done][0]}, ")
    assert line("look at", said).startswith("the time that a case takes: 0.04 seconds for each")


def test_what_is_slow_and_wrong_is_told_what_is_wrong(hurried):
    def slow(number, unit):
        time.sleep(0.05)
        return number**2

    head, *rest = words(slow).splitlines()
    assert re.search(r"stopped after about 8 seconds: (\d+) of \d+ cases differ, this is the", head)
    assert rest[-1].startswith("  looks like    squaring")


def test_what_is_left_of_a_call_that_was_stopped_stops_no_later_one(hurried):
    """Errors that hold each other stay until the collector comes by: here, in the next check."""
    collect = [gc.collect]

    def double(number, unit):
        if collect:
            collect.pop()()
        return 2 * number

    gc.disable()
    try:
        assert "stopped" in words(swallows_and_keeps)
        assert TWICE.judge(double).right
    finally:
        gc.enable()


def test_outside_of_the_main_thread_it_is_stopped_as_well(hurried):
    """docs.python.org, signal: only the main thread may set handlers."""
    said = []
    for answer in (endless, swallows, fibonacci):
        thread = threading.Thread(target=lambda: said.append(words(answer)))  # noqa: B023
        thread.start()
        thread.join()
    assert len(said) == 3 and all("stopped after about 8 seconds in this" in it for it in said)
    assert line("look at", said[0]).startswith("`while number:` in line ")


def test_the_timer_of_somebody_else_goes_on():
    rings = []
    before = signal.signal(signal.SIGALRM, lambda *_: rings.append(time.monotonic()))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.3, 5)
        TWICE.judge(lambda number, unit: time.sleep(0.001))
        left, interval = signal.getitimer(signal.ITIMER_REAL)
        assert interval == 5 and (rings or 0 < left <= 0.3)
        time.sleep(0.4)
        assert len(rings) == 1
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize(
    "answer", [endless, swallows, swallows_asleep, swallows_twice, swallows_and_answers, sleeps]
)
def test_an_interrupt_interrupts_check(answer):
    """Ctrl-C, or JupyterLab's Interrupt: SIGINT. What a shell runs in the background ignores it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Timer(0.3, os.kill, [os.getpid(), signal.SIGINT]).start()
    begin = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        TWICE.judge(answer)
    assert time.monotonic() - begin < 5
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert sys.gettrace() is None or "coverage" in repr(sys.gettrace())


def test_who_asks_is_told_that_nobody_answers():
    asked = words(lambda number, unit: int(input("how many? ")))
    assert line("yours", asked).startswith("raises EOFError: input() has nobody to ask here")


LARGE = [
    (lambda n, u: list(range(10**6)), "more]: a list where an int belongs", "1,000,000 items"),
    (lambda n, u: "x" * 10**8, ": a str where an int belongs", "100,000,000 characters"),
    (lambda n, u: bytes(10**7), "a bytes where an int belongs", "10,000,000 bytes"),
    (lambda n, u: 1 << 10**7, "an int of 10000001 bits", "10,000,001 bits, where the right"),
    (lambda n, u: set(range(10**6)), "a set where an int belongs", "1,000,000 items"),
    (lambda n, u: dict.fromkeys(range(10**6)), "a dict where an int belongs", "1,000,000 items"),
    (lambda n, u: LOOP * 2, "a list where an int belongs", "more than 10,000 items on all its"),
    (lambda n, u: [[0] * 99] * 200, "a list where an int belongs", "more than 10,000 items on all"),
]


@pytest.mark.parametrize("answer, yours, size", LARGE)
def test_an_answer_that_is_far_too_large_ends_it_at_once(answer, yours, size):
    calls = []
    verdict = TWICE.judge(lambda n, u: calls.append(n) or answer(n, u))
    assert len(calls) == 1
    assert verdict.words.splitlines()[0].endswith("stopped at an answer that is far too large")
    assert line("yours", verdict.words).endswith(yours)
    assert line("size", verdict.words).startswith(size) and len(verdict.words) < 1000
    assert type(verdict.case[1]) is Raised  # and no million items


def test_large_and_right_is_right():
    task = Task("ch00", "big", lambda n: [0] * n, lambda random: (11_000,), edges=(), wrong=())
    assert task.judge(lambda n: [0] * n).right
    said = task.judge(lambda n: [0] * 10**6).words
    assert line("size", said) == "1,000,000 items, where the right answer has 11,000 items"
    assert "200 of 200 cases differ" in task.judge(lambda n: [0] * (n + 1)).words


def test_wrong_answers_take_little_memory_together():
    tracemalloc.start()
    TWICE.judge(lambda n, u: (_ for _ in bytes(10**6)))
    TWICE.judge(lambda n, u: bytearray(10**6))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 30 << 20


KEPT = []


def fills_and_keeps(number, unit):
    while True:
        KEPT.append(bytes(1 << 20))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux holds to the limit")
@pytest.mark.parametrize(
    "answer", [lambda n, u: [0] * 10**10, lambda n, u: set(range(1 << 40)), fills_and_keeps]
)
def test_memory_that_is_not_there_is_told(answer, monkeypatch):
    """getrlimit(2), RLIMIT_AS."""
    monkeypatch.setattr("memkit.course.limits.SECONDS", 60)  # to fill it takes a busy machine long
    monkeypatch.setattr("memkit.course.limits.MEMORY", 1 << 28)  # 1 GiB by itself: less will do
    limit = resource.getrlimit(resource.RLIMIT_AS)
    said = words(answer)
    KEPT.clear()
    assert "stopped at a case for which there is not enough memory" in said
    assert line("yours", said).startswith("raises MemoryError")
    assert resource.getrlimit(resource.RLIMIT_AS) == limit


def test_what_was_given_back_is_judged_as_it_was_then():
    """A list that is used again for the next answer."""
    one = []

    def again(number, unit):
        one[:] = [number]
        return one

    said = words(again)
    assert line("yours", said) == f"[{TWICE.cases('')[0][0]}]: a list where an int belongs"


def test_what_is_printed_is_shown_for_the_case_that_is_shown(capsys):
    def tells(number, unit):
        print("number is", number)
        print("unit is", unit, file=sys.stderr)
        return 2 * number if number < 9 else 0

    first = next(number for number, _ in TWICE.cases("") if number >= 9)
    shown = words(tells).splitlines()
    assert shown[2:4] == [f"  printed       number is {first}", shown[3]]
    assert shown[3].strip() in ("unit is bytes", "unit is pages")
    assert "\n".join(shown).count("number is") == 1
    assert capsys.readouterr() == ("", "")


def test_what_is_printed_by_a_right_function_is_not_shown(capsys):
    TWICE.check(lambda number, unit: print("hello") or 2 * number)
    assert capsys.readouterr().out.split() == "ch00 · twice right: all 200 cases".split()


def test_printing_without_end_fills_nothing(hurried):
    def prints(number, unit):
        while True:
            print("again")

    said = words(prints)
    assert re.search(r"again ... [\d,]+ characters more$", line("printed", said))
    assert line("printed", said).count("again") == 12 and len(said) < 1000


IN_A_NOTEBOOK = [
    """
from IPython.display import display
from memkit.course import ch03, limits
limits.SECONDS = 2
def sizes(refs, tau):
    print("refs:", refs)
    display("shown")
    while refs:
        tau += 1
    return []
""",
    "ch03.sizes.check(sizes)",
    "print('the next cell')\ndisplay('seen')",
    "import asyncio; await asyncio.sleep(0.1); print('asyncio lives')",
    """
import os, signal, threading
limits.SECONDS = 50
threading.Timer(0.5, os.kill, [os.getpid(), signal.SIGINT]).start()
ch03.sizes.check(sizes)
""",
    "ch03.sizes.check(lambda refs, tau: ch03.sizes.spec(refs, tau))",
]


def test_in_a_notebook_check_stops_and_the_next_cell_runs():
    cells = [nbformat.v4.new_code_cell(source) for source in IN_A_NOTEBOOK]
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, kernel_name="python3", timeout=40, allow_errors=True).execute()
    _, check, after, loop, interrupted, right = (cell.outputs for cell in cells)
    (said,) = check
    assert said.ename == "NotYet" and said.traceback[0].endswith(
        "not yet: stopped after about 8 seconds in this case, the first that takes so long"
    )
    yours = said.traceback.pop(4)
    assert re.search(r"about 8 seconds in line (7: while refs:|8: tau \+= 1)$", yours)
    assert said.traceback[1:-1] == [
        "  called with   refs = [1], tau = 2",
        "  printed       refs: [1]",
        "                'shown'",
        "  expected      [1]",
        "  look at       `while refs:` in line 7. Does its condition ever become false?",
    ]
    assert after[0].text == "the next cell\n" and after[1].data["text/plain"] == "'seen'"
    assert loop[0].text == "asyncio lives\n"
    assert [out.ename for out in interrupted] == ["KeyboardInterrupt"]
    assert right[0].text.endswith("right: all 200 cases\n")


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
    assert seen[:-1] == TWICE.cases("ana")  # and one of them again: does it give the same?
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


class Key:
    """A key of a dict that claims to be another."""

    def __eq__(self, other):
        return True

    def __hash__(self):
        return hash(1)


@pytest.mark.parametrize(
    "got, equal",
    [
        ({1: 1}, True),
        ({1: True}, False),
        ({True: 1}, False),
        ({1.0: 1}, False),
        ({1: Always()}, False),
        ({Key(): 1}, False),
        ({1: 1, 2: 2}, False),
        ({}, False),
    ],
    ids=range(8),
)
def test_same_dicts_are_the_same_in_type(got, equal):
    assert same(got, {1: 1}) is equal
    assert same({(1, "a"): [got]}, {(1, "a"): [{1: 1}]}) is equal
    assert same({2: 3, 1: 1}, {1: 1, 2: 3})
    assert not same({(True, "a"): 1}, {(1, "a"): 1})


@given(plain)
def test_text_is_short(value):
    assert len(text(value)) < 300


def test_text_shows_addresses_in_hex_and_cuts_long_lists():
    assert text([(0xC000002000, 48)]) == "[(0xc000002000, 48)]"
    assert text((1,)) == "(1,)"
    assert text(list(range(1000))).endswith("19, ... 980 more]")


# Half-worked problems: their answer is what the task says that they are like.

MIB = 1 << 20
BEHIND = {"main": None, "parse": "main", "lex": "parse", "tree": "parse", "emit": "main"}
KIB = {"main": 20, "parse": 30, "lex": 10, "tree": 25, "emit": 60}
DUMP = bytes.fromhex("00820000 00000000 00000083 41424344")
FORK = [
    ("A", "write", 0),
    ("A", "fork", "B"),
    ("B", "read", 0),
    ("A", "write", 0),
    ("B", "write", 0),
]
BLOCKS = [("new", "A", 40), ("touch", "A", 20), ("drop", "A", 0), ("gc", "", 0), ("new", "B", 30)]
WORKED = {  # name: (chapter, task, arguments, what of its answer is asked, the option, that)
    "worked-reads": ("01", "bytes_read", (KIB, BEHIND, ["lex", "tree", "emit", "lex"]),
                     lambda total: total - (20 + 40 + 25 + 60), "40 KiB", 40),
    "worked-walk": ("02", "walk", (DUMP, 0, 0b01_11_10, [2, 2, 2]), None, "14", 14),
    "worked-distance": ("03", "distances", ([("A", n) for n in (1, 2, 3, 2, 1)], "A"),
                        lambda found: found[-1], "3", 3),
    "worked-fork": ("04", "faults", (FORK,), lambda found: found[-1],
                    "a fault: B's entry becomes writable", "sole"),
    "worked-join": ("05", "coalesce", ([(100, 20), (40, 8), (130, 10)], (120, 10)),
                    lambda blocks: blocks[0], "(100, 40)", (100, 40)),
    "worked-list": ("06", "lengths", ("mmfff", 3, 2), None, "1", (1, 3)),
    # After the first at 8 MiB each takes 6 MiB more: the goal is 8 again, and 2 live.
    "worked-goal": ("07", "collections", (2 * MIB, 20 * MIB, 200), None, "8 MiB", 3),
    "worked-tiny": ("08", "place_tiny", ([10, 8, 14, 2], 16),
                    lambda places: places[-1], "block 1, at 8", (1, 8)),
    "worked-pages": ("09", "take_pages", ("0" * 16, [11, 12, 13, 14, 15], 4), None,
                     "none: the heap must grow", None),
    "worked-pace": ("10", "pace", (6 * MIB, 2 * MIB, 50, 3 * MIB), lambda pair: pair[1],
                    "8 MiB", 8 * MIB),
    "worked-resident": ("11", "resident", (BLOCKS,), lambda counts: counts[-1], "30", 30),
}  # fmt: skip


def test_each_chapter_has_a_half_worked_problem():
    asked = {
        (name, chapter.number)
        for chapter in CHAPTERS
        for name in chapter.questions
        if name.startswith("worked-")
    }
    assert asked == {(name, chapter) for name, (chapter, *_) in WORKED.items()}
    assert [chapter for _, chapter in sorted(asked, key=lambda one: one[1])] == [
        f"{n:02}" for n in range(1, 12)
    ]


@pytest.mark.parametrize("name", WORKED)
def test_a_half_worked_problem_has_the_answer_of_its_task(name):
    chapter, task, args, part, option, expected = WORKED[name]
    found = getattr(import_module(f"memkit.course.ch{chapter}"), task).spec(*args)
    assert (part(found) if part else found) == expected
    assert question(name)["answer"] == option
