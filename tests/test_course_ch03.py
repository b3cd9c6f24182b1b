"""What is said of wrong programs on the anomaly of chapter 03."""

import pytest

from memkit.course import ch03


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
def test_of_an_anomaly_no_more_is_named_than_can_be_seen(seed):
    """Which policy never has one, nobody can tell; where the lead is, is not the last place."""
    assert ch03.anomaly.judge(where_it_leads, seed).ideas == ()
    assert not ch03.anomaly.judge(by_just_one, seed).right
    verdict = ch03.anomaly.judge(last_in_first_out, seed)
    assert verdict.ideas == (ch03.never_one,) and "never finding an anomaly" in verdict.words
