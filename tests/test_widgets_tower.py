"""The picture of the tower: six floors at each step, one thread of light, a closer view of each."""

import json
import re

import pytest
from films import film, npanes, on_stage
from hypothesis import given, settings
from hypothesis import strategies as st

from memkit import golang, record, widgets
from memkit.golang.heap.malloc import ZERO_BASE
from memkit.pictures import tower_floors
from memkit.pictures.tower import (
    OPENS,
    closer_picture,
    page_table,
    process_step,
    story_range,
    tower_picture,
)

FLOORS = list(OPENS)


def recorded(nframes=64, swap_pages=0):
    tower = golang.Tower(nframes, swap_pages)
    with record(tower) as steps:
        tower.new(48)
    return tower, steps


def rows(picture, tier):
    floor = picture["floors"][FLOORS.index(tier)]
    return [row for line in floor["rows"] for row in line]


def solid(live):
    """Objects of 0 bytes lie outside the heap."""
    return [address for address in live if address != ZERO_BASE]


def touched_at(picture, point):
    """Is the place that the thread passes outlined too?"""
    floor, row, cell = point
    drawn = [r for line in picture["floors"][floor]["rows"] for r in line][row]
    if "bar" in drawn:
        return drawn["bar"][int(cell)]["touched"]
    return any(start <= cell < stop for start, stop in drawn["touched"])


def test_the_first_object_lights_up_every_floor():
    _, steps = recorded()
    picture = tower_picture(steps, len(steps) - 1)
    assert [floor["tier"] for floor in picture["floors"]] == FLOORS
    assert [floor for floor, _, _ in picture["thread"]] == [0, 1, 2, 3, 3, 4, 4, 4, 4, 5]
    assert picture["thread"][-1] == [5, 0, 1], "frame 1"
    assert [row["label"] for row in rows(picture, "table")] == [
        "PGD[1] → 62",
        "PUD[256] → 61",
        "PMD[0] → 60",
        "PTE[0] → 1",
    ]
    assert rows(picture, "frames")[0]["cells"] == "##" + "." * 58 + "TTTT"
    assert rows(picture, "space")[1]["cells"] == "##" + "." * 30
    assert [line[1] for line in picture["story"]] == [str(step) for step in steps]


def test_the_cursor_says_whose_a_frame_is_and_where_a_page_lies():
    _, steps = recorded()
    picture = tower_picture(steps, len(steps) - 1)
    frames, pages = rows(picture, "frames")[0], rows(picture, "space")[1]
    assert [0, 1, "page 0xc000001000 of process 1"] in frames["tells"]
    assert [1, 2, "page 0xc000000000 of process 1"] in frames["tells"]
    assert [60, 61, "of process 1"] in frames["tells"] and frames["means"]["T"] == "table"
    assert pages["tells"] == [[0, 1, "frame 1"], [1, 2, "frame 0"]]
    assert pages["unit"]["base"] == 0xC000000000 and pages["unit"]["size"] == 4096
    entries = rows(picture, "table")
    assert [row["unit"]["first"] for row in entries] == [0, 256, 0, 0]
    assert entries[0]["tells"] == [[1, 2, "PGD[1] → 62"]]


def test_a_frame_s_number_is_written_in_one_way():
    """In the floors, in the story and in the view of the walk: as a count, not in hex."""
    _, steps = recorded()
    for i in range(len(steps)):
        said = [tower_picture(steps, i), closer_picture(steps, i, "table")]
        assert not re.search(r"frame 0x", json.dumps(said))
    walk = closer_picture(steps, len(steps) - 1, "table")
    assert "→ table in frame 62" in json.dumps(walk, ensure_ascii=False)


