"""How deep a recursion goes, as expand_downwards (mm/vma.c) lets the stack grow."""

from typing import NamedTuple

from memkit.checks import plural

from ..ideas import Idea
from ..task import at_the_end, room
from .maps import page_row, process_map

GAP = 256  # pages


class Call(NamedTuple):
    """The calls served before this one, and what this one gets."""

    before: int
    gets: str


def rule(
    top,
    limit,
    frame,
    below,
    *,
    gap=GAP,
    limited=True,
    less=0,
    always=False,
    lands=True,
    last=0,
    touched="the lowest",
    written="overwrites",
    counted="pages",
    counts=0,
    limit_first=False,
    without=("---",),
):
    """Call by call, until one is not served; `last`: by how much the area's end is inside,
    `without`: a gap, `counted`: against the limit, `counts`: what the last call gets where it is
    counted, too."""
    first, end, rights = below
    gap = gap if always or rights not in without else 0
    calls = 0
    while True:
        page, gets = top - (calls + 1) * frame, "served"
        pages = range(page + frame - 1, page - 1, -1) if touched == "all" else [page]
        for at in pages:
            used = calls + 1 if counted == "calls" else top - at
            if limit_first and used > limit:
                gets = "MAPERR"
            elif lands and first <= at < end + last:
                gets = written if "w" in rights else "ACCERR"
            elif at < end + gap or (limited and used > limit - less):
                gets = "MAPERR"
            if gets != "served":
                break
        more = gets != "served" and counts in (1, gets)
        yield Call(calls + more, gets)
        if gets != "served":
            return
        calls += 1


answer = at_the_end("before", "gets")

GAPS = "At least 256 pages, the guard gap, must stay free above `end`"
LIMIT = "it then has at most `limit` pages"
LANDS = 'in the area `"overwrites"` if it may be written, else `"ACCERR"`'
SERVED = "how many calls the stack serves"
IDEAS = (
    Idea(
        "no_gap",
        "growing the stack right down to the area. 256 pages must remain free between them.",
        GAPS,
        gap=0,
    ),
    Idea(
        "one_more_in_the_gap",
        "asking for more than 256 free pages. Exactly 256 are enough.",
        GAPS,
        gap=GAP + 1,
    ),
    Idea(
        "no_limit",
        "growing without a limit. The stack may have `limit` pages and no more, here {limit}.",
        LIMIT,
        limited=False,
    ),
    Idea(
        "limit_in_calls",
        "counting calls against the limit of {limit}. It is in pages, and a call takes {frame}.",
        LIMIT,
        counted="calls",
    ),
    Idea(
        "limit_first",
        "refusing what is beyond the limit wherever it lies. In the area below no limit is asked.",
        LANDS,
        limit_first=True,
    ),
    Idea(
        "refused_is_counted",
        "counting the call that the stack does not serve. Only those before it are served.",
        SERVED,
        counts=1,
    ),
    Idea(
        "overwriting_is_counted",
        "counting the call that overwrites the area. The stack does not serve it.",
        SERVED,
        counts="overwrites",
    ),
    Idea(
        "below_the_limit",
        "stopping short of the limit. The stack may have all of its {limit}.",
        LIMIT,
        less=1,
    ),
    Idea(
        "gap_for_reserved",
        "keeping the gap to an area that nobody may use at all. With --- it is a guard itself.",
        'an area of `"---"` needs no gap',
        always=True,
    ),
    Idea(
        "gap_for_writable",
        "keeping the gap only to what may be written. The one area without it is ---.",
        'an area of `"---"` needs no gap',
        without=("---", "r--"),
    ),
    Idea(
        "never_lands",
        """giving MAPERR for a page of the area below, too. Something is mapped there: a frame
        larger than the gap reaches over it, and to an area of --- there is no gap.""",
        LANDS,
        lands=False,
    ),
    Idea(
        "end_is_in_the_area",
        "counting the end of the area as a part of it. It is the first page above it.",
        "stay free above `end`",
        last=1,
    ),
    Idea(
        "every_page_is_touched",
        """touching each page of a frame. Only the lowest is written to, so that a large frame may
        reach over the gap.""",
        "writes to the lowest of them only",
        touched="all",
    ),
    Idea(
        "memory_is_refused",
        "refusing each write to the area. What may be written is overwritten, and no signal comes.",
        LANDS,
        written="ACCERR",
    ),
)


