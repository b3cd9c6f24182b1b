"""The picture of chapter 10: what it says of every moment of a collection, and of two beside."""

import json

import pytest
from films import film, npanes, on_stage, red
from hypothesis import given, settings
from hypothesis import strategies as st

from memkit import golang, record, widgets
from memkit.pictures.collector import WAITS, collector_picture
from memkit.pictures.collector_run import MOST_OBJECTS, MOST_ROWS, Run, in_step
from memkit.pictures.lanes import Lanes
from memkit.pictures.language import letters


def chain(pointers=((0, 1), (1, 2), (2, 3), (4, 5), (5, 4)), n=6, **options):
    """list -> A -> B -> C -> D, and E and F that point to each other; nothing on the stack."""
    gc = golang.Collector(golang.GoHeap(), **options)
    objects = [gc.new(48, pointers=2) for _ in range(n)]
    for source, target in pointers:
        gc.store(objects[source], 0, objects[target])
    gc.store_global("list", objects[0])
    for _ in objects:
        gc.pop()
    return gc


def collected(*pointers, **options):
    gc = chain(*pointers, **options)
    with record(gc) as steps:
        gc.collect()
    return steps


def moved(barrier, unit="object"):
    """A is black and B grey; C's pointer goes from B to A."""
    gc = chain(barrier=barrier, unit=unit)
    with record(gc) as steps:
        gc.start()
        for _ in range(3):
            gc.step()
        a = gc.load_global("list")
        b = gc.load(a, 0)
        gc.store(a, 1, gc.load(b, 0))
        gc.store(b, 0, None)
        gc.finish(), gc.sweep()
    return steps


def pictures_of(steps):
    run = Run(steps)
    return [collector_picture(run, i) for i in range(len(steps))]


def looks(picture):
    return "".join(node["look"][0] for node in picture["nodes"])


# One collection


def test_a_whole_collection_by_colours():
    """On paper: w white, g grey, b black, f freed; A to F."""
    seen = pictures_of(collected(unit="object"))
    assert [looks(picture) for picture in seen] == [
        "wwwwww", "gwwwww", "gwwwww", "bgwwww", "bbgwww", "bbbgww", "bbbbww",
        "bbbbww", "wwwwff", "wwwwff", "wwwwff",
    ]  # fmt: skip
    assert [picture["queue"] for picture in seen[:7]] == [
        ["globals", "stack 0"], ["stack 0", "A"], ["A"], ["B"], ["C"], ["D"], [],
    ]  # fmt: skip
    assert [picture["phase"] for picture in seen] == ["mark"] * 7 + ["sweep"] + ["off"] * 3
    assert {picture["barrier"] for picture in seen[:7]} == {"on"}
    assert seen[3]["sentence"] == "scan A: B found, and it is black"
    assert [node["name"] for node in seen[3]["nodes"] if node["touched"]] == ["A", "B"]
    assert seen[-1]["caption"] == "4 objects: 4 white, 0 grey, 0 black; 2 freed."


def test_the_span_shows_slots_and_bits():
    row = pictures_of(collected(unit="span"))[4]["spans"][0]
    assert row["title"] == "span 1" and row["note"] == "165 slots of 48 B, pointers"
    assert row["bits"] == [["mark bits", "11100000"], ["scan bits", "11000000"]]
    assert [look for _, look, _ in row["cells"]][:6] == ["black"] * 2 + ["grey"] + ["white"] * 3
    assert row["touched"] and row["more"]
    (by_object,) = pictures_of(collected(unit="object"))[4]["spans"]
    assert [what for what, _ in by_object["bits"]] == ["mark bits"]


def test_places_never_change_and_columns_are_depths():
    run = Run(collected())
    assert run.places == {
        "A": (0, 0), "B": (1, 0), "C": (2, 0), "D": (3, 0), "E": (0, 1), "F": (1, 1),
    }  # fmt: skip
    wide = Run(collected(pointers=(), n=2 * MOST_ROWS + 1))
    assert len(set(wide.places.values())) == len(wide.places)
    assert max(row for _, row in wide.places.values()) == MOST_ROWS - 1


