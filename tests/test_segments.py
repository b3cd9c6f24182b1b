"""Base and bounds, and segments, against OSTEP's worked examples."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memkit import vm
from memkit.trace import record


def answer(model, va):
    try:
        return model.translate(va).pa
    except vm.SegmentFault:
        return None


def test_base_and_bounds_example_of_ostep():
    """OSTEP homework of chapter 15, its README: base 12418, limit 472."""
    process = vm.BaseAndBounds(base=0x3082, bounds=472)
    answers = {430: 0x3230, 265: 0x318B, 523: None, 414: 0x3220, 802: None}
    assert {va: answer(process, va) for va in answers} == answers
    assert answer(process, 471) == 0x3082 + 471 and answer(process, 472) is None


def test_two_segments_example_of_ostep():
    """OSTEP homework of chapter 16, its README: 1 KiB, the second segment grows down."""
    model = vm.Segmentation(1024, [vm.Segment(6890, 472), vm.Segment(4692, 450, True)], 16384)
    answers = {523: None, 414: 7304, 802: 4470, 310: 7200, 488: None}
    assert {va: answer(model, va) for va in answers} == answers
    assert [model.translate(va).segment for va in (414, 802)] == [0, 1]


def test_tiny_segments_example_of_ostep():
    """The same README: of 16 bytes only 0-3 and 11-15 are valid, at 24-27 and 13-17."""
    model = vm.Segmentation(16, [vm.Segment(24, 4), vm.Segment(18, 5, True)], 32)
    want = [24, 25, 26, 27] + [None] * 7 + [13, 14, 15, 16, 17]
    assert [answer(model, va) for va in range(16)] == want


def test_edges_of_a_small_address_space():
    """OSTEP chapter 16, homework 2: of 128 bytes, 19 and 108 are legal, 20 and 107 are not."""
    model = vm.Segmentation(128, [(0, 20), (512, 20, True)], 512)
    assert [answer(model, va) for va in (19, 108, 20, 107)] == [19, 492, None, None]
    assert answer(model, 122) == 0x1FA


@given(st.integers(2, 300), st.data())
def test_two_segments_for_any_size(size, data):
    """The rule by its definition: the upper half of the space is measured from its end."""
    low = data.draw(st.integers(0, -(-size // 2)))
    high = data.draw(st.integers(0, size // 2))
    model = vm.Segmentation(size, [(1000, low), (3000, high, True)])
    for va in range(size):
        if va >= size / 2:
            want = 3000 + va - size if size - va <= high else None
        else:
            want = 1000 + va if va < low else None
        assert answer(model, va) == want


def test_rights():
    model = vm.Segmentation(64, [(0, 16, False, "r-x"), (8, 16, False, "rw-")])
    assert model.translate(3, fetch=True).pa == 3
    with pytest.raises(vm.SegmentFault, match="may not be written"):
        model.translate(3, write=True)
    with pytest.raises(vm.SegmentFault, match="may not be executed"):
        model.translate(33, fetch=True)


def test_recording_says_what_happened():
    model = vm.Segmentation(16, [vm.Segment(24, 4), vm.Segment(18, 5, True)])
    with record(model) as steps:
        model.translate(15)
        answer(model, 8)
    assert str(steps[0]) == "0xf is in segment 1: base 0x12 -1 = 0x11."
    assert steps[1].event == "segment fault"
    assert "needs 8 bytes of the segment, the limit is 5" in str(steps[1])


@pytest.mark.parametrize(
    "wrong, words",
    [
        (lambda: vm.Segmentation(0, [(0, 1)]), "size must be"),
        (lambda: vm.Segmentation(16, []), "segments must be 1 to 16, not 0"),
        (lambda: vm.Segmentation(16, 5), "must be a list of Segment"),
        (lambda: vm.Segmentation(16, [(0, 9), (0, 4)]), "limit of segment 0 .* to 8, not 9"),
        (lambda: vm.Segmentation(16, [(3, 4, True)]), "would lie at -1 to 3"),
        (lambda: vm.Segmentation(16, [(30, 4)], 32), "outside of memory"),
        (lambda: vm.Segmentation(16, [(0, 4, False, "xw")]), "must be like 'r-x'"),
        (lambda: vm.Segmentation(16, [(0, 4)]).translate(16), "va must be .* to 15, not 16"),
        (lambda: vm.Segmentation(16, [(0, 4)]).translate(1.0), "not 1.0"),
        (lambda: vm.BaseAndBounds(-1, 4), "base of segment 0"),
        (lambda: vm.BaseAndBounds(0, 40, size=32), "limit of segment 0"),
        (lambda: vm.BaseAndBounds(0, 4).translate(1, True, True), "not both"),
    ],
)
def test_bad_input_gets_one_sentence(wrong, words):
    with pytest.raises(ValueError, match=words) as error:
        wrong()
    assert str(error.value).endswith(".") and "\n" not in str(error.value)
