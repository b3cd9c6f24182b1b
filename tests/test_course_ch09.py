"""The answers of chapter 09's tasks where they are easily mistaken."""

from memkit.course import ch09


def test_a_slot_that_was_free_before_is_free_after_the_sweep():
    assert ch09.next_slots.spec("000", "100", 2, 2) == [1, 2]
    assert ch09.dead_slots_only("000", "100", 2, 2) == [1]


def test_only_an_empty_page_cache_takes_pages():
    """It may combine its own with no others, and keeps what it has."""
    assert ch09.take_pages.spec("0000110000000000", [2, 3], 3) is None
    assert ch09.adds_to_the_cache("0000110000000000", [2, 3], 3) == 2
    assert ch09.take_pages.spec("0000001110000000", [0], 3) == 6
    assert ch09.replaces_the_cache("0000001110000000", [0], 3) is None


def test_a_partial_span_has_a_free_slot():
    for seed in ("", "ana", "ben"):
        for _, partial_unswept, *_ in ch09.refill.cases(seed):
            assert 0 not in partial_unswept
    assert not ch09.refill.domain([], [0], [], [], 1)
