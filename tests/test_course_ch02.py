"""Wrong programs of chapter 02 as learners write them: refused, and named for every id."""

import pytest

from memkit.course import ch02


def bad_entry(
    memory, root, more=0, directory=0x80, tables=0x80, follow=0x80, low=0x7F, frames=None
):
    """Table by table; a mask of 0xFF takes what is not present for an entry, too."""
    frames = frames or len(memory) // 8 + more

    def present(entry, mask):
        return entry & mask or mask == 0xFF

    for high in range(root * 8, root * 8 + 8):
        entry = memory[high]
        if present(entry, directory) and entry & low >= frames:
            return high
        if not present(entry, follow) or entry & low >= frames:
            continue
        start = (entry & low) * 8
        for at in range(start, start + 8):
            if present(memory[at], tables) and memory[at] & low >= frames:
                return at
    return None


BAD = {
    "bit_7_in_the_frame": {"low": 0xFF},
    "one_frame_more_read": {"more": 1},
    "absent_ones_too_by_table": {"directory": 0xFF, "tables": 0xFF},
    "absent_in_tables_by_table": {"tables": 0xFF},
    "absent_in_directory_by_table": {"directory": 0xFF},
    "absent_followed_by_table": {"follow": 0xFF},
}


@pytest.mark.parametrize("seed", ["", "ana", "ben", "cleo"])
def test_a_common_slip_has_its_name(seed):
    assert ch02.bad_entry.judge(bad_entry, seed).right
    for name, slip in BAD.items():
        learners = lambda *args, slip=slip: bad_entry(*args, **slip)  # noqa: E731
        assert ch02.bad_entry.judge(learners, seed).ideas == (getattr(ch02, name),)


def test_a_workload_without_a_tlb():
    """tlb[-0:] is all of it."""
    assert ch02.references.spec([1, 1], 0, 2) == 6
    assert ch02.none_is_any([1, 1], 0, 2) == 4


@pytest.mark.parametrize("seed", ["", "ana", "ben", "cleo", "sanderling"])
def test_each_of_the_seven_bits_of_a_number_matters(seed):
    walk = ch02.walk
    for bit in range(7):
        yours = lambda *args, low=0x7F ^ 1 << bit: walk.answer(walk.rule(*args, low=low))  # noqa: E731
        assert not walk.judge(yours, seed).right


@pytest.mark.parametrize("seed", ["", "ana", "ben", "cleo"])
def test_a_number_of_frames_is_none_that_all_cases_have(seed):
    """It was named as a frame too many, by some ids' cases."""
    for frames in range(5, 13):
        verdict = ch02.bad_entry.judge(lambda *args, n=frames: bad_entry(*args, frames=n), seed)
        assert not verdict.right and verdict.ideas == ()


def test_giving_nothing_back_is_no_mistake_about_bits():
    verdict = ch02.walk.judge(lambda *args: None, "ana")
    assert verdict.ideas == () and "a function without a return" in verdict.words
