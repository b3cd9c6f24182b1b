"""Wrong programs of chapter 02 as learners write them: refused, and named for every id."""

import pytest

from memkit.course import ch02


def covered(va, widths, level, below=lambda widths, level: widths[level + 1 :]):
    bits = sum(below(widths, level))
    return va >> bits << bits, va >> bits << bits | (1 << bits) - 1


COVERED = {
    "next_part_only": {"below": lambda widths, level: [widths[level + 1]]},
    "without_the_offset": {"below": lambda widths, level: widths[level + 1 : -1]},
}


def rest(va, below):
    return va & (1 << below) - 1


def walk(
    memory, root, va, widths, mask=lambda n: (1 << n) - 1, present=0x80, number=0x7F, offset=rest
):
    start, below = root, sum(widths)
    for level in range(len(widths) - 1):
        below -= widths[level]
        entry = memory[start + (va >> below & mask(widths[level]))]
        if not entry & present:
            return None
        start = (entry & number) << widths[level + 1]
    return start + offset(va, below)


WALKS = {
    "higher_bits_kept": {"mask": lambda n: -1},
    "one_bit_of_an_index": {"mask": lambda n: 1 << n},
    "width_for_a_mask": {"mask": lambda n: n},
    "seven_for_seven_bits": {"number": 7},
    "all_of_va_added": {"offset": lambda va, below: va},
    "present_bit_kept": {"number": 0xFF},
    "seven_for_bit_7": {"present": 7},
    "bits_from_one": {"present": 0x40},
    "any_bit": {"present": 0xFF},
    "lowest_for_bit_7": {"present": 1},
}


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


def references(pages, entries, levels, room=lambda entries: entries):
    tlb, count = [], 0
    for page in pages:
        count += 1 if page in tlb else 1 + levels
        tlb = [other for other in tlb if other != page] + [page]
        if len(tlb) > room(entries):
            tlb.pop(0)
    return count


TLBS = {
    "one_too_many": {"room": lambda entries: entries + 1},
    "one_too_many_in_a_tlb": {"room": lambda entries: entries and entries + 1},
    "none_is_one": {"room": lambda entries: entries or 1},
}


@pytest.mark.parametrize("seed", ["", "ana", "ben", "cleo"])
def test_a_common_slip_has_its_name(seed):
    for task, program, slips in (
        (ch02.covered, covered, COVERED),
        (ch02.walk, walk, WALKS),
        (ch02.bad_entry, bad_entry, BAD),
        (ch02.references, references, TLBS),
    ):
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


@pytest.mark.parametrize("seed", ["", "ana", "ben", "cleo"])
def test_a_number_of_frames_is_none_that_all_cases_have(seed):
    """It was named as a frame too many, by some ids' cases."""
    for frames in range(5, 13):
        verdict = ch02.bad_entry.judge(lambda *args, n=frames: bad_entry(*args, frames=n), seed)
        assert not verdict.right and verdict.ideas == ()


def test_giving_nothing_back_is_no_mistake_about_bits():
    verdict = ch02.walk.judge(lambda *args: None, "ana")
    assert verdict.ideas == () and "a function without a return" in verdict.words