def test_names():
    assert [letters(k) for k in (0, 25, 26, 51, 52)] == ["A", "Z", "AA", "AZ", "BA"]


def test_a_slot_that_is_used_again_holds_another_object():
    gc = chain()
    with record(gc) as steps:
        gc.collect()
        gc.new(48, pointers=2)
        gc.start()
    last = pictures_of(steps)[-1]
    names = {node["name"]: node["look"] for node in last["nodes"]}
    assert "E" not in names and names["G"] == "white" and names["F"] == "freed"
    assert [name for name, *_ in last["spans"][0]["cells"]][:6] == ["A", "B", "C", "D", "G", ""]


# With the barrier, and without


def test_without_the_barrier_two_objects_are_lost():
    seen = pictures_of(moved(barrier=False))
    marked, swept = next(p for p in seen if "never found" in p["sentence"]), seen[-1]
    assert marked["barrier"] == "missing"
    assert marked["caption"].endswith("lost: C, D.")
    assert [node["word"] for node in marked["nodes"]][2:4] == ["lost", "lost"]
    assert swept["caption"] == "2 objects: 2 white, 0 grey, 0 black; 4 freed; lost: C."
    assert ["A", "C", False, True] in [edge[:4] for edge in swept["edges"]], "a free slot"


@pytest.mark.parametrize("unit", ["object", "span"])
def test_with_the_barrier_nothing_is(unit):
    seen = pictures_of(moved(barrier=True, unit=unit))
    assert not any(node["lost"] for picture in seen for node in picture["nodes"])
    shaded = next(p for p in seen if p["sentence"].startswith("write barrier"))
    assert [node["name"] for node in shaded["nodes"] if node["touched"]] == ["C"]
    written = next(p for p in seen if "writes C" in p["sentence"])
    assert [edge[:2] for edge in written["edges"] if edge[2]] == [["A", "C"]]


def test_two_runs_are_in_step():
    """The program's own steps stand side by side; the barrier's have nobody beside them."""
    first, second = moved(True), moved(False)
    pairs = in_step(first, second)
    assert [i for i, _ in pairs] == sorted(i for i, _ in pairs)
    assert {i for i, _ in pairs} == set(range(len(first)))
    assert {j for _, j in pairs} == set(range(len(second)))
    beside = [(first[i].event, second[j].event) for i, j in pairs]
    assert beside.count(("store", "store")) >= 2
    assert beside[-1] == ("pacer", "pacer")
    view = widgets.CollectorView(first, beside=second)
    assert len(view.steps) == len(pairs)
    view.index = len(pairs) - 1
    assert [on_stage(view, n)["caption"][:9] for n in (0, 1)] == ["4 objects", "2 objects"]


def test_the_run_that_stands_still_says_so_and_what_differs_is_marked():
    """The barrier shades C: the run without one has no such step."""
    view = widgets.CollectorView(moved(True), beside=moved(False))
    view.index = next(
        i for i, step in enumerate(view.steps) if step.event == "write barrier"
    )  # fmt: skip
    with_barrier, without = on_stage(view, 0), on_stage(view, 1)
    assert not with_barrier["waits"] and with_barrier["sentence"].startswith("write barrier")
    assert without["waits"] and without["sentence"] == WAITS
    touched = [without["nodes"], without["roots"], without["spans"]]
    assert not any(part["touched"] for parts in touched for part in parts)
    assert not any(edge[2] for edge in without["edges"])
    for picture in (with_barrier, without):
        assert [node["name"] for node in picture["nodes"] if "differs" in node] == ["C"]


# Pointers in lanes


def test_lanes_of_the_chapter_on_paper():
    """list -> A -> B -> C, and E and F that point to each other, below A and B."""
    places = {"A": (0, 0), "B": (1, 0), "C": (2, 0), "E": (0, 1), "F": (1, 1)}
    pairs = {(None, "A"), (None, "C"), ("A", "B"), ("B", "C"), ("E", "F"), ("F", "E")}
    lanes = Lanes(places, pairs)
    assert lanes.ways["A", "B"] == lanes.ways["E", "F"] == [0, -1, -1, 0], "straight on"
    assert lanes.ways[None, "A"][1:] == [-1, -1, 0]
    assert lanes.ways[None, "C"] == [0, 0, 1, -1], "above the first row, down before C"
    assert lanes.ways["F", "E"][1] == 0 and lanes.across == [1, 1]


