"""What an access gets: SIGSEGV says MAPERR or ACCERR, as arch/x86/mm/fault.c does."""

from typing import NamedTuple

from memkit.checks import PAGE, hex
from memkit.pictures.process import cell, hole, kernel_rows, row
from memkit.pictures.process_fields import Fixed
from memkit.vm.layouts import LAYOUTS

from ..ideas import Idea
from ..task import at_the_end, room
from .areas import possible, some_areas
from .maps import process_map

BASE = 0x555555554000
RIGHTS = "r--", "rw-", "r-x", "rwx", "---"
KINDS = {"r": "read", "w": "write", "x": "fetch"}


class Asked(NamedTuple):
    """The area that was found, and what the access gets as far as is known."""

    here: tuple | None
    gets: str


def rule(
    address,
    kind,
    areas,
    *,
    first=0,
    last=0,
    most=None,
    bounded=True,
    nowhere="MAPERR",
    refused="ACCERR",
    reserved=True,
    fetched="x",
):
    """Is an area there, and does it allow this? `first`, `last`: by how much its ends are off,
    `most`: areas that are looked at, `reserved`: one of --- is an area."""
    if bounded:
        areas = areas[:most]
        here = next((one for one in areas if one[0] + first <= address < one[1] + last), None)
    else:
        here = next((one for one in reversed(areas) if one[0] <= address), None)
    if here and here[2] == "---" and not reserved:
        here = None
    yield Asked(here, "mapped" if here else nowhere)
    if here:
        needed = fetched if kind == "x" else kind
        yield Asked(here, "served" if needed in here[2] else refused)


answer = at_the_end("gets")

INSIDE = '`"ACCERR"` where it lies in an area that does not allow it'
NOWHERE = '`"MAPERR"` where it lies in none'
IDEAS = (
    Idea(
        "end_is_inside",
        "counting the end of an area as a part of it. It is the first address behind it.",
        "`end` is the first address behind an area",
        last=1,
    ),
    Idea(
        "start_is_outside",
        "counting the start of an area as outside of it. It is the first address in it.",
        "where the address lies in an area that allows this",
        first=1,
    ),
    Idea(
        "first_area_only",
        "looking at the first area only. The address may lie in one that comes later.",
        NOWHERE,
        most=1,
    ),
    Idea(
        "area_below",
        "taking the last area that begins below, and not asking where it ends. A hole may follow.",
        NOWHERE,
        bounded=False,
    ),
    Idea(
        "one_code_for_all",
        """taking each refusal for the same. MAPERR says that no area is there, ACCERR that one is,
        but does not allow this.""",
        INSIDE,
        refused="MAPERR",
    ),
    Idea(
        "codes_turned_round",
        "turning the codes round. MAPERR says that no area is there, ACCERR that one forbids it.",
        INSIDE,
        refused="MAPERR",
        nowhere="ACCERR",
    ),
    Idea(
        "rights_not_asked",
        "serving whatever lies in an area. Its rights must allow the access.",
        "where the address lies in an area that allows this",
        refused="served",
    ),
    Idea(
        "reserved_is_none",
        "taking an area of --- for none. It is there, and allows nothing.",
        INSIDE,
        reserved=False,
    ),
    Idea(
        "fetch_is_a_read",
        "serving a fetch where one may read. It needs the right x.",
        "where the address lies in an area that allows this",
        fetched="r",
    ),
)


def case(random):
    areas = some_areas(random, RIGHTS, PAGE, BASE)
    start, end, _ = random.choice(areas)
    near = (start, start - 1, end - 1, end, end + random.randrange(PAGE), 0, 0xFFFFFFFF81000000)
    inside = random.randrange(start, end)
    return random.choice((*near, inside, inside)), random.choice("rwx"), areas


