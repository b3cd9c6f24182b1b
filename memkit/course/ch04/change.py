"""The areas after mprotect or munmap, as mm/mprotect.c and mm/vma.c leave them.

No page of theirs has been touched, so that equal neighbours always merge.
"""

from typing import NamedTuple

from memkit.checks import plural
from memkit.pictures.process import cell

from ..ideas import Idea
from ..task import at_the_end, room
from .areas import possible, some_areas
from .maps import page_row, process_map

MOST = 12  # cells of an area, areas of an answer


class After(NamedTuple):
    """The call after a page: its error, and the areas."""

    error: str | None
    areas: list


def rule(
    areas,
    first,
    end,
    rights,
    *,
    more=0,
    stops=True,
    unmap_fails="",
    merges=True,
    keeps=True,
    whole=False,
    fills=False,
    silent=False,
    takes=True,
):
    """The call, page by page upwards; `more`: pages than are asked for, `unmap_fails`: at a hole,
    and "stops" there or "goes on"; `silent`: without an error, `takes`: None takes pages away."""
    rights = "---" if rights is None and not takes else rights
    end += more
    pages, error, cuts = _pages(areas), None, set()
    if not merges:
        cuts = {first, end, *(area[0] for area in areas)}
    if whole:
        touched = [(start, stop) for start, stop, _ in areas if start < end and first < stop]
        first = min(first, *(start for start, _ in touched), first)
        end = max(end, *(stop for _, stop in touched), end)
    for page in range(first, end):
        if page not in pages and (rights is not None or unmap_fails) and not fills:
            error = "ENOMEM"
        else:
            old = pages.pop(page, None)
            if rights is not None and (old or fills):
                pages[page] = rights
        told = None if silent else error
        yield After(told, _merged(pages, cuts) if keeps or not error else areas)
        if error and stops and (rights is not None or unmap_fails == "stops"):
            return


def _pages(areas):
    return {page: rights for start, stop, rights in areas for page in range(start, stop)}


def _merged(pages, cuts=()):
    """The areas of pages; one always ends at `cuts`."""
    areas = []
    for page in sorted(pages):
        if areas and areas[-1][1:] == (page, pages[page]) and page not in cuts:
            areas[-1] = (areas[-1][0], page + 1, pages[page])
        else:
            areas.append((page, page + 1, pages[page]))
    return areas


answer = at_the_end("error", "areas")

STOPS = "mprotect works upwards and stops with ENOMEM at the first page that is not mapped"
IDEAS = (
    Idea(
        "all_or_nothing",
        """changing nothing where the call fails. mprotect works upwards: what lies before the hole
        has changed by then.""",
        STOPS,
        keeps=False,
    ),
    Idea(
        "beyond_the_hole",
        "going on behind the hole. mprotect stops there; only munmap passes over it.",
        STOPS,
        stops=False,
    ),
    *(
        Idea(
            name,
            "giving no error where mprotect meets a hole. It stops there with ENOMEM.",
            STOPS,
            silent=True,
            **flags,
        )
        for name, flags in (("silent", {}), ("passes_over_silently", {"stops": False}))
    ),
    Idea(
        "rights_taken",
        "taking the rights where pages are unmapped. Then no area has them any more.",
        "If `rights` is `None`, it calls munmap, which takes them away",
        takes=False,
    ),
    Idea(
        "unmap_needs_pages",
        "failing where munmap meets a hole. There is nothing to do there: it goes on behind it.",
        "munmap passes over holes",
        unmap_fails="stops",
    ),
    Idea(
        "unmap_reports_holes",
        "giving ENOMEM where munmap meets a hole. There is nothing to do there, and no error.",
        "munmap passes over holes",
        unmap_fails="goes on",
    ),
    Idea(
        "end_is_included",
        "changing one page too many. The call is for those before page {end}.",
        "for the pages from `first` to before `end`",
        more=1,
    ),
    Idea(
        "never_merged",
        "leaving equal neighbours apart. The kernel makes one area of them.",
        "areas that touch and have equal rights become one",
        merges=False,
    ),
    Idea(
        "whole_areas",
        "changing whole areas. An area is cut where the range begins or ends inside it.",
        "An area is cut where only a part of it changes",
        whole=True,
    ),
    Idea(
        "holes_are_filled",
        "mapping the holes. mprotect changes rights, and stops where there is nothing.",
        STOPS,
        fills=True,
    ),
)


