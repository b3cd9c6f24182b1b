"""The pictures are pure functions of a step; the widgets follow the index and nothing else."""

import json
import subprocess
import sys

import pytest
from films import on_stage, plain, red
from hypothesis import given
from hypothesis import strategies as st

from memkit import golang, pictures, record, vm, widgets
from memkit.course.questions import question, questions
from memkit.pictures.size_class import size_class_picture, waste_curve
from memkit.pictures.span import draw_span
from memkit.pictures.tiers import tiers_picture
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
VIEWS = {"tiers": (widgets.TiersView, tiers_picture), "span": (widgets.SpanView, draw_span)}


@pytest.mark.parametrize("view, draw", VIEWS.values(), ids=VIEWS)
def test_every_step_has_a_picture_with_its_sentence_and_its_words(view, draw):
    for i, step in enumerate(STEPS):
        picture = draw(STEPS, i)
        assert "error" not in picture, step
        assert picture["step"] == i
        if "empty" not in picture:
            assert picture["sentence"] == step.words
            assert len(picture["words"]) > 1 and picture["words"][0][0]
        json.dumps(picture)  # what is sent to the browser is plain


@pytest.mark.parametrize("view, draw", VIEWS.values(), ids=VIEWS)
def test_a_step_looks_the_same_wherever_one_comes_from(view, draw):
    player = view(STEPS)
    for i in (len(STEPS) - 1, 3, 0, 9, 3):
        player.draw(i)
        assert on_stage(player) == plain(draw(STEPS, i)) == view_at(view, i)


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
    assert [point[0] for point in last["thread"]] == [0, 1, 2, 3]
    assert last["floors"][0]["rows"][0][0]["cells"] == "#" + "." * 167
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
def test_the_current_request_lies_on_the_curve(noscan):
    """The curve follows the checkbox: with pointers a header takes its part of the slot."""
    view = widgets.SizeClassView(1, noscan)
    requests, percents = waste_curve(noscan)
    for request in (1, 16, 17, 512, 513, 1024, 28_000, 32_760):
        view.request.value = str(request)
        if request in requests:
            assert view.dot.y[0] == pytest.approx(percents[requests.index(request)])
    assert list(view.line.x) == requests
    assert len(requests) == 2 * (67 - noscan)  # below 16 B, no pointers: the tiny allocator


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
