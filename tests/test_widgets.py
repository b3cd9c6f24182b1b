"""The pictures are pure functions of a step; the widgets follow the index and nothing else."""

import json
import re
import subprocess
import sys
from collections import Counter

import pytest
from films import on_stage, plain, red
from hypothesis import given, settings
from hypothesis import strategies as st

from memkit import golang, pictures, record, vm, widgets
from memkit.checks import plural
from memkit.course.questions import question, questions
from memkit.pictures.size_class import LARGEST, size_class_picture, teeth
from memkit.pictures.span import draw_span, moments
from memkit.pictures.tiers import tiers_picture
from memkit.pictures.tiny import placements, tiny_picture
from memkit.widgets import form
from memkit.widgets.predict import After


def recorded(nprocs=2):
    heap = golang.GoHeap(nprocs=nprocs)
    with record(heap) as steps:
        objects = [heap.mallocgc(size, size % 3 > 0) for size in (48, 5, 8, 0, 600, 40_000, 48)]
        objects += [heap.mallocgc(1024, p=nprocs - 1) for _ in range(10)]
        heap.gc(objects[::2])
        heap.mallocgc(1024)
        heap.scavenge()
    return steps


STEPS = recorded()
ARRIVALS = ("refill", "slot")  # an mcache waits for a span; it came
VIEWS = {
    "tiers": (widgets.TiersView, STEPS, tiers_picture),
    "span": (widgets.SpanView, moments(STEPS), draw_span),
    "tiny": (widgets.TinyView, placements(STEPS), tiny_picture),
}


@pytest.mark.parametrize("view, steps, draw", VIEWS.values(), ids=VIEWS)
def test_every_step_has_a_picture_with_its_sentence_and_its_words(view, steps, draw):
    for i, step in enumerate(steps):
        picture = draw(steps, i)
        assert "error" not in picture, step
        assert picture["step"] == i
        if "empty" not in picture:
            assert picture["sentence"] == step.words or draw is tiny_picture
            assert len(picture["words"]) > 1 and picture["words"][0][0]
        json.dumps(picture)  # what is sent to the browser is plain


@pytest.mark.parametrize("view, steps, draw", VIEWS.values(), ids=VIEWS)
def test_a_step_looks_the_same_wherever_one_comes_from(view, steps, draw):
    player = view(STEPS)
    for i in (len(steps) - 1, 1, 0, len(steps) // 2, 1):
        player.draw(i)
        assert on_stage(player) == plain(draw(steps, i)) == view_at(view, i)


def view_at(view, i):
    fresh = view(STEPS)
    fresh.draw(i)
    return on_stage(fresh)


def test_the_controls_move_the_picture():
    player = widgets.TiersView(STEPS)
    before = on_stage(player)
    player.stage.index = 4
    assert player.index == 4
    assert on_stage(player) != before


def test_a_live_button_adds_steps_and_stands_at_the_end():
    heap = golang.GoHeap()
    with record(heap) as steps:
        heap.mallocgc(48)
    player = widgets.TiersView(steps)
    with record(heap) as more:
        heap.mallocgc(48)
    player.extend(more)
    assert player.index == len(steps) + len(more) - 1
    assert on_stage(player)["sentence"] == more[-1].words


def test_the_first_allocation_lights_up_all_four_tiers():
    heap = golang.GoHeap()
    with record(heap) as steps:
        heap.mallocgc(48)
    last = tiers_picture(steps, len(steps) - 1)
    assert [floor["tier"] for floor in last["floors"]] == ["mcache", "mcentral", "mheap", "space"]
    assert [point[:2] for point in last["thread"]] == [[0, 1], [0, 2], [1, 0], [2, 0], [3, 0]]
    assert last["floors"][0]["rows"][2][0]["cells"] == "#" + "." * 167
    assert last["floors"][2]["rows"][0][0]["cells"] == "#" + "." * 511
    assert [line[1] for line in last["story"]] == [step.words for step in steps]


def test_the_address_space_shows_the_place_that_was_touched():
    """The page of the new span, as a share of its area: the heap's first page lies at its left."""
    heap = golang.GoHeap()
    with record(heap) as steps:
        heap.mallocgc(2 << 20)
        heap.mallocgc(3 << 20)
    parts = tiers_picture(steps, len(steps) - 1)["floors"][3]["rows"][0][0]["bar"]
    assert [part["touched"] for part in parts] == [0.25, False]  # page 256 of 8 MiB


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from([24, 48, 3000, 40_000]), st.booleans()), max_size=40),
    st.integers(2, 5),
)
def test_a_span_is_drawn_in_one_place_at_each_step_and_the_counts_keep_up(requests, every):
    heap = golang.GoHeap()
    with record(heap) as steps:
        live = [heap.mallocgc(size, noscan) for size, noscan in requests]
        heap.mark(live[::every])
        for size, noscan in requests:
            heap.mallocgc(size, noscan)
    count = Counter()
    for i, step in enumerate(steps):
        count[step.event] += 1
        mcache, mcentral, mheap, space = tiers_picture(steps, i)["floors"]
        drawn = re.findall(r"span (0x[0-9a-f]+)", json.dumps([mcache["rows"], mcentral["rows"]]))
        assert len(drawn) == len(set(drawn)), step
        way = mcentral["rows"][1][0]
        moves = step.event in ("partial", "span", "sweep")
        assert moves == (way["cells"] == "%")
        if moves:
            assert hex(step.detail["base"]) in drawn and way["touched"] == [[0, 1]]
        waits = next((s.event for s in reversed(steps[: i + 1]) if s.event in ARRIVALS), "slot")
        served = count["slot"] + count["tiny"] + count["large"]
        alone = served - count["large"] - count["refill"] + (waits != "slot")
        assert mcache["count"] == f"served {alone:,} of {served:,}"
        assert mheap["count"] == f"{plural(count['span'], 'span')} made, {count['large']} large"
        assert space["count"] == f"grew {plural(count['heap grow'], 'time')}"