@given(
    st.dictionaries(
        st.sampled_from("ABCDEFGH"),
        st.tuples(st.integers(0, 3), st.integers(0, 3)),
        min_size=1,
    ).filter(lambda places: len({*places.values()}) == len(places)),
    st.data(),
)
def test_in_a_lane_no_line_meets_another_object_s(places, data):
    """Each stretch of a lane down is one object's, from which it comes or to which it leads."""
    names = [None, *places]
    pairs = data.draw(st.sets(st.tuples(st.sampled_from(names), st.sampled_from(names[1:]))))
    lanes = Lanes(places, pairs)
    used = {}
    for (source, to), (leaving, over, arriving, port) in lanes.ways.items():
        (column, row), (to_column, to_row) = places.get(source, (-1, None)), places[to]
        rows = {row} if source else {*range(5)}  # roots may stand beside any row
        beside = to_column == column + 1
        assert (over < 0) == (arriving < 0) == (port >= 0) == beside
        if beside:
            owner = ("to", to) if source is None else ("from", source)
            stretch = rows | {to_row}
            stretch = range(2 * min(stretch), 2 * max(stretch) + 1)
        else:
            owner = ("to", to)
            ends = rows | {to_row - 0.5}
            stretch = range(int(2 * min(ends)), int(2 * max(ends)) + 1)
            assert arriving < lanes.down[to_column] and over < lanes.across[to_row]
        assert leaving < lanes.down[column + 1]
        for half in stretch:
            used.setdefault((column + 1, leaving, half), set()).add(owner)
    assert all(len(owners) == 1 for owners in used.values())


def test_scans_run_side_by_side_though_one_order_has_more():
    tree = [(k, k + 1) for k in range(5)]
    first, second = collected(tree, unit="object"), collected(tree, unit="span")
    beside = [(first[i].event, second[j].event) for i, j in in_step(first, second)]
    scans = [pair for pair in beside if "scan object" in pair]
    assert scans == [("scan object", "scan span")] * 6
    events = [[step.event for step in steps] for steps in (first, second)]
    assert beside[:3] == list(zip(*(side[:3] for side in events), strict=True))


def test_what_is_lost_may_be_freed_or_about_to_be():
    """Two spans with a lost object each; finish sweeps the one that the mcache holds."""
    gc = golang.Collector(golang.GoHeap(), barrier=False, unit="object")
    black, grey = gc.new(64, pointers=3), gc.new(64, pointers=2)
    objects = [gc.new(2048) for _ in range(8)]
    gc.store(black, 0, grey)
    gc.store(grey, 0, objects[0])
    gc.store(grey, 1, objects[4])
    gc.store_global("list", black)
    while gc.stacks[0]:
        gc.pop()
    gc.start()
    for _ in range(3):
        gc.step()
    gc.load_global("list")
    gc.load(black, 0)
    with record(gc) as steps:
        for slot in (0, 1):
            gc.store(black, 1 + slot, gc.load(grey, slot))
            gc.store(grey, slot, None)
        gc.finish()
    last = pictures_of(steps)[-1]
    lost = [(node["name"], node["look"]) for node in last["nodes"] if node["lost"]]
    assert lost == [("C", "white"), ("G", "freed")]


# Many objects, roots and spans


def test_many_objects_are_drawn_as_spans_alone():
    gc = golang.Collector(golang.GoHeap())
    for _ in range(MOST_OBJECTS + 1):
        gc.new(600, pointers=1)
    with record(gc) as steps:
        gc.collect()
    picture = pictures_of(steps)[3]
    assert picture["nodes"] == picture["edges"] == picture["roots"] == []
    assert "More than 24 objects" in picture["caption"]
    assert picture["spans"] and any(name for name, *_ in picture["spans"][0]["cells"])


