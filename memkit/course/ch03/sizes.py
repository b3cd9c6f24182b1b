"""The size of a working set."""

from typing import NamedTuple

from memkit.checks import plural

from ..ideas import Idea
from ..task import room
from .sheet import FREE, KEPT, USED, item, sheet


class Use(NamedTuple):
    """The references of the window, this one last, and how many pages they are."""

    window: list
    size: int


def rule(refs, tau, *, more=0, after=1, until=1, forgets=True, from_0=True, distinct=True):
    """`after`: the window is counted from behind this reference, `until`: and ends there;
    `from_0`: it begins at 0 at the earliest."""
    for t in range(len(refs)):
        first = t + after - tau - more if forgets else 0
        window = refs[max(0, first) if from_0 else first : t + after * until]
        yield Use(window, len(set(window) if distinct else window))


def answer(moments):
    return [moment.size for moment in moments]


LAST = "the last `tau` references, this one included"
PAGES = "the set of pages used"
FEWER = "At the beginning fewer than `tau` references have been made"
IDEAS = (
    Idea("references_counted", "counting references. A page counts once.", PAGES, distinct=False),
    Idea("without_this_one", "leaving out the page used now. It is in the window.", LAST, after=0),
    Idea(
        "up_to_this_one",
        "ending the slice before the page used now. refs[a:b] ends before refs[b].",
        LAST,
        until=0,
    ),
    Idea(
        "one_too_many", "a window one too long. This reference is one of the `tau`.", LAST, more=1
    ),
    Idea("one_too_few", "a window one too short. With this one it has `tau`.", LAST, more=-1),
    Idea(
        "ever_used", "counting all pages so far. Those before the window are out.", LAST, forgets=0
    ),
    Idea(
        "full_windows_only",
        "answering only where `tau` references have been made. There is a size at each of them.",
        "its size at each reference of `refs`",
        instead=lambda refs, tau: answer(rule(refs, tau))[tau - 1 :],
    ),
    Idea("negative_start", "slicing from below 0. refs[-1] is the last of all.", FEWER, from_0=0),
)


def some_refs(random, most=24, pages=7):
    return [random.randint(1, random.randint(2, pages)) for _ in range(random.randint(1, most))]


def case(random):
    return some_refs(random), random.randint(1, 8)


def domain(refs, tau):
    return refs and min(refs) >= 1 and 1 <= tau <= 8


def scene(says, moments, refs, tau):
    """The pages in the window at each reference; its size is what the answer says."""
    for i, page in enumerate(refs):
        rows = []
        for one in sorted(set(refs)):
            cells = [
                ("", FREE) if one not in use.window else (str(one), USED if one == now else KEPT)
                for use, now in zip(moments[: i + 1], refs, strict=False)
            ]
            rows.append((f"page {one}", cells, "", one == page))
        window = " ".join(map(str, moments[i].window))
        yield sheet(
            i,
            "working set",
            f"place {i}, page {page}: {item(says, i)} in the working set.",
            ["used", "", "size"],
            refs,
            rows,
            out=[item(says, t) for t in range(i + 1)],
            note=f"the pages of the last {plural(tau, 'reference')}: {window}",
            caption="thick: used now · filled: in the window",
        )


sizes = room(
    __name__,
    "the size of a working set",
    edges=(([5], 1), ([5], 3), ([1, 1, 2], 2), ([1, 2, 1, 3, 3], 3), ([1, 2, 3, 4], 2)),
)