def test_the_thread_goes_only_as_far_as_the_story_has_come():
    _, steps = recorded()
    deepest = {}
    for i, step in enumerate(steps):
        thread = tower_picture(steps, i)["thread"]
        deepest.setdefault(step.event, FLOORS[thread[-1][0]] if thread else None)
    assert deepest["mallocgc"] is None and deepest["span full"] == "mcache"
    assert deepest["no partial"] == "mcentral" and deepest["page heap"] == "space"
    assert deepest["mmap"] == deepest["slot"] == deepest["write"] == deepest["tlb miss"] == "space"
    assert deepest["walk"] == "table" and deepest["page fault"] == deepest["new"] == "frames"


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("new"), st.integers(0, 40_000), st.booleans()),
            st.tuples(st.sampled_from(["write", "gc", "fork", "scavenge"])),
        ),
        max_size=12,
    )
)
def test_every_step_has_a_picture_and_its_thread_runs_through_what_is_outlined(ops):
    tower, live = golang.Tower(80, 100), []
    with record(tower) as steps:
        for op, *given_ in ops:
            if op == "new":
                live.append(tower.new(*given_))
            elif op == "write" and solid(live):
                tower.write(solid(live)[0], 1)
            elif op == "gc":
                live = live[::2]
                tower.gc(live)
            elif op == "scavenge":
                tower.heap.scavenge()
            elif op == "fork" and len(tower.machine.processes) < 3:
                tower.process.fork()
    for i, step in enumerate(steps):
        picture = tower_picture(steps, i)
        json.dumps(picture)
        assert picture["sentence"] == str(step)
        assert [point[0] for point in picture["thread"]] == sorted(p[0] for p in picture["thread"])
        assert all(touched_at(picture, point) for point in picture["thread"])
        used = sum(frame.kind != "free" for frame in step.state.machine.frames)
        assert (
            len(step.state.machine.frames) - rows(picture, "frames")[0]["cells"].count(".") == used
        )
        assert len({len(line) for line in picture["words"]}) == 1
        start, stop = story_range(steps, i)
        assert start <= i < stop
        now = [text for _, text, when in picture["story"] if when == "now"]
        assert now == ([str(step)] if len(steps) > 1 else [])


def test_each_floor_opens_for_the_same_step():
    tower, steps = recorded()
    last = len(steps) - 1
    span = closer_picture(steps, last, "mcache")
    assert "168 slots of 48 B · 1 in use" in json.dumps(span, ensure_ascii=False)
    tiers = closer_picture(steps, last, "mheap")
    assert [floor["tier"] for floor in tiers["floors"]] == FLOORS[:4] and not tiers["story"]
    walk = closer_picture(steps, last, "table")
    assert walk["sentence"] == "0xc000000000 is 0x1000: 4 entries are read on the way."
    assert "page fault" in closer_picture(steps, 15, "frames")["sentence"].lower()
    for i in range(len(steps)):
        for tier in FLOORS:
            if tier != "space":
                json.dumps(closer_picture(steps, i, tier))
    assert tower.process.stats.minor_faults == 2, "looking changes nothing"


def test_the_page_tables_of_a_step_can_be_walked_again():
    tower, steps = recorded()
    table = page_table(steps[-1].state)
    assert table.walk(0xC000000000) == tower.process.table.walk(0xC000000000)
    assert page_table(steps[0].state).walk(0xC000000000)[-1].kind == "not present"


def test_the_closer_views_are_in_the_film():
    """A floor's button opens a pane; which one, the stage knows without Python."""
    _, steps = recorded()
    view = widgets.TowerView(steps)
    assert npanes(view) == 5 and set(view.stage.closer) == set(FLOORS)
    assert all(0 < pane < 5 for pane in view.stage.closer.values()) and not view.stage.opened
    events, panes = film(view)
    assert events == [step.event for step in steps]
    for i, step in enumerate(steps):
        view.draw(i)
        for tier, pane in view.stage.closer.items():
            picture = on_stage(view, pane)
            assert picture == panes[pane][i] and picture["step"] in (i, "empty"), (tier, step)
    view.draw(13)
    process = on_stage(view, view.stage.closer["space"])
    assert process["sentence"].startswith("The program writes")
    assert process["columns"][0]["numbers"][0][1] == "process 1"
    view.draw(16)
    process = on_stage(view, view.stage.closer["space"])
    assert process["thread"] == ["1 page", "frame 1"]
    assert process["holds"]["1 field min_flt"][1][0][:2] == ["task_struct.min_flt", "2"]


def test_a_step_about_an_address_names_it_for_the_map_of_the_process():
    _, steps = recorded()
    detail = {step.event: process_step(steps, i).detail for i, step in enumerate(steps)}
    assert "va" not in detail["mallocgc"] and "va" not in detail["mmap"]
    assert detail["mark bits"]["va"] == 0xC000001F80 and detail["write"]["va"] == 0xC000000000


def test_a_collector_over_a_tower_is_shown_as_its_tower():
    tower = golang.Tower(64)
    collector = golang.Collector(tower.heap)
    with record(collector) as steps:
        collector.store_global("kept", collector.new(64, pointers=1))
        collector.new(64, pointers=1)
        collector.collect()
    view = widgets.TowerView(steps)
    assert len(view.steps) == len(steps)
    for i, step in enumerate(steps):
        view.draw(i)
        assert on_stage(view)["sentence"] == str(step)