def test_a_long_stack_shows_its_newest_pointers():
    gc = golang.Collector(golang.GoHeap(), goroutines=2)
    for _ in range(8):
        gc.new(16)
    gc.new(16, g=1)
    with record(gc) as steps:
        gc.start()
    (picture,) = pictures_of(steps)
    globals_, stack, other = picture["roots"]
    assert globals_["rows"] == [["none", "", None]] and globals_["said"] == "waits"
    assert [text for text, *_ in stack["rows"]] == ["2 more", "C", "D", "E", "F", "G", "H"]
    assert [row[:2] for row in other["rows"]] == [["I", "I"]]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=12),
    st.sampled_from(["object", "span"]),
    st.booleans(),
)
def test_every_moment_can_be_drawn_and_said(pointers, unit, barrier):
    gc = chain(pointers, 8, unit=unit, barrier=barrier)
    with record(gc) as steps:
        gc.start()
        gc.step()
        gc.new(8), gc.new(40_000), gc.new(600, pointers=3)
        gc.finish()
        gc.sweep()
    for picture, step in zip(pictures_of(steps), steps, strict=True):
        json.dumps(picture)
        assert "0x" not in picture["sentence"] or step.event not in ("scan object", "store")
        told = {row[0]: row[1] for row in picture["words"]}
        assert all(told[node["name"]] == node["word"] for node in picture["nodes"])
        assert sum(node["look"] != "freed" for node in picture["nodes"]) == len(step.state.objects)
        for source, target, *_ in picture["edges"]:
            assert {source, target} <= set(told)
        for node in picture["nodes"]:
            assert node["says"].startswith(f"{node['name']}, {node['word']}: points to ")


# The view


def test_the_view_moves_and_grows():
    gc = chain()
    with record(gc) as steps:
        gc.collect()
    view = widgets.CollectorView(steps)
    view.index = 3
    assert "black" in on_stage(view)["caption"]
    assert npanes(view) == 1
    with record(gc) as more:
        gc.start()
    view.extend(more)
    assert view.index == len(steps) and not red(view)
    assert on_stage(view)["sentence"].startswith("a collection begins")


def test_two_recordings_do_not_grow():
    view = widgets.CollectorView(collected(), beside=collected())
    with pytest.raises(ValueError, match="^extend needs a view of one recording"):
        view.extend(collected())


def test_an_empty_recording_says_so():
    view = widgets.CollectorView([])
    assert "Nothing recorded yet" in on_stage(view)["empty"]


@pytest.mark.parametrize(
    "wrong, said",
    [
        ({"steps": None}, "The steps must be"),
        ({"steps": [1]}, "The steps must be"),
        ({"beside": 7}, "The steps must be"),
    ],
)
def test_bad_input_is_one_red_sentence(wrong, said):
    view = widgets.CollectorView(**{"steps": collected(), **wrong})
    assert red(view).startswith(said) and red(view).endswith(".") and red(view).count(". ") == 0
    assert view.stage.total == 1


def test_steps_of_another_model_are_refused():
    heap = golang.GoHeap()
    with record(heap) as steps:
        heap.mallocgc(48)
    view = widgets.CollectorView(steps)
    assert red(view) == "steps must be those of a Collector, and one is of a HeapState."


# The heap over time

KIB = 1 << 10


def churned(gogc, live=300, garbage=1500):
    """(made, live, heap, goal, trigger, marking) after each allocation of 8 KiB."""
    gc, saw = golang.Collector(golang.GoHeap(), gogc=gogc), []
    for i in range(live + garbage):
        node = gc.new(8 * KIB - 8, pointers=1)  # and a header
        if i < live:
            gc.store(node, 0, gc.load_global("list") if i else None)
            gc.store_global("list", node)
        while gc.stacks[0]:
            gc.pop()
        heap = gc.heap.mheap.heap_live
        lives = 8 * KIB * min(i + 1, live)
        saw.append((8 * KIB * (i + 1), lives, heap, gc.goal, gc.trigger, bool(gc.cycle)))
    return gc.heap.mheap.counts["gcs"], saw


@pytest.fixture(scope="module")
def churns():
    return {gogc: churned(gogc) for gogc in (100, 200)}


