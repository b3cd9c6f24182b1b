"""The answers of chapter 05's tasks, against the models of allocators and the doctor."""

from functools import cache

import pytest

from memkit import malloc
from memkit.course import ch05

each_seed = pytest.mark.parametrize("seed", ["", "ana", "ben"])


@each_seed
def test_neighbours_join_as_in_glibc(seed):
    """The unsorted list of glibc 2.36 without its quick lists; 8 bytes of a task are 32 of its."""
    for free, block in ch05.coalesce.cases(seed):
        heap = malloc.PtMalloc(tcache=False, fastbins=False)
        blocks = sorted([*free, block])
        addresses, at = {}, blocks[0][0]
        while at <= blocks[-1][0]:
            length = dict(blocks).get(at) or min(b[0] for b in blocks if b[0] > at) - at
            addresses[at] = heap.malloc(length * 4 - 8)
            at += length
        heap.malloc(24)  # between the last block and the top
        for address, _ in [*free[::-1], block]:
            heap.free(addresses[address])
        state = heap.snapshot()
        sizes = {chunk.address: chunk.size for chunk in state.chunks}
        base = addresses[blocks[0][0]] - 16  # the header
        found = [
            (blocks[0][0] + (chunk - base) // 4, sizes[chunk] // 4)
            for chunk in dict(state.lists)["unsorted"][::-1]
        ]
        assert ch05.coalesce.spec(free, block) == found


@each_seed
@pytest.mark.parametrize("fit, k", [("first", 1), ("best", 99)])
def test_a_search_ends_as_first_fit_or_as_best_fit(seed, fit, k):
    for free, need, _, _ in ch05.take.cases(seed):
        region = malloc.FreeList(2000, fit=fit)
        region.free_list[:] = free
        address = region.malloc(need)
        found = None if address is None else (address, need, region.free_list)
        assert ch05.take.spec(free, need, k, 1) == found


class Spread:
    """An allocator whose blocks are far apart, and none is given out twice."""

    def __init__(self):
        self.top = 1 << 20

    def malloc(self, n):
        self.top += 1 << 12
        return self.top

    def free(self, address):
        pass


@each_seed
def test_the_doctor_agrees_on_the_first_disease(seed):
    """Its blocks lie apart: an address is told by the block that holds it, or held it last."""
    for (operations,) in ch05.diagnose.cases(seed):
        doctor, owners = malloc.Doctor(Spread()), {}
        for place, (verb, address, n) in enumerate(operations):
            if verb == "malloc":
                mine = doctor.malloc(n, at=str(place))
                owners |= {address + i: mine + i for i in range(n)}
                continue
            there = owners.get(address, 64 << 20)
            if verb == "free":
                doctor.free(there, at=str(place))
            elif verb == "read":
                doctor.read(there, n, at=str(place))
            else:
                doctor.write(there, bytes(n), at=str(place))
        doctor.end()
        first = doctor.reports[0] if doctor.reports else None
        leaked = first and first.kind == "leak"
        found = first and (first.kind, int(first.block.at if leaked else first.at))
        assert ch05.diagnose.spec(operations) == found


BLOCK = [("malloc", 1000, 20)]
GONE = [*BLOCK, ("free", 1000, None)]


@pytest.mark.parametrize(
    "operations, disease",
    [
        ([*GONE, ("read", 1005, 5)], "use after free"),
        ([*GONE, ("read", 995, 10)], "wild pointer"),
        ([*GONE, ("free", 1000, None)], "double free"),
        ([*GONE, ("free", 1005, None)], "invalid free"),
        ([*BLOCK, ("free", 1005, None)], "invalid free"),
    ],
)
def test_what_was_freed_is_told_by_the_byte_and_by_the_block(operations, disease):
    assert ch05.diagnose.spec(operations) == (disease, len(operations) - 1)


@each_seed
@pytest.mark.parametrize("stray", ["wild pointer", "double free"])
def test_a_free_inside_a_block_is_no_other_disease(seed, stray):
    """Right in all else: what is freed, live or not, is told from what never was a block."""

    def diagnose(operations):
        found, given = ch05.diagnose.spec(operations), set()
        for place, (verb, address, n) in enumerate(operations):
            if found == ("invalid free", place):
                inside = any(start < address < start + size for start, size in given)
                return (stray, place) if inside else found
            if verb == "malloc":
                given.add((address, n))
        return found

    assert "('invalid free'" in ch05.diagnose.judge(diagnose, seed).words


def diagnose(operations, dies=False, reaches=False, lowest=False, start=False):
    """dies: an overflow into what was freed is a use after free; reaches: one from below into a
    live block is an overflow; lowest: the lowest block leaks; start: of a read block the first
    byte must have been written."""
    live, began, freed, written = {}, set(), set(), set()
    for place, (verb, address, n) in enumerate(operations):
        used = set(range(address, address + (n or 1)))
        held = {at: set(range(at, end)) for at, (end, _) in live.items()}
        block = next((at for at in held if address in held[at]), None)
        if verb == "malloc":
            live[address] = address + n, place
            began.add(address)
            written -= used
        elif verb == "free":
            if address not in live:
                return "double free" if address in began else "invalid free", place
            freed |= set(range(address, live.pop(address)[0]))
        elif block is None:
            if reaches and any(used & mine for mine in held.values()):
                return "overflow", place
            return "use after free" if address in freed else "wild pointer", place
        elif not used <= held[block]:
            out = used - held[block]
            return "use after free" if dies and out & freed else "overflow", place
        elif verb == "write":
            written |= used
        elif not ({block} if start else used) <= written:
            return "uninitialised read", place
    if lowest and live:
        return "leak", live[min(live)][1]
    return min((("leak", place) for _, place in live.values()), default=None)


@cache
def without_a_slip(seed):
    return ch05.diagnose.judge(diagnose, seed)


@pytest.mark.parametrize("seed", ["", "ana", "ben", *(f"student {n}" for n in range(7))])
@pytest.mark.parametrize(
    "slip, idea", [("dies", ""), ("reaches", ""), ("lowest", "lowest_leak"), ("start", "")]
)
def test_what_is_right_in_most_programs_is_refused(seed, slip, idea):
    assert without_a_slip(seed).right
    verdict = ch05.diagnose.judge(lambda operations: diagnose(operations, **{slip: True}), seed)
    assert not verdict.right and " ".join(map(repr, verdict.ideas)) == idea