def test_what_an_mcentral_lacks_is_asked_for_below():
    heap = golang.GoHeap()
    with record(heap) as steps:
        heap.mallocgc(48)
    asked = [tiers_picture(steps, i)["floors"][1]["rows"][0][0]["beside"] for i in range(4)]
    assert asked == ["none", "none", "none", "ask below"]


def test_many_spans_are_drawn_in_part_and_counted_whole():
    heap = golang.GoHeap()
    for _ in range(40):
        heap.mallocgc(32_000)
    row = tiers_picture(widgets.TiersView(heap.snapshot()).steps, 0)["floors"][1]["rows"][0][1]
    assert (row["label"], row["caption"]) == ("full swept", "")  # no class is looked at yet
    with record(heap) as steps:
        heap.mallocgc(32_000)
    row = tiers_picture(steps, len(steps) - 1)["floors"][1]["rows"][0][1]
    assert row["label"] == "full swept: 40" and row["caption"] == "and 28 more"


def test_nothing_recorded_is_a_state_of_its_own():
    player = widgets.TiersView([])
    assert on_stage(player)["empty"].startswith("Nothing recorded yet")


@pytest.mark.parametrize("thing", [None, 7, "steps", [1, 2], {"a": 1}])
def test_what_is_no_recording_gets_one_red_sentence(thing):
    for view in (widgets.TiersView, widgets.SpanView):
        said = on_stage(view(thing))["error"]
        assert said.endswith(".") and "\n" not in said


@given(st.integers(0, 2**70), st.integers(1, 200))
def test_bits_are_cells_in_order(mask, n):
    assert pictures.bits(mask, n) == "".join("#" if mask >> i & 1 else "." for i in range(n))


@given(st.integers(0, 40_000), st.booleans())
def test_every_request_has_a_picture(request, noscan):
    picture = size_class_picture(request, noscan)
    assert str(golang.size_class(request, noscan).index) in json.dumps(picture)


@pytest.mark.parametrize("text", ["", "-3", "many", "1.5", "9" * 30])
def test_a_bad_request_gets_a_red_sentence_and_the_widget_lives_on(text):
    view = widgets.SizeClassView(33)
    good = on_stage(view)
    view.request.value = text
    assert red(view).endswith(".") and on_stage(view) == good
    view.request.value = "33"
    assert not red(view) and on_stage(view) == good


