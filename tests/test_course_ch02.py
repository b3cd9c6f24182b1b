"""Wrong programs of chapter 02 as learners write them: refused, and named for every id."""

import pytest

from memkit.course import ch02


def walk(memory, root, va, widths, mask=lambda n: (1 << n) - 1, present=0x80, number=0x7F):
    start, below = root, sum(widths)
    for level in range(len(widths) - 1):
        below -= widths[level]
        entry = memory[start + (va >> below & mask(widths[level]))]
        if not entry & present:
            return None
        start = (entry & number) << widths[level + 1]
    return start + (va & (1 << below) - 1)


WALKS = {
    "higher_bits_kept": {"mask": lambda n: -1},
    "one_bit_of_an_index": {"mask": lambda n: 1 << n},
    "present_bit_kept": {"number": 0xFF},
    "seven_for_bit_7": {"present": 7},
    "bits_from_one": {"present": 0x40},
    "any_bit": {"present": 0xFF},
    "lowest_for_bit_7": {"present": 1},
}


def bad_entry(memory, root, more=0, directory=0x80, tables=0x80, follow=0x80):
    """Table by table; a mask of 0xFF takes what is not present for an entry, too."""
    frames = len(memory) // 8 + more

    def present(entry, mask):
        return entry & mask or mask == 0xFF

    for high in range(root * 8, root * 8 + 8):
        entry = memory[high]
        if present(entry, directory) and entry & 0x7F >= frames:
            return high
        if not present(entry, follow) or entry & 0x7F >= frames:
            continue
        start = (entry & 0x7F) * 8
        for low in range(start, start + 8):
            if present(memory[low], tables) and memory[low] & 0x7F >= frames:
                return low
    return None


BAD = {
    "one_frame_more_read": {"more": 1},
    "absent_ones_too_by_table": {"directory": 0xFF, "tables": 0xFF},
    "absent_in_tables_by_table": {"tables": 0xFF},
    "absent_in_directory_by_table": {"directory": 0xFF},
    "absent_followed_by_table": {"follow": 0xFF},
}


@pytest.mark.parametrize("seed", ["", "ana", "ben", "cleo"])
def test_a_common_slip_has_its_name(seed):
    for task, program, slips in ((ch02.walk, walk, WALKS), (ch02.bad_entry, bad_entry, BAD)):
        assert task.judge(program, seed).right
        for name, slip in slips.items():
            learners = lambda *args, program=program, slip=slip: program(*args, **slip)  # noqa: E731
            assert task.judge(learners, seed).ideas == (getattr(ch02, name),)


def test_two_slips_are_named_as_two():
    both = ch02.walk.judge(lambda *args: walk(*args, mask=lambda n: -1, present=7), "ana").ideas
    assert set(both) == {ch02.higher_bits_kept, ch02.seven_for_bit_7}


def test_a_workload_without_a_tlb():
    """tlb[-0:] is all of it."""
    assert ch02.references.spec([1, 1], 0, 2) == 6
    assert ch02.none_is_any([1, 1], 0, 2) == 4


@pytest.mark.parametrize("seed", ["", "ana", "ben", "cleo", "sanderling"])
def test_each_of_the_seven_bits_of_a_number_matters(seed):
    for bit in range(7):
        assert not ch02.walk.judge(
            lambda *args, b=bit: walk(*args, number=0x7F ^ 1 << b), seed
        ).right


def test_giving_nothing_back_is_no_mistake_about_bits():
    verdict = ch02.walk.judge(lambda *args: None, "ana")
    assert verdict.ideas == () and "a function without a return" in verdict.words
