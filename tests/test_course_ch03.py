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


def up_to_this_one(refs, tau):
    return [len(set(refs[max(0, t - tau + 1) : t])) for t in range(len(refs))]


def misses(refs, frames, lifo=False):
    queue, found = [], []
    for page in refs:
        found.append(page not in queue)
        if found[-1]:
            queue = [*queue[: frames - 1], page] if lifo else [*queue, page][-frames:]
    return found


def where_it_leads(refs, frames):
    """The first place at which the larger memory has made more faults in all."""
    small, large = misses(refs, frames), misses(refs, frames + 1)
    lead = [t for t in range(len(refs)) if sum(large[: t + 1]) > sum(small[: t + 1])]
    return (sum(small), sum(large), lead[0]) if sum(large) > sum(small) else None


def by_just_one(refs, frames):
    found = ch03.anomaly.spec(refs, frames)
    return found if found and found[1] == found[0] + 1 else None


def last_in_first_out(refs, frames):
    small, large = (misses(refs, n, lifo=True) for n in (frames, frames + 1))
    return (sum(small), sum(large), 0) if sum(large) > sum(small) else None


@pytest.mark.parametrize("seed", ["", "ana", "ben"])
def test_a_slip_is_named_for_every_id(seed):
    assert ch03.sizes.judge(tau_and_one, seed).ideas == (ch03.one_too_many,)
    assert ch03.sizes.judge(up_to_this_one, seed).ideas == (ch03.up_to_this_one,)
    assert ch03.distances.judge(queue_of_pages, seed).ideas == (ch03.stays_in_place,)


@pytest.mark.parametrize("seed", ["", "ana", "ben"])
def test_of_an_anomaly_no_more_is_named_than_can_be_seen(seed):
    """Which policy never has one, nobody can tell; where the lead is, is not the last place."""
    assert ch03.anomaly.judge(where_it_leads, seed).ideas == ()
    assert not ch03.anomaly.judge(by_just_one, seed).right
    verdict = ch03.anomaly.judge(last_in_first_out, seed)
    assert verdict.ideas == (ch03.never_one,) and "never finding an anomaly" in verdict.words