def test_the_size_slider_and_the_text_say_the_same():
    view = widgets.SizeClassView(33)
    view.slider.at = view.slider.stops.index(64)
    assert view.request.value == "64"
    view.noscan.value = False
    assert "124 slots" in json.dumps(on_stage(view))


@pytest.mark.parametrize("noscan", [True, False])
def test_the_saw_has_every_size(noscan):
    """Its teeth follow each other without a gap, and each size gets the slot that is said."""
    expected = 1
    for first, last, slot, shared in teeth(noscan):
        assert first == expected and last >= first
        assert {golang.size_class(n, noscan).elemsize for n in range(first, last + 1)} == {slot}
        assert shared == (noscan and last < 16)
        expected = last + 1
    assert expected == LARGEST + 1


def test_a_size_that_was_picked_on_the_saw_is_the_request():
    view = widgets.SizeClassView(33)
    for _ in range(2):  # the same one again, after another
        view.stage.picked = "900"
        assert view.request.value == "900" and "124 B" in sizes(view)
        view.request.value = "64"


def sizes(view):
    """What the two pictures say of the request, as a text."""
    picture, saw = on_stage(view), on_stage(view, 1)
    slot = next(tooth[2] for tooth in saw["teeth"] if tooth[0] <= saw["request"] <= tooth[1])
    return f"{picture['sentence']} {slot - saw['request']} B"


def test_what_changes_no_span_is_drawn_with_the_step_that_does():
    """The first object: nine names lead to its span, which is drawn empty, and then filled."""
    heap = golang.GoHeap()
    with record(heap) as steps:
        for _ in range(169):
            heap.mallocgc(48)
    made = moments(steps)
    assert [step.event for step in made[:3]] == ["span", "slot", "slot"]
    assert made[0].words.startswith("mallocgc → span full → refill → no partial → grow → heap grow")
    floors = [draw_span(made, i)["floors"][0] for i in range(len(made))]
    drawn = [(floor["rows"][0][0]["cells"], floor["note"]) for floor in floors]
    assert drawn[0][0] == "." * 168 and drawn[1][0] == "#" + "." * 167
    assert made[169].words.startswith("mallocgc → span full → refill: ask mcentral 11")
    assert "in mcentral 11, full swept" in drawn[169][1]
    assert all(a != b for a, b in zip(drawn, drawn[1:], strict=False))
    assert [step.event for step in made].count("slot") == 169
    told = draw_span(made, 3)["floors"][0]["rows"][0][0]
    assert told["tells"] == [[0, 3, "an object of 48 B"]] and told["unit"]["base"] == 0xC000000000


TINY = st.lists(st.integers(1, 15), min_size=1, max_size=30)


