"""The stack distances of two processes: in the stack a page is a page together with its process."""

from typing import NamedTuple

from ..ideas import Idea
from ..task import room
from .sheet import FREE, KEPT, USED, item, sheet


class Use(NamedTuple):
    """Whether it is asked for, the smallest number of frames with a hit, the stack before."""

    asked: bool
    distance: int | None
    stack: list


def rule(refs, process, *, others=1, same=0, distinct=1, itself=1, first=None, moves=1, both=0):
    """`others`: the other's pages are in the stack, `moves`: a page that is used comes up."""
    seen = []  # what was used last comes first
    for owner, page in refs:
        use = page if same else (owner, page)
        stack = list(dict.fromkeys(seen)) if distinct else seen[:]
        asked = both or owner == process
        yield Use(asked, stack.index(use) + itself if use in stack else first, stack)
        if (others or owner == process) and (moves or use not in seen):
            seen.insert(0, use)


def answer(moments):
    return [moment.distance for moment in moments if moment.asked]


SHARE = "Processes A and B share the frames"
TWO = "page 1 of A and page 1 of B are different pages"
MANY = "how many different pages, its own included, have been used since its last use"
FIRST = "For a first use return `None`"
ASKED = "For each reference of `process`"
IDEAS = (
    Idea("own_pages_only", "leaving out the other's pages. They push these down.", SHARE, others=0),
    Idea("same_number_same_page", "taking numbers for pages. B's page 1 is another.", TWO, same=1),
    Idea(
        "uses_between", "counting the uses between. Two of a page take one frame.", MANY, distinct=0
    ),
    Idea("not_itself", "counting only the others. The page itself takes a frame.", MANY, itself=0),
    Idea("zero_at_first", "giving 0 for a first use. No number of frames helps.", FIRST, first=0),
    Idea("stays_in_place", "leaving pages in place. One that is used comes up.", MANY, moves=0),
    Idea("everybody", "answering for both processes. Asked is {process} alone.", ASKED, both=1),
    Idea(
        "none_for_others",
        "giving `None` for the other's references. The list has only those of {process}.",
        ASKED,
        instead=lambda refs, process: [
            use.distance if use.asked else None for use in rule(refs, process)
        ],
    ),
)


def case(random):
    pages = random.randint(1, 4)
    refs = [(random.choice("AB"), random.randint(1, pages)) for _ in range(random.randint(1, 16))]
    return refs, random.choice("AB")


def domain(refs, process):
    return refs and all(who in ("A", "B") and page >= 1 for who, page in [*refs, (process, 1)])


def scene(says, moments, refs, process):
    """The stack before each reference, and the distances of the answer."""
    names = [f"{owner}{page}" for owner, page in refs]
    stacks = [[f"{owner}{page}" for owner, page in use.stack] for use in moments]
    asked = [use.asked for use in moments]
    told = [item(says, sum(asked[:t])) if asked[t] else "" for t in range(len(refs))]
    for i, name in enumerate(names):
        rows = []
        for depth in range(max(map(len, stacks)) or 1):
            texts = [stack[depth] if depth < len(stack) else "" for stack in stacks[: i + 1]]
            cells = [(text, KEPT if text else FREE) for text in texts]
            if texts[i] == name:
                cells[i] = name, USED
            rows.append((f"depth {depth + 1}", cells, "", texts[i] == name))
        who = f"distance {told[i]}" if told[i] else f"{process} is not asked"
        if i == len(refs) - 1 and len(says) > sum(asked):
            who += f"; after the end {item(says, sum(asked))}"
        yield sheet(
            i,
            "LRU stack",
            f"place {i}, page {name}: {who}.",
            ["uses", "", "distance"],
            names,
            rows,
            out=told[: i + 1],
            note="as it is before the reference, last used first",
            caption="thick: where the page is found",
        )


distances = room(
    __name__,
    "stack distances of two processes",
    edges=(
        ([("A", 1)], "A"),
        ([("A", 1), ("A", 1)], "A"),
        ([("A", 1), ("B", 2), ("A", 1)], "A"),
        ([("A", 1), ("B", 1), ("A", 1)], "A"),
        ([("A", 1), ("B", 2), ("B", 2), ("A", 1)], "A"),
        ([("A", 1), ("A", 2), ("A", 1), ("A", 1)], "A"),
        ([("A", 1), ("B", 1)], "B"),
    ),
)