def grown(view, pane=0):
    """The heap over time of each step."""
    return [picture["floors"][0]["rows"][0][0]["growth"] for picture in film(view)[1][pane]]


def test_the_heap_over_time_is_what_was_recorded(churns):
    gcs, saw = churns[100]
    view = widgets.PacerView({"GOGC 100": saw})
    charts, moments = grown(view), {moment[0]: moment for moment in saw}
    for chart in charts:
        assert chart["points"][0] == [0, 0, 0]
        assert all(tuple(p) == moments[p[0]][:3] for p in chart["points"][1:])
        made = [made for made, *_ in chart["points"]]
        assert made == sorted(made)
        now = moments[made[-1]]
        assert [line["at"][-1][1] for line in chart["lines"]] == list(now[3:5])
        assert [line["look"] for line in chart["lines"]] == ["goal", "trigger"]
    assert [number for _, number in charts[-1]["numbers"]] == [str(k + 1) for k in range(gcs)]
    assert {chart["unit"] for chart in charts} == {"MiB"}
    assert len({tuple(chart["most"]) for chart in charts}) == 1, "the axes stay"


def test_a_step_is_a_mib_or_an_event_of_a_collection(churns):
    gcs, saw = churns[100]
    view = widgets.PacerView({"GOGC 100": saw})
    events, (pictures,) = film(view)
    assert events.count("collected") == gcs and events.count("trigger") in (gcs, gcs + 1)
    for event, picture in zip(events, pictures, strict=True):
        said = {"trigger": "marking begins", "collected": "is over and has freed"}
        assert said.get(event, " more: ") in picture["sentence"]
    made = [chart["points"][-1][0] for chart in grown(view)]
    assert max(b - a for a, b in zip([0, *made], made, strict=False)) <= 1 << 20
    # 502 objects of 8 KiB when it is over: 300 live, 15 were born since the trigger at 488.
    first = next(picture["sentence"] for picture in pictures if "freed" in picture["sentence"])
    assert first == (
        "Collection 1 is over and has freed 1.46 MiB: 2.46 MiB are left, the next goal is 4.92 MiB."
    )


def test_what_differs_between_two_runs_is_marked(churns):
    view = widgets.PacerView({f"GOGC {gogc}": saw for gogc, (_, saw) in churns.items()})
    assert npanes(view) == 2
    for one, other in zip(grown(view), grown(view, 1), strict=True):
        assert one["most"] == other["most"]
        assert one["points"][-1][0] == other["points"][-1][0], "at the same moment"
        for a, b in zip(one["lines"], other["lines"], strict=True):
            differs = a["at"][-1][1] != b["at"][-1][1]
            assert bool(a.get("differs")) == bool(b.get("differs")) == differs
        assert bool(one.get("differs")) == (one["points"][-1] != other["points"][-1])
    titles = [picture[0]["floors"][0]["title"] for picture in film(view)[1]]
    assert titles == ["GOGC 100", "GOGC 200"]


def test_a_goal_beyond_any_heap_is_at_the_edge():
    _, saw = churned("off", 4, 200)
    chart = grown(widgets.PacerView({"off": saw}))[-1]
    top = chart["most"][2]
    assert top == max(moment[2] for moment in saw) * 21 // 20
    assert [line["text"] for line in chart["lines"]] == [
        "goal far above \u2191",
        "trigger far above \u2191",
    ]
    assert all(line["at"][-1][1] == top for line in chart["lines"])


@pytest.mark.parametrize(
    "runs",
    [
        None,
        {},
        {"a": []},
        {"a": 7},
        {"a": [(1, 2)]},
        {"a": [(9, 0, 0, 0, 0, False), (8, 0, 0, 0, 0, False)]},
        {"a": [(-1, 0, 0, 0, 0, False)]},
        {name: [(1, 1, 1, 1, 1, False)] for name in "abc"},
    ],
)
def test_moments_that_are_none_are_one_red_sentence(runs):
    said = red(widgets.PacerView(runs))
    assert said.endswith(".") and said.count(". ") == 0
    assert said.startswith(("runs must be", "moments must be", "made must be"))