def case(random):
    areas = some_areas(random, ("r--", "rw-"))
    first = random.randrange(areas[-1][1])
    end = first + random.randint(1, random.choice((2, 4, 12)))
    return areas, first, end, random.choice(("r--", "r--", "rw-", "rw-", "---", None))


def domain(areas, first, end, rights):
    known = rights in ("r--", "rw-", "---", None)
    return 0 <= first < end and known and areas and possible(areas, ("r--", "rw-"))


# The scene


def _listed(areas, now=None, note=""):
    """The rows of a list of areas in pages, the last one on top; holes between them."""
    rows, top = [], None
    for start, end, rights in [*reversed(areas), (0, 0, None)]:
        if top is None or end < top:
            on = now is not None and end <= now and (top is None or now < top)
            cells = [cell(str(now), "more", True)] if on else []
            rows.append(page_row("free", "free", end, top and top - end, "", on, note, cells))
        if rights is not None:
            pages = range(start, end) if end - start <= MOST else ()
            cells = [cell(str(page), "none", page == now) for page in pages]
            rows.append(
                page_row("area", "area", start, end - start, rights, now in pages, note, cells)
            )
        top = start
    return rows


def _rights(areas, page):
    return next((rights for start, end, rights in areas if start <= page < end), None)


def _shown(areas):
    """A list of areas as the task writes it."""
    said = ", ".join(f"({start}, {end}, {rights})" for start, end, rights in areas[:MOST])
    return (said or "nothing") + (" ..." if len(areas) > MOST else "")


def scene(says, moments, areas, first, end, rights):
    """Page by page upwards, as the answer leaves each; at the end its areas as they stand."""
    error, after = says[0] and str(says[0])[:40], says[1]
    before = _pages(areas)
    name = "munmap" if rights is None else f"mprotect to {rights}"
    title = f"{name}, pages {first} to {end - 1}" if end - first > 1 else f"{name}, page {first}"
    cuts = {stop for start, stop, _ in areas} | {start for start, _, _ in areas}
    now, gap, returned = dict(before), None, []

    def shown(sentence, listed, page=None, note=""):
        columns = [
            ("before", [title], False, _listed(areas)),
            ("after it" if page is None else "so far", returned, True, _listed(listed, page, note)),
        ]
        legend = "a number in a box: a page · in front of a row: the first page of it"
        return process_map(sentence, columns, (), legend)

    for page in range(first, end):
        old = before.get(page)
        new = _rights(after, page)
        where = f"page {page}" if gap is None else f"behind the hole at {gap}, page {page}"
        if old is None:
            did = "is not mapped either" if gap is not None else f"is not mapped: {error}"
            if gap is None and error is None:
                did = "is not mapped: no error, it is passed over"
            if gap is None:
                gap = page
                returned = [f"returns {error}"]
            where = f"page {page}"
            did += "" if new is None else f", and it gets {new}"
        elif new is None:
            did = "is unmapped"
        elif new == old:
            did = f"has {old} already" if new == rights else f"stays {old}"
        else:
            did = f"becomes {new}"
        now.pop(page, None)
        if new is not None:
            now[page] = new
        listed = _merged(now, cuts | {first, page + 1})
        yield shown(f"{where} {did}.", listed, page, f"◂ {did}")
    returned = [f"returns {error}"]
    said = f"it returns {error}, {plural(len(after), 'area')} in the end: {_shown(after)}"
    for page in sorted(before.keys() - range(first, end)):
        new = _rights(after, page)
        if new != before[page]:
            said += f"; page {page}, outside of the range, is {new or 'gone'}"
            break
    yield shown(f"{said}.", after[:MOST])


change = room(
    __name__,
    "the areas after a call",
    edges=(
        ([(0, 3, "rw-")], 1, 2, "r--"),
        ([(0, 3, "rw-")], 1, 2, None),
        ([(0, 1, "rw-"), (1, 2, "r--")], 1, 2, "rw-"),
        ([(0, 1, "rw-"), (2, 3, "rw-")], 0, 3, "r--"),
        ([(0, 1, "rw-"), (2, 3, "rw-")], 0, 3, None),
    ),
)
