"""The scoreboard: its counts against the allocators', the kernel's and the rules; its picture."""

import json

import pytest
from films import on_stage, red
from hypothesis import given, settings
from hypothesis import strategies as st

from memkit import golang, scoreboard, vm, widgets
from memkit.malloc import PtMalloc, TCMalloc
from memkit.scoreboard import ALLOCATORS, PATTERNS, Pages, score, workload
from memkit.widgets.scoreboard import parsed, scores

SIZES = st.lists(st.integers(1, 40_000), min_size=1, max_size=6)
MANY = settings(max_examples=25, deadline=None)
each_pattern = pytest.mark.parametrize("pattern", PATTERNS)


# Workloads


@each_pattern
@given(sizes=SIZES, threads=st.integers(1, 16))
@MANY
def test_a_workload_is_a_program_that_could_run(pattern, sizes, threads):
    """No block twice, none let go that is not there, by threads that there are."""
    work, alive, owner = workload(pattern, sizes, threads), {}, {}
    assert work == workload(pattern, sizes, threads)
    for block, n, thread in work:
        assert 0 <= thread < threads
        if n:
            assert n in sizes and block not in owner
            alive[block], owner[block] = n, thread
        else:
            assert alive.pop(block)
            assert thread == (owner[block] + (pattern == "hand over")) % threads
    assert len(alive) < len(owner)


