"""Slips in chapter 03's tasks, as learners write them, are named."""

import pytest

from memkit.course import ch03


def tau_and_one(refs, tau):
    return [len(set(refs[max(0, t - tau) : t + 1])) for t in range(len(refs))]


def queue_of_pages(refs, process):
    """The LRU stack as a queue by first use."""
    stack, found = [], []
    for use in refs:
        if use[0] == process:
            found.append(stack.index(use) + 1 if use in stack else None)
        if use not in stack:
            stack.insert(0, use)
    return found


@pytest.mark.parametrize("seed", ["", "ana", "ben"])
def test_a_slip_is_named_for_every_id(seed):
    assert ch03.sizes.judge(tau_and_one, seed).ideas == (ch03.one_too_many,)
    assert ch03.distances.judge(queue_of_pages, seed).ideas == (ch03.stays_in_place,)
