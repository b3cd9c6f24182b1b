"""Reference strings as people write them, wherever references are taken."""

import random
import re
import string

import numpy as np
import pytest
from films import on_stage
from hypothesis import given
from hypothesis import strategies as st

from memkit import vm, widgets
from memkit.vm.references import Numbered, numbered, reference, references

SILBERSCHATZ = [7, 0, 1, 2, 0, 3, 0, 4, 2, 3, 0, 3, 2, 1, 2, 0, 1, 7, 0, 1]
NUMBERS = [
    "7 0 1 2", "7,0,1,2", "7, 0, 1, 2", "[7, 0, 1, 2]", "(7, 0, 1, 2)", "{7,0,1,2}", "7;0;1;2",
    "7; 0; 1; 2;", " 7\t0\n1\r\n2 ", "[7 0 1 2]", "7|0|1|2", "7，0，1、2", "['7', '0', '1', '2']",
    "\ufeff7 0 1 2", "７，０，１，２", "［7，0，1，2］",
    "007 00 0x1 0X2", "0x7,0x0,0x1,0x2", "R7 r0 1r 2R", [7, 0, 1, 2], (7, 0, 1, 2),
    ["7", "0", "1", "2"], [7, "0", "0x1", np.int8(2)], np.array([7, 0, 1, 2], np.uint8),
    np.array(["7", "0", "1", "2"]), (page for page in [7, 0, 1, 2]),
]  # fmt: skip
LETTERS = [
    "ABCA", "A B C A", "A,B,C,A", "[A, B, C, A]", "['A', 'B', 'C', 'A']", list("ABCA"),
    np.array(list("ABCA")), "A;B;C;A",
]  # fmt: skip
WRITES = ["2w 1 3W 2", "W2, 1, w3, r2", ["2w", 1, "W3", 2], "[2W; 1; 3w; 2]"]


@pytest.mark.parametrize("refs", NUMBERS)
def test_numbers(refs):
    assert references(refs) == ([7, 0, 1, 2], None)


@pytest.mark.parametrize("refs", LETTERS)
def test_letters(refs):
    assert references(refs) == (list("ABCA"), None)
    assert vm.simulate(refs, 3).resident == {"A", "B", "C"}
    assert vm.simulate(refs, 2).faults == 4 and vm.simulate(refs, 2, "opt").faults == 3
    assert vm.miss_curve(refs).tolist() == [4, 4, 4, 3]
    assert vm.stack_distances(refs).tolist() == [0, 0, 0, 3]
    assert vm.working_set(refs, 2) == (4, 7)
    assert vm.belady_anomalies(refs) == []


@pytest.mark.parametrize("refs", WRITES)
def test_writes(refs):
    assert references(refs) == ([2, 1, 3, 2], [True, False, True, False])
    assert vm.simulate(refs, 1).writebacks == 2
    assert vm.simulate(refs, 1, writes=[True] * 4).writebacks == 3, "writes that are given count"


def test_a_table_is_no_string_and_a_column_of_it_is():
    pandas = pytest.importorskip("pandas")  # bqplot brings it

    table = pandas.DataFrame({"page": [7, 0, 7]})
    assert vm.simulate(table["page"], 1).faults == 3
    for refs in (lambda: vm.simulate(table, 1), lambda: vm.miss_curve(table)):
        with pytest.raises(ValueError, match="^refs must be one column of a table, not a DataFr"):
            refs()


def test_names():
    assert references("p1 p2w p1") == (["p1", "p2", "p1"], [False, True, False])
    assert references(["code", "data", "code"]).pages == ["code", "data", "code"]
    assert references("A Bw AW") == (["A", "B", "A"], [False, True, True])
    assert references("a") == (["a"], None) and references("[12]").pages == [12]
    assert references("") == references([]) == references(" [ ] ") == ([], None)


def test_numbers_of_64_bits_and_more():
    big = [1 << 63, 1 << 70, 5, 1 << 63]
    assert vm.simulate(big, 2).resident == {5, 1 << 63}
    assert vm.simulate([1 << 63, 1 << 63], 2).resident == {1 << 63}
    assert vm.miss_curve(np.array([1 << 63, 1, 1 << 63], np.uint64)).tolist() == [3, 3, 2]


@given(st.text(string.ascii_letters, min_size=2, max_size=30), st.integers(1, 5))
def test_a_word_is_its_letters_whichever_they_are(text, nframes):
    for policy in ("lru", "fifo", "nru"):
        memory = vm.ResidentSet(nframes, policy)
        for page in text:
            memory.access(page)
        counts = vm.simulate(text, nframes, policy)
        assert (counts.faults, counts.resident) == (memory.faults, frozenset(memory.frame))


@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=2), st.randoms())
def test_however_it_is_written_it_is_the_same_string(uses, draw):
    words = [
        draw.choice((f"{page}w", f"W{page}", f"{page:#x}W") if write else (f"{page}", f"{page:#x}"))
        for page, write in uses
    ]
    text = draw.choice((" ", ",", "; ", "\n")).join(words)
    pages, writes = map(list, zip(*uses, strict=True))
    for refs in (text, words, f"[{text}]"):
        found = references(refs)
        assert found == (pages, writes if any(writes) else None)
        for policy in ("lru", "enhanced clock", "nru", "working set"):
            assert vm.simulate(refs, 3, policy) == vm.simulate(pages, 3, policy, writes)
            curve = vm.miss_curve(refs, 4, policy)
            assert (curve == vm.miss_curve(pages, 4, policy, writes)).all()