def domain(address, kind, areas):
    """Page 0 is never mapped, nor what is the kernel's."""
    edges = [edge for start, end, _ in areas for edge in (start, end)]
    user = all(edge % PAGE == 0 and PAGE <= edge < LAYOUTS["x86_64"].user_end for edge in edges)
    return user and possible(areas, RIGHTS) and areas and kind in KINDS and 0 <= address < 1 << 64


def simpler(address, kind, areas):
    """All of it lower."""
    down = areas[0][0] - PAGE
    yield address - down, kind, [(start - down, end - down, rights) for start, end, rights in areas]


def scene(says, moments, address, kind, areas):
    """Is an area there, does it allow this: MAPERR says no to the first, ACCERR to the second."""
    here = moments[0].here
    below = [area for area in areas if area[1] <= address]
    what, at = f"{KINDS[kind]} at {hex(address)}", hex(address)
    told = [f"a {what}"]

    def shown(sentence, state, verdict=""):
        """The page in this state; in a hole it is drawn only where the answer sees an area."""
        rows, top = [], LAYOUTS["x86_64"].user_end
        if address >= top:
            rows = kernel_rows(Fixed((), "", top, 0xFFFF800000000000, 1 << 64), "")
        for start, end, rights in [*reversed(areas), (0, 0, "")]:
            if end < top:
                rows.append(hole("", end, top))
            if rights:
                cells = [
                    cell("", state if on else "none", on)
                    for on in (va == address // PAGE * PAGE for va in range(start, end, PAGE))
                ]
                rows.append(row("area", "", "area", start, end, prot=rights, cells=cells))
            top = start
        edges = [1 << 64, *(int(line["at"], 16) for line in rows)]
        for line, end, start in zip(rows, edges, edges[1:], strict=False):
            if start <= address < end:
                line["touched"], line["note"] = True, f"◂ {verdict or what}"
                if not here and state != "none":
                    line["cells"] = [cell("", state, True)]
        return process_map(sentence, [("the process", (), False, rows)], told)

    yield shown(f"a {what}: is an area there?", "none")
    if here:
        fact = f"{at} lies in an area, {hex(here[0])} to {hex(here[1])}"
    elif below:
        fact = f"{at} lies in no area: the one below it ends at {hex(below[-1][1])}"
    else:
        fact = f"{at} lies in no area, and none begins below it"
    mapped = says in ("served", "ACCERR")
    but = ", yet" if mapped == (here is None) else ", so"
    told.append(("is an area there?", "yes" if mapped else f"no: SIGSEGV, {says[:40]}"))
    claimed = "none" if here else "more"
    if not mapped:
        yield shown(f"{fact}{but} the answer is {says[:40]}.", "none", says[:40])
        return
    yield shown(
        f"{fact}{but} {'its rights decide' if here else 'it counts as mapped'}.", claimed, "mapped"
    )
    fact = f"a {KINDS[kind]} needs {kind}, the area is {here[2]}" if here else "no area allows this"
    served = says == "served"
    but = ", yet" if served != bool(here and kind in here[2]) else ", so"
    told.append((f"does it allow {kind}?", "yes: served" if served else "no: SIGSEGV, ACCERR"))
    end = "served" if served else "ACCERR"
    yield shown(f"{fact}{but} it is {end}.", "own" if served else claimed, end)


TWO = [(BASE, BASE + PAGE, "r-x"), (BASE + PAGE, BASE + 2 * PAGE, "rw-")]
APART = [TWO[0], (BASE + 2 * PAGE, BASE + 3 * PAGE, "rw-")]

access = room(
    __name__,
    "what an access gets",
    edges=(
        *((BASE, kind, TWO[:1]) for kind in "rw"),
        *((BASE + PAGE, kind, TWO) for kind in "wx"),
        (BASE, "r", [(BASE, BASE + PAGE, "---")]),
        *((BASE + at, "r", APART) for at in (-1, PAGE - 1, PAGE, 2 * PAGE - 1, 2 * PAGE)),
        (BASE + 3 * PAGE, "r", APART),
    ),
)