def case(random):
    top, end = random.randint(5000, 6000), random.randint(2800, 4700)
    frame = random.choice((random.randint(10, 250), random.randint(257, 900)))
    below = end - random.randint(300, 2500), end, random.choice(("rw-", "rw-", "r--", "---"))
    return top, random.choice((512, 2048, 2048)), frame, below


def domain(top, limit, frame, below):
    """No call writes below page 0."""
    first, end, rights = below
    room = 1 <= first < end < top <= 6000 and 10 <= frame <= 4000 and 1 <= limit <= 2048
    return room and limit + frame < top and rights in ("rw-", "r--", "---")


def simpler(top, limit, frame, below):
    """All of it lower, or less of the area."""
    first, end, rights = below
    for down in (end - 1000, end - 100, end % 1000, end % 100):
        yield top - down, limit, frame, (max(1, first - down), end - down, rights)


def scene(says, moments, top, limit, frame, below):
    """Call by call, until one is not served. The stack grows as far as the answer lets it."""
    calls, end = says
    first, stop, rights = below
    gap = 0 if rights == "---" else GAP
    for call in range(1, top // frame + 1):
        page, served = top - call * frame, call <= calls
        if first <= page < stop:
            fact = f"in the area below, which is {rights}"
        elif page < first:
            fact = "behind the area below"
        else:
            fact = f"stack {top - page:,} of at most {plural(limit, 'page')}"
            fact += f", free below {page - stop:,} of at least {gap}"
        gets = "served" if served else end or "nothing"
        told = [
            f"call {call} writes page {page}",
            ("the stack then has", f"{plural(top - page, 'page')} of at most {limit:,}"),
            ("free below it are", f"{max(page - stop, 0):,} pages of at least {gap}"),
            ("the call gets", gets),
        ]
        said = f"call {call} writes page {page} ({fact}): {gets}"
        if call == 1 and calls < 0:
            said += f", as {calls:,} calls are served"
        if call == top // frame and calls > call:
            said += f"; no page is left for the {calls - call:,} calls more"
        low = page if served else page + frame
        rows = _stack(top, low, top - limit, below, gap, page, f"◂ call {call}: {gets}")
        legend = "not to scale · in front of a row: the first page of it"
        yield process_map(f"{said}.", [("the process", (), False, rows)], told, legend)
        if not served:
            return


def _stack(top, low, limit, below, gap, page, note):
    """The rows from the stack down, which now begins at page `low`; that page is noted."""
    first, stop, rights = below
    guard = stop + gap
    rows = [("area", "stack", top, low, "rw-"), ("free", "free", low, max(limit, guard), "")]
    rows.append(("free", "beyond the limit", min(low, limit), guard, ""))
    rows.append(("guard", "guard gap", min(low, guard), stop, ""))
    rows.append(("area", "reserved" if rights == "---" else "memory", stop, first, rights))
    rows.append(("free", "free", first, 0, ""))
    drawn = []
    for kind, name, start, end, prot in rows:
        if start > end:
            now = (end <= page < start) and not any(line["touched"] for line in drawn)
            drawn.append(page_row(kind, name, end, start - end, prot, now, note))
    return drawn


recursion = room(
    __name__,
    "how deep a recursion goes",
    edges=(
        (5000, 2048, 100, (1, 9, "rw-")),
        (5000, 20, 20, (1, 9, "rw-")),
        (5000, 2048, 90, (1, 4000, "rw-")),
        (5000, 2048, 90, (1, 4000, "---")),
        (5000, 2048, 372, (1, 4000, "rw-")),
        (5000, 2048, 745, (1, 4000, "rw-")),
        (5000, 2048, 745, (1, 4000, "r--")),
        (5000, 2048, 1024, (1, 100, "rw-")),
        (5000, 2048, 2049, (1, 100, "rw-")),
        (4100, 2048, 300, (1, 4000, "rw-")),
        (5000, 2048, 1000, (1000, 4000, "rw-")),
        (5000, 2048, 1000, (1000, 4000, "---")),
        (5000, 2048, 1500, (1000, 4000, "r--")),
        (5000, 2048, 2000, (3000, 4000, "rw-")),
        (5000, 2048, 2001, (3000, 4000, "rw-")),
    ),
)