def test_step_by_step_takes_the_same():
    memory = vm.ResidentSet(2, "opt", refs="7 0w 1 7")
    for word in ("7", "0w", "1", "7"):
        memory.access(word)
    assert memory.frame.keys() >= {7} and memory.faults == 3
    assert memory.access.__self__.writebacks == 1
    one = vm.ResidentSet(1)
    assert one.access("2W") == vm.Access(False, None, False)
    assert one.access(2).hit and one.access(3) == vm.Access(False, 2, True)


@pytest.mark.parametrize(
    "refs, place",
    [
        ("1 x", "reference 2, 'x', is a letter among numbers"),
        ("A 1", "reference 2, '1', is a number among letters"),
        ("1 -2", "reference 2, '-2',"),
        ("1.5", "reference 1, '1.5',"),
        ("1w2", "reference 1, '1w2',"),
        ("w2w 1", "reference 1, 'w2w',"),
        ("w", "is a mark without a page"),
        ("1 1a 2", "reference 2, '1a',"),
        ("1 ² 2", "reference 2, '²',"),
        ("12", "reference 1, '12', may be one page or several"),
        ("123412512345", "may be one page or several"),
        ("AB CD", "reference 1, 'AB', may be one page or several"),
        ("1 " + "9" * 5000, "reference 2,"),
        ("[1, 2", "reference 1,"),
        ([1, "x"], "reference 2, 'x', is a letter among numbers"),
        (["a", 1], "reference 2, 1, is a number among letters"),
        ([1, -2], "reference 2, -2,"),
        ([1.0, 2], "reference 1, 1.0,"),
        ([1, None], "reference 2, None,"),
        ([True], "reference 1, True,"),
        ([[1], [2, 3]], "reference 1, [1],"),
        (np.zeros((2, 2), int), "reference 1, [0, 0],"),
        (np.array([1.5]), "reference 1, 1.5,"),
        (np.array(3), "refs must be text or a list of pages, not int"),
        ("", None),
        (7, "refs must be text or a list of pages, not int"),
        (None, "not NoneType"),
        (b"12", "not bytes"),
        ({1, 2}, "not set"),
        ({1: 2}, "not dict"),
        (range(10**9), "the number of refs must be a whole number from 0 to 0x4000000"),
    ],
)
def test_what_is_bad_or_ambiguous_gets_one_sentence_with_the_place(refs, place):
    if place is None:
        assert vm.simulate(refs, 1).faults == 0
        return
    for call in (
        lambda: vm.simulate(refs, 3), lambda: vm.miss_curve(refs),
        lambda: vm.stack_distances(refs), lambda: vm.working_set(refs, 1),
        lambda: vm.belady_anomalies(refs), lambda: vm.ResidentSet(1, "opt", refs=refs),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=re.escape(place)) as error:
            call()
        said = str(error.value)
        assert said.endswith(".") and "\n" not in said and len(said) < 180


@pytest.mark.parametrize("page", [[1], "1 2", "", "-2", {}])
def test_a_page_that_is_none_changes_nothing(page):
    memory = vm.ResidentSet(1)
    memory.access(1, True)
    before = memory.snapshot()
    with pytest.raises(ValueError, match="^page must be "):
        memory.access(page)
    with pytest.raises(ValueError, match="^write must be True or False, not ndarray[.]$"):
        memory.access(2, np.array([1, 2]))
    assert memory.snapshot() == before


def test_arrays_are_taken_as_they_are():
    array = np.arange(10)
    assert numbered(array) == Numbered(array, None, None) and numbered(array).pages is array


@pytest.mark.parametrize("refs", [*NUMBERS[:-1], *LETTERS, *WRITES])
def test_the_laboratory_takes_them_too(refs):
    lab = widgets.ReplacementLab(refs, 2)
    picture = on_stage(lab)
    pages, writes = references(refs)
    assert picture["refs"] == [str(page) for page in pages]
    run = vm.simulate(refs, 2, "fifo")
    assert picture["count"].startswith("1 fault,")
    assert lab.steps[-1].state.faults == run.faults
    assert lab.steps[-1].state.writebacks == run.writebacks


def test_one_word_as_reference():
    assert reference("0x1aW") == (26, True) and reference(" r7") == (7, False)
    assert [reference(letter) for letter in "wR"] == [("w", False), ("R", False)]


def test_random_bytes_are_a_string_or_one_sentence():
    draw = random.Random(4)
    for _ in range(3_000):
        text = "".join(draw.choices("0123456789abwWrRxXAB ,;[]()'-.²é\n", k=draw.randint(0, 8)))
        try:
            pages, writes = references(text)
        except ValueError as error:
            assert "\n" not in str(error) and str(error).endswith(".")
        else:
            assert all(type(page) in (int, str) for page in pages)
            assert writes is None or len(writes) == len(pages)