def test_n_looks_for_the_next_page_fault_first():
    view = widgets.TowerView(recorded()[1])
    assert view.stage.first == ["page fault"] and film(view)[0].count("page fault") == 2


def test_a_write_alone_is_followed_from_the_span_to_the_frame():
    tower = golang.Tower(64)
    address = tower.new(48)
    for _ in range(3):
        tower.new(48)
    with record(tower) as steps:
        tower.process.fork()
        tower.write(address + 48, 8)
    assert story_range(steps, len(steps) - 1) == (1, len(steps))
    picture = tower_picture(steps, len(steps) - 1)
    assert [floor for floor, _, _ in picture["thread"]] == [0, 2, 3, 3, 4, 4, 4, 4, 5]
    assert rows(picture, "mcache")[0]["touched"] == [[1, 2]]
    cells = rows(picture, "frames")[0]["cells"]
    assert cells.startswith("/O#") and rows(picture, "space")[1]["cells"].startswith("#/")


def test_swap_has_a_row_of_its_own_and_the_next_victim_a_dashed_frame():
    tower = golang.Tower(24, 64)
    with record(tower) as steps:
        for _ in range(30):
            tower.new(4096)
    picture = tower_picture(steps, len(steps) - 1)
    frames, swap = rows(picture, "frames")
    assert swap["cells"] == "S" * 10 and swap["label"] == "swap: 10 slots in use"
    assert frames["boxes"] and "goes next" in frames["caption"]
    assert rows(tower_picture(steps, 0), "frames")[1]["cells"] == "." * 10, (
        "in place from the start"
    )
    assert rows(picture, "space")[1]["cells"].count("S") == 10
    assert {"S: in swap", "filled: in a frame"} <= set(
        rows(picture, "space")[1]["label"].split(" · ")
    )


def test_pages_freed_under_a_page_cache_are_shown_as_free():
    tower = golang.Tower(200)
    live = [tower.new(4096) for _ in range(20)]
    with record(tower) as steps:
        tower.gc(live[-2:])
    last = len(steps) - 1
    row = rows(tower_picture(steps, last), "mheap")[0]
    told = closer_picture(steps, last, "mheap")["floors"][2]["rows"][0][0]["caption"]
    assert told.startswith("1 of 512 pages in use, 457 free, 54 in page caches")
    assert row["cells"].count("#") == 1 and row["cells"].count("-") == 54


def test_of_a_large_machine_and_a_large_heap_a_part_is_shown():
    tower = golang.Tower(2000)
    tower.heap.mallocgc(20 << 20)
    with record(tower) as steps:
        address = tower.new(1 << 20)
        tower.write(address + (1 << 20) - 8, 8)
    picture = tower_picture(steps, len(steps) - 1)
    near, last = rows(picture, "frames")
    assert len(near["cells"]) == 192 and len(last["cells"]) == 48 and "T" in last["cells"]
    heap = rows(picture, "mheap")[0]
    note = picture["floors"][FLOORS.index("mheap")]["note"]
    assert len(heap["cells"]) == 128 and note.endswith(", 2,560 to 2,687 shown")
    assert heap["unit"] == {"name": "page", "first": 2560, "base": 0xC001400000, "size": 8192}
    assert all(touched_at(picture, point) for point in picture["thread"])


def test_a_process_that_has_exited_is_said_so():
    tower = golang.Tower(64)
    tower.new(48)
    state = tower.snapshot()
    gone = state._replace(machine=state.machine._replace(processes=()))
    floor, points = tower_floors.space(gone, tower_floors.Path(None, {}, None, False), False)
    assert "has exited" in json.dumps(floor) and points == []


@pytest.mark.parametrize("wrong", [7, None, [1], "steps"])
def test_what_is_no_recording_gets_one_red_sentence(wrong):
    view = widgets.TowerView(wrong)
    assert on_stage(view)["error"].endswith(".")
    assert view.stage.total == 1


def test_steps_of_another_model_get_one_red_sentence():
    heap = golang.GoHeap()
    with record(heap) as steps:
        heap.mallocgc(48)
    said = on_stage(widgets.TowerView(steps))["error"]
    assert said.startswith("The tower needs") and said.endswith("hold a HeapState.")


def test_a_tower_itself_is_shown_as_it_is_now():
    tower, _ = recorded()
    view = widgets.TowerView(tower)
    assert len(view.steps) == 1 and on_stage(view)["sentence"].endswith("as it is now.")
    empty = widgets.TowerView([])
    assert "Nothing recorded yet" in on_stage(empty)["empty"]