def test_patterns_do_what_they_say():
    order = [block for block, n, _ in workload("hand over") if not n]
    assert order == sorted(order)
    stays = {block for block, n, _ in workload("pins") if n}
    stays -= {block for block, n, _ in workload("pins") if not n}
    assert {block for block in stays if block < 5000} == set(range(0, 5000, 50))
    waves, before = [[]], True
    for _, n, _ in workload("waves", range(1, 4001)):
        if n and not before:
            waves.append([])
        before = bool(n)
        waves[-1] += [n] if n else []
    assert [max(wave) // 1001 for wave in waves] == [0, 1, 2, 3] * 2  # at most 1000, 2000, ...
    assert len({len(wave) for wave in waves}) == 1


@pytest.mark.parametrize(
    "wrong, name",
    [
        ({"pattern": "best"}, "pattern"),
        ({"pattern": None}, "pattern"),
        ({"sizes": []}, "sizes"),
        ({"sizes": [0]}, "sizes"),
        ({"sizes": [(1 << 20) + 1]}, "sizes"),
        ({"sizes": [1.5]}, "sizes"),
        ({"threads": 0}, "threads"),
        ({"threads": 17}, "threads"),
    ],
)
def test_what_is_no_workload_gets_one_sentence(wrong, name):
    with pytest.raises(ValueError, match=rf"^{name} .*\.$"):
        workload(**wrong)


# Counts


@each_pattern
@pytest.mark.parametrize("name", ALLOCATORS)
def test_memory_is_the_sum_of_its_parts(pattern, name):
    for threads in (1, 4):
        work = workload(pattern, (8, 24, 100, 5000), threads)
        result = score(ALLOCATORS[name], work)
        assert result.calls == len(work)
        assert result.peak == result.asked + result.inside + result.outside
        assert min(result.asked, result.inside, result.outside) >= 0
        assert 0 < result.peak <= result.faults * 4096
        assert 0 < result.locks <= 2 * result.calls
        assert (result.collections > 0) == (name == "Go")


@pytest.mark.parametrize("name", ["ptmalloc", "TCMalloc", "Go"])
def test_faults_are_those_of_a_process(name):
    """A process of a machine with memory enough: minor faults, and pages that stay resident."""
    work = workload("waves", (40_000, 100_000, 200_000), threads=2)[:200]
    seen = []

    def over(space, nthreads):
        seen.append(space)
        return ALLOCATORS[name](space, nthreads)

    faults = score(over, work, gogc=10).faults
    process = vm.Machine(8192).spawn()
    heap, address = ALLOCATORS[name](process, 2), {}
    for block, n, thread in work:
        if name == "Go":
            if n:
                address[block] = heap.mallocgc(n, p=thread)
        elif n:
            address[block] = heap.malloc(n, thread)
        else:
            heap.free(address[block], thread)
        if n:
            for page in range(address[block] // 4096, (address[block] + n - 1) // 4096 + 1):
                process.touch(page * 4096, write=True)
    if name != "Go":  # it has collected meanwhile
        assert process.minor_faults == faults
        assert process.stats.resident_pages == len(seen[0].resident)
    else:
        assert process.minor_faults >= faults


def test_pages_that_go_back_fault_again():
    space = Pages()
    start = space.mmap(5 * 4096)
    space.touch(start + 4095, 2)
    space.touch(start, 4096)
    assert (space.faults, len(space.resident)) == (2, 2)
    space.madvise(start, 4096)
    space.touch(start, 1)
    assert (space.faults, len(space.resident)) == (3, 2)
    space.munmap(start, 5 * 4096)
    assert (space.faults, len(space.resident)) == (3, 0)


def test_locks_by_hand():
    """16 B, one thread, 100 blocks: the free list each time; ptmalloc has an empty tcache; TCMalloc
    fetches 2, 3, ... 14 objects (before main the loader took the first); Go makes one span."""
    work = [(block, 16, 0) for block in range(100)]
    locks = {name: score(make, work).locks for name, make in ALLOCATORS.items()}
    tcmalloc = TCMalloc()
    for _ in range(100):
        tcmalloc.malloc(16)
    counts = tcmalloc.counts
    assert counts["fetches"] == 13
    assert locks == {
        "free list": 100,
        "ptmalloc": 101,  # and the tcache's own table
        "TCMalloc": counts["central_locks"] + counts["pageheap_locks"],
        "Go": 1,
    }


def test_what_the_tcache_serves_takes_no_lock():
    work = [(0, 16, 0), (0, 0, 0), (1, 16, 0), (1, 0, 0), (2, 16, 0)]
    assert score(ALLOCATORS["ptmalloc"], work).locks == 2  # the table, and the first block
    assert score(ALLOCATORS["free list"], work).locks == 5


def test_tiny_objects_share_what_they_take():
    """Go: two objects of 8 B in one block of 16 B; waste inside is none, then half."""
    page, two = 4096, [(0, 8, 0), (1, 8, 0)]
    assert score(golang.GoHeap, two)[2:6] == (page, 8, 8, page - 16)  # when it was touched first
    many = [(block, 8, 0) for block in range(1000)]
    assert score(golang.GoHeap, many).inside == 8  # the block in which the second page begins


# Collections


@pytest.mark.parametrize(
    "marked, gogc, goal",
    [
        (0, 100, 4 << 20),
        (0, 50, 2 << 20),
        (1 << 20, 100, 4 << 20),
        (6 << 20, 100, 12 << 20),
        (6 << 20, 200, 18 << 20),
        (6 << 20, 10, 7 << 20),
    ],
)
def test_the_goal(marked, gogc, goal):
    """Go 1.27.3 mgcpacer.go, without stacks and globals."""
    assert golang.heap_goal(marked, 0, 0, gogc) == goal


def test_a_go_heap_is_collected_when_it_reaches_its_goal():
    """Objects of 8 KiB: 4 MiB are 512 of them; 100 live, so the goal stays 4 MiB."""
    work = [(block, 8192, 0) for block in range(100)]
    for block in range(100, 1400):
        work += [(block, 8192, 0), (block, 0, 0)]
    result = score(golang.GoHeap, work)
    assert result.collections == (1400 - 100 - 1) // (512 - 100)
    assert result.peak == 4 << 20
    assert score(golang.GoHeap, work, gogc=1000).collections == 0


def test_more_room_for_garbage_means_fewer_collections():
    work = workload()
    runs = [score(golang.GoHeap, work, gogc) for gogc in (25, 50, 100, 200, 400)]
    assert [run.collections for run in runs] == [24, 12, 6, 3, 1]
    assert [run.peak for run in runs] == sorted(run.peak for run in runs)


@pytest.mark.parametrize("gogc", [0, -1, 10_001, None, 1.5])
def test_what_is_no_gogc_gets_one_sentence(gogc):
    with pytest.raises(ValueError, match=r"^gogc .*\.$"):
        score(golang.GoHeap, [(0, 8, 0)], gogc)


# What chapter 07 says


def test_the_numbers_of_the_chapter():
    told = {name: round(result.peak / (1 << 20), 2) for name, result in scores().items()}
    assert told == {"free list": 4.59, "ptmalloc": 4.46, "TCMalloc": 5.18, "Go": 9.0}
    shares = {n: 100 * s.inside / (s.asked + s.inside) for n, s in scores().items()}
    assert (round(shares["Go"]), round(shares["ptmalloc"], 1)) == (6, 0.8)
    locks = {name: result.locks for name, result in scores(sizes="16").items()}
    assert locks == {"free list": 36667, "ptmalloc": 3334, "TCMalloc": 132, "Go": 2}
    one, many = (scores("hand over", threads=n) for n in (1, 16))
    assert (one["TCMalloc"].locks, many["TCMalloc"].locks) == (1679, 4454)
    assert (one["Go"].locks, many["Go"].locks) == (1987, 1388)
    assert round(many["Go"].peak / (1 << 20)) == 15
    waves = scores("waves")
    assert round(waves["TCMalloc"].peak / (1 << 20), 1) == 13.3
    assert round(waves["free list"].peak / (1 << 20), 1) == 5.3
    waves = scores("waves", "100000")["ptmalloc"]
    assert round(waves.faults * 4096 / waves.peak) == 8


# The widget


@pytest.mark.parametrize(
    "text, sizes",
    [("16", [16]), (" 24, 100\t7 ", [24, 100, 7]), ("16-18 3", [16, 17, 18, 3])],
)
def test_sizes_are_bytes_and_ranges(text, sizes):
    assert parsed(text) == sizes


def test_a_long_range_is_thinned_out():
    sizes = parsed("1-1048576")
    assert sizes[0] == 1 and sizes[-1] > 1_048_000 and 2000 < len(sizes) <= 4096


BAD = ["", " , ", "x", "0", "1.5", "-3", "16-", "9-8", "1048577", "1,024", "1-2-3", "²", "9" * 999]


@pytest.mark.parametrize("text", BAD)
def test_other_sizes_get_one_red_sentence_and_come_back(text):
    board = widgets.Scoreboard(sizes="16")
    before = on_stage(board)
    board.sizes.value = text
    assert red(board).startswith("The sizes ") and red(board).endswith(".")
    assert len(red(board)) < 160
    board.sizes.value = "16"
    assert on_stage(board) == before


@pytest.mark.parametrize(
    "wrong, name",
    [
        ({"pattern": "best"}, "pattern"),
        ({"pattern": ["steady"]}, "pattern"),
        ({"threads": 3}, "threads"),
        ({"threads": True}, "threads"),
        ({"gogc": "off"}, "gogc"),
        ({"sizes": 16}, "sizes"),
        ({"sizes": "many"}, "The sizes"),
    ],
)
def test_what_cannot_be_run_gets_a_red_sentence(wrong, name):
    board = widgets.Scoreboard(**wrong)
    assert red(board).startswith(f"{name} ") and red(board).endswith(".")


def test_the_picture_is_to_scale_and_says_its_numbers():
    board = widgets.Scoreboard(sizes="24 600 5000", threads=2)
    picture, results = on_stage(board), scores("steady", "24 600 5000", 2)
    json.dumps(picture)
    assert [floor["title"] for floor in picture["floors"]] == ["locks", "memory", "page faults"]
    for floor, field in zip(picture["floors"], ("locks", "peak", "faults"), strict=True):
        most = max(getattr(result, field) for result in results.values())
        for (row,), (name, result) in zip(floor["rows"], results.items(), strict=True):
            assert row["label"].startswith(f"{name}: ")
            drawn = sum(part["share"] for part in row["bar"] if part["state"] != " ")
            assert drawn == getattr(result, field)
            assert sum(part["share"] for part in row["bar"]) == most
            assert not any(part["touched"] for part in row["bar"])
    for name, result in results.items():
        assert f"{name} {result.locks:,}" in picture["sentence"]
    table = picture["words"]
    assert len({len(line) for line in table}) == 1 and len(table) == 5
    assert [line[2] for line in table[1:]] == [f"{r.locks:,}" for r in results.values()]


def test_a_choice_changes_the_picture_and_gogc_only_go():
    board = widgets.Scoreboard(sizes="5000")
    before = on_stage(board)["words"]
    board.gogc.value = 25
    after = on_stage(board)["words"]
    assert after[1:4] == before[1:4] and after[4] != before[4]
    board.pattern.value = "pins"
    board.threads.value = 16
    assert on_stage(board)["words"][1:] != after[1:]


def test_all_four_are_on_the_board():
    made = [make(Pages(), 2) for make in ALLOCATORS.values()]
    assert [type(heap) for heap in made] == [
        scoreboard.FreeList,
        PtMalloc,
        TCMalloc,
        golang.GoHeap,
    ]
