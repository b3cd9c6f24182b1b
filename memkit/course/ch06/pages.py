"""How many pages a span has: enough objects, and little left over."""

from typing import NamedTuple

from memkit import pictures
from memkit.checks import plural, size
from memkit.pictures.language import FREE, IN_USE, NOTHING, RESERVED, THIRD

from ..ideas import Idea
from ..scenes.floors import drawn
from ..task import at_the_end, room

MOST = 200  # objects or pages drawn one by one
UNITS = 20  # what is drawn in one piece, to scale, has the width of so many cells


class Tried(NamedTuple):
    """A span of n pages: what is wrong with it, in words."""

    n: int
    need: int
    wrong: list


def rule(size, page, share, *, part=4, cap=32, measure="span", strict=False, more=0, up=0):
    """A span of one page, of two, ... until one is right."""
    need, n, wrong = (min(cap, 65536 // size) + up) // part + more, 0, [""]
    while wrong:
        n += 1
        wrong = _wrong(n, need, size, page, share, measure, strict)
        yield Tried(n, need, wrong)


def _wrong(n, need, size, page, share, measure="span", strict=False):
    objects, tail = divmod(n * page, size)
    most = {"span": n * page, "page": page, "object": size}.get(measure, tail * share)
    found = [f"fewer than {plural(need, 'object')}"] if objects < need else []
    return found + ["too much left over"] * (tail * share + strict > most)


answer = at_the_end("n")

TAIL = "the tail that no object uses is at most one `share`-th of the whole span"
BATCH = "there are at least batch // 4 objects in the span"
IDEAS = (
    Idea(
        "any_tail",
        """leaving over whatever is left over. At most one part in {share} of the span may be lost
        at its end.""",
        TAIL,
        measure="any",
    ),
    Idea(
        "few_objects",
        "asking for little waste only. A span must hold a quarter of a batch, too.",
        BATCH,
        part=99,
    ),
    Idea("whole_batch", "asking for a whole batch in a span. A quarter is enough.", BATCH, part=1),
    Idea(
        "tail_of_one_page",
        """holding the tail against one page. It is measured against the whole span, all its
        pages.""",
        TAIL,
        measure="page",
    ),
    Idea(
        "tail_of_one_object",
        "holding the tail against one object. It is measured against the whole span.",
        TAIL,
        measure="object",
    ),
    Idea(
        "no_cap",
        "letting a batch of small objects grow without end. It is at most 32 objects.",
        "and at most 32",
        cap=65536,
    ),
    Idea(
        "one_object",
        """asking for neither: the fewest pages that hold one object. The tail counts, and a quarter
        of a batch.""",
        TAIL,
        instead=lambda size, page, share: -(-size // page),
    ),
    Idea(
        "less_than_a_share",
        "refusing a tail of exactly one part in {share}. So much may be lost.",
        TAIL,
        strict=True,
    ),
    Idea(
        "more_than_a_quarter",
        "asking for more than a quarter of a batch. Exactly a quarter is enough.",
        BATCH,
        more=1,
    ),
    Idea(
        "quarter_rounded_up",
        "rounding a quarter of a batch up. batch // 4 is rounded down.",
        BATCH,
        up=3,
    ),
)


def case(random):
    size = random.choice((16, 48, 512, 2048)) * random.randint(1, 30)
    return size, random.choice((4096, 8192, 16384)), random.choice((4, 8, 16, 32))


def domain(size, page, share):
    return (
        16 <= size <= 65536
        and size % 16 == 0
        and page in (4096, 8192, 16384)
        and share in (4, 8, 16, 32)
    )


# The scene


def _row(n, look, parts, **more):
    """n cells, in one piece if they are many, and behind them parts (cells, state), to scale."""
    cells = look * n if 0 < n <= MOST else ""
    if not cells:
        whole = n + sum(part for part, _ in parts)
        parts = [(UNITS * part / whole, state) for part, state in [(n, look), *parts]]
    return pictures.row(cells, tail=parts, wide=True, high=28, **more)


def _span_rows(nbytes, n, page, share, more):
    """A span to scale: its pages (and one more), its objects and its tail, what that may be."""
    room, next_page = n * page, more * page
    objects, tail = divmod(room, nbytes)
    span = f"{plural(n, 'page')} of {size(page)}: {size(room)}"
    span += "; dashed: one more is taken" if more else ""
    told = f"{plural(objects, 'object')} of {size(nbytes)}; hatched: {size(tail)} left over"
    behind = [(tail / nbytes, THIRD), (next_page / nbytes, NOTHING)]
    may = [(room - room / share, NOTHING), (room / share, RESERVED), (next_page, NOTHING)]
    touched = [(n - 1, n)] if n <= MOST else []
    return (
        _row(n, IN_USE, [(int(more), RESERVED)], caption=span, touched=touched),
        _row(objects, FREE, behind, caption=told),
        _row(0, FREE, may, caption=f"dashed: may be left over, {size(room // share)}"),
    )


def _all_tried(says, moments, *args):
    """The moments up to the answer: after the right one it may say many more."""
    need = moments[0].need
    if says < 1:
        return [Tried(says, need, ["there is no span"])]
    if says <= len(moments):
        return moments[:says]
    return [*moments, Tried(says, need, _wrong(says, need, *args))]


def scene(says, moments, nbytes, page, share):
    """One page more at each step, until there are as many as the answer says."""
    for i, (n, need, wrong) in enumerate(_all_tried(says, moments, nbytes, page, share)):
        more = n != says
        said = " and ".join(wrong) or "enough objects, little left over"
        if more:
            said += "; one page more" if wrong else "; and yet the answer takes more"
        else:
            said += f"; {plural(n, 'page')} it is"
        none = [pictures.row(RESERVED, beside="no page")] * 3
        span, *rows = _span_rows(nbytes, n, page, share, more) if n > 0 else none
        note = f"wants {plural(need, 'object')} or more, and at most 1/{share} left over"
        yield drawn(
            i,
            f"{plural(n, 'page')}: {said}.",
            pictures.floor("mheap", "page heap", "the pages of a span", [span]),
            pictures.floor("mcentral", "central free list", note, rows),
        )


pages = room(
    __name__,
    "the pages of a span",
    edges=(
        (2048, 4096, 8),
        (3072, 4096, 4),
        (3072, 4096, 8),
        (9216, 8192, 8),
        (2400, 16384, 8),
        (61488, 4096, 32),
        (16, 4096, 4),
        (2048, 4096, 4),
        (1024, 4096, 4),
    ),
)