@given(TINY)
def test_each_byte_of_a_tiny_block_is_drawn_as_whose_it_is(sizes):
    """By the addresses alone; a hole lies before an object in the block, and 8s lie on 8s."""
    heap = golang.GoHeap()
    with record(heap) as steps:
        addresses = [heap.mallocgc(n) for n in sizes]
    made = placements(steps)
    assert len(made) == len(sizes)
    rows = [line[0] for line in tiny_picture(made, len(made) - 1)["floors"][0]["rows"]]
    assert {len(row["cells"]) for row in rows} == {16}
    drawn = {int(row["label"], 16) + k: cell for row in rows for k, cell in enumerate(row["cells"])}
    owners = {}
    for n, (address, nbytes) in enumerate(zip(addresses, sizes, strict=True)):
        assert not address % next((align for align in (8, 4, 2) if nbytes % align == 0), 1)
        owners |= dict.fromkeys(range(address, address + nbytes), n)
    for address, cell in drawn.items():
        n = owners.get(address)
        if n is not None:
            assert cell == chr(65 + n % 26)
        else:
            block = address // 16 * 16
            later = any(at in owners for at in range(address, block + 16))
            assert (cell == "/") == later
            assert later or (cell == ".") == (block == made[-1].state.procs[0].tiny)
    assert len(rows) == min(8, len({address // 16 for address in addresses}))


def test_a_question_locks_and_explains_only_then():
    asked = widgets.ask("hits")
    assert asked.chosen == -1 and "about 200" in asked.options[asked.answer]
    assert len(asked.explanations) == len(asked.options)
    for wrong in (-7, 99):
        asked.chosen = wrong
        assert asked.chosen == -1
    asked.chosen = 0
    asked.chosen = 2
    assert asked.chosen == 0


@pytest.mark.parametrize("name", questions())
def test_each_option_of_a_question_is_explained(name):
    asked = question(name)
    assert asked["answer"] in asked["options"] and len(asked["options"]) >= 3
    assert all(len(text) > 30 for text in asked["options"].values())


def test_an_unknown_question_gets_one_sentence():
    with pytest.raises(ValueError, match="^there is no question 'nope'; there are .*[.]$"):
        widgets.ask("nope")


def test_what_answers_a_question_waits_until_a_lecturer_opens_all(monkeypatch):
    monkeypatch.setattr(After, "all_open", False)
    with pytest.raises(ValueError, match="^there is no question 'nope'; there are .*[.]$"):
        widgets.after("nope")
    before = set(After.made)
    widgets.after("hits")
    (hits,) = set(After.made) - before
    assert "answer to the question above" in hits._repr_mimebundle_()[0]["text/plain"]
    assert (hits.question, hits.opened) == ("hits", False)
    widgets.open_answers()
    assert hits.opened and After("hole").opened


def test_a_chart_says_its_numbers_in_words_too():
    chart = widgets.Chart("a finding", [1, 2], {"a": [3, 4], "b": [5, 6.5]}, "x, B", "y, %")
    assert "<td>6.5</td>" in chart.children[1].value
    with pytest.raises(ValueError, match="^series must be"):
        widgets.Chart("a finding", [1, 2], {"a": [3]}, "x", "y")


def test_the_widgets_load_without_bqplot():
    """bqplot brings pandas: a chapter that shows no chart must not wait for it."""
    code = (
        "import sys, memkit.widgets; sys.exit('bqplot' in sys.modules or 'pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_signs_of_other_keyboards_are_read_alike_in_every_field():
    """A full-width digit, and the minus that a text editor writes."""
    assert form.plain("\uff10\uff58\uff11\uff43 \u2212\uff21") == "0x1c -A"
    table = vm.PageTable(vm.X86_32, vm.PhysicalMemory(64))
    microscope = widgets.Microscope(table, va="\uff10\uff58\uff14")
    assert "0x4" in on_stage(microscope)["sentence"]
    heap = widgets.HeapLab("\uff0b\uff14\uff10 +8 \u2212A")
    replacement = widgets.ReplacementLab("\uff11 2 \uff11")
    sizes = widgets.Scoreboard(sizes="\uff11\uff16")
    request = widgets.SizeClassView()
    request.request.value = "\uff13\uff13"
    for lab in (heap, replacement, sizes, request):
        assert lab.stage.refusal == "" and "sentence" in on_stage(lab)


def test_a_message_calls_its_field_as_it_is_labelled():
    table = vm.PageTable(vm.X86_32, vm.PhysicalMemory(64))
    microscope = widgets.Microscope(table)
    microscope.address.value = "0x1ffffffff"
    assert microscope.stage.refusal.startswith("The address must be ")
    lab = widgets.ProcessMap(vm.Machine(64).spawn())
    lab.address.value = "-1"
    lab.act("read")
    assert lab.stage.refusal.startswith("The address must be ")


def test_a_span_shows_what_a_mark_and_a_sweep_touch():
    """Three objects, of which the second dies: its three bits, before and after."""
    heap = golang.GoHeap()
    with record(heap) as steps:
        first, _, third = (heap.mallocgc(48) for _ in range(3))
        heap.gc([first, third])
    view = widgets.SpanView(steps)
    events = [step.event for step in view.steps]

    def seen(event):
        view.index = events.index(event)
        rows = [floor["rows"][0][0] for floor in on_stage(view)["floors"]]
        return [(row["cells"][:3], row["touched"]) for row in rows]

    marks = [[0, 1], [2, 3]]
    assert seen("mark") == [("###", []), ("---", []), ("#.#", marks)]
    assert seen("sweep") == [("#.#", [[1, 2]]), ("#.#", marks), ("...", [])]
