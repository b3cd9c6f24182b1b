"""The film: pictures go to the browser once and in pieces, and are there what they were here."""

import asyncio
import html.parser
import json

import ipywidgets
import pytest
from films import film, npanes, on_stage, plain
from hypothesis import given
from hypothesis import strategies as st

from memkit import golang, pictures, record, vm, widgets
from memkit.pictures import still
from memkit.pictures.film import decode, drawn, encode
from memkit.pictures.tiers import tiers_picture
from memkit.trace import Step
from memkit.widgets import stage as stages
from memkit.widgets.bundle import bundle

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(), inside, max_size=3),
    max_leaves=8,
)
told = st.tuples(st.text(), st.lists(st.tuples(st.text(), st.text(), st.text())).map(tuple))
made = st.fixed_dictionaries(
    {"kind": st.text(), "step": values, "words": st.lists(st.lists(st.text()))}
) | st.builds(
    lambda picture, holds: {**picture, "holds": holds},
    st.fixed_dictionaries({"kind": st.text()}),
    st.dictionaries(st.text(), told, max_size=4),
)


@st.composite
def films(draw):
    """(events, panes): as many pictures in each pane as there are events."""
    n = draw(st.integers(0, 4))
    events = draw(st.lists(st.text(), min_size=n, max_size=n))
    panes = draw(st.lists(st.lists(made, min_size=n, max_size=n), max_size=3))
    return events, panes


@given(films())
def test_what_is_packed_comes_out_as_it_was(packed):
    events, panes = packed
    assert decode(encode(events, panes)) == (events, plain(panes))


def test_what_parts_hold_is_packed_once():
    """The same from step to step, farther apart than deflate looks back."""
    lines = tuple((f"field {n}", str(n), "its meaning") for n in range(900))
    picture = {"kind": "process", "holds": {f"key {n}": (f"{n}", lines[n:]) for n in range(9)}}
    once = len(encode([""], [[picture]]))
    assert len(encode([""] * 50, [[picture] * 50])) < 1.2 * once


def recorded(n=3):
    heap = golang.GoHeap()
    with record(heap) as steps:
        for k in range(n):
            heap.mallocgc(48 << k % 5)
    return heap, steps


class Page:
    """A page that is open: it hears what the stage sends, as a browser does."""

    def __init__(self, stage, monkeypatch):
        self.stage, self.sent = stage, []
        monkeypatch.setattr(stage, "send", lambda message, buffers: self.hear(message, buffers))
        self.pieces = list(stage.pieces)
        stage.observe(lambda change: setattr(self, "pieces", list(change["new"])), "pieces")

    def hear(self, message, buffers):
        self.sent.append(message)
        if message["film"] == self.stage.film:
            self.pieces[message["piece"] :] = buffers


async def all_made(view):
    while view.stage._making:
        await asyncio.sleep(0)


def slow(monkeypatch, steps=2):
    """Every slice ends after so many steps."""
    ticks = iter(range(1 << 30))
    monkeypatch.setattr(stages, "SLICE", steps - 0.5)
    monkeypatch.setattr(stages.time, "monotonic", lambda: next(ticks))


def test_the_film_holds_what_draw_gives():
    _, steps = recorded()
    events, panes = film(widgets.TiersView(steps))
    assert events == [step.event for step in steps]
    assert panes == [[plain(tiers_picture(steps, i)) for i in range(len(steps))]]


def test_a_long_film_comes_in_pieces_the_first_at_once(monkeypatch):
    slow(monkeypatch)
    _, steps = recorded()

    async def watch():
        view = widgets.TiersView(steps)
        page = Page(view.stage, monkeypatch)
        assert len(page.pieces) == 1 and len(film(view)[0]) == 2
        assert view.stage.total == len(steps), "the slider's range is known before"
        await all_made(view)
        assert [message["piece"] for message in page.sent] == [*range(1, -(-len(steps) // 2))]
        return page.pieces, view

    pieces, view = asyncio.run(watch())
    assert pieces == view.stage.pieces and film(view)[0] == [step.event for step in steps]


def test_pieces_of_an_old_film_do_not_come_any_more(monkeypatch):
    slow(monkeypatch)
    _, steps = recorded()

    async def watch():
        view = widgets.TiersView(steps)
        page, old = Page(view.stage, monkeypatch), view.stage.film
        await asyncio.sleep(0)
        view._show(steps[:5], 0)
        assert view.stage.film == old + 1
        at = len(page.sent)
        await all_made(view)
        assert {message["film"] for message in page.sent[at:]} == {old + 1}
        assert page.pieces == view.stage.pieces and len(film(view)[0]) == 5

    asyncio.run(watch())


def test_a_page_that_missed_pieces_asks_for_them(monkeypatch):
    slow(monkeypatch)
    _, steps = recorded()
    view = widgets.TiersView(steps)
    page = Page(view.stage, monkeypatch)
    page.pieces = page.pieces[:1]
    view.stage._handle_custom_msg({"want": 1}, [])
    assert page.pieces == view.stage.pieces and len(page.pieces) > 2


def test_who_exports_gets_all_pieces_with_the_trait(monkeypatch):
    """Whatever executes a notebook to export it keeps traits, and no messages."""
    slow(monkeypatch)
    _, steps = recorded()

    class Shell:
        def get_parent(self):
            return {"content": {"allow_stdin": False}}

    monkeypatch.setattr(stages, "get_ipython", Shell)

    async def execute():
        return widgets.TiersView(steps)

    view = asyncio.run(execute())
    assert len(film(view)[0]) == len(steps) and len(view.stage.pieces) > 2


def test_a_live_widget_sends_only_what_is_new(monkeypatch):
    async def act():
        view = widgets.ProcessMap(vm.Machine(32).spawn(program=vm.PROGRAMS["i386"]))
        page, before = Page(view.stage, monkeypatch), list(view.stage.pieces)
        number = view.stage.film
        view.act("grow")
        view.act("fill")
        assert view.stage.film == number and view.stage.pieces[: len(before)] == before
        assert [message["piece"] for message in page.sent] == [1, 2]
        assert page.pieces == view.stage.pieces
        return view

    view = asyncio.run(act())
    assert view.index == view.stage.index == len(view.steps) - 1 == view.stage.total - 1
    assert len(film(view)[0]) == len(view.steps)


def test_more_steps_of_what_looks_ahead_make_a_new_film():
    """The lines of a story that are still to come are in the pictures before them."""
    heap, steps = recorded(1)
    view = widgets.TiersView(steps[:4])
    number = view.stage.film
    view.extend(steps[4:])
    assert view.stage.film > number
    assert film(view)[1] == [[plain(tiers_picture(steps, i)) for i in range(len(steps))]]


def test_a_step_that_cannot_be_drawn_says_so_and_no_other():
    steps = [Step("a", {}, n, f"step {n}") for n in range(3)]

    def draw(steps, i):
        if i == 1:
            raise KeyError("gone")
        return pictures.picture(i, str(steps[i]), [], [])

    _, (pane,) = film(widgets.Player(steps, draw))
    assert pane[1]["error"] == "Step 1 (a) cannot be drawn: KeyError: 'gone'."
    assert [pane[n]["sentence"] for n in (0, 2)] == ["step 0", "step 2"]
    assert drawn(draw, steps, 1) == pane[1]


def test_the_index_moves_from_both_sides():
    _, steps = recorded()
    view = widgets.TiersView(steps)
    view.index = 4
    assert view.stage.index == 4
    view.index = -3
    assert view.index == view.stage.index == 0
    view.stage.set_state({"index": 2})
    assert view.index == 2
    view.stage.set_state({"index": len(steps) + 7})  # of a longer film, which is gone
    assert view.index == view.stage.index == len(steps) - 1


def test_one_bundle_serves_a_kernel_even_after_all_was_closed():
    widgets.TiersView([])
    first = bundle()
    assert bundle() is first
    ipywidgets.Widget.close_all()
    widgets.TiersView([])
    assert bundle() is not first and bundle().comm is not None


# Where no widget can be shown


class Text(html.parser.HTMLParser):
    """The text of a page; ValueError where its tags do not fit."""

    def __init__(self, page):
        super().__init__()
        self.open, self.said = [], ""
        self.feed(page)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.said += data


def test_the_output_holds_the_picture_in_plain_html():
    _, steps = recorded()
    view = widgets.TiersView(steps)
    view.draw(6)
    output = view._repr_mimebundle_()
    picture = on_stage(view)
    assert output["text/plain"] == picture["sentence"]
    assert "application/vnd.jupyter.widget-view+json" in output
    said = Text(output["text/html"]).said
    assert f"Step 7 of {len(steps)}." in said and picture["sentence"] in said
    assert all(str(cell) in said for line in picture["words"] for cell in line)
    assert all(floor["title"] in said for floor in picture["floors"])


def test_a_floor_that_is_closed_is_not_in_the_still():
    tower = golang.Tower(64)
    with record(tower) as steps:
        tower.new(48)
    view = widgets.TowerView(steps)
    assert npanes(view) == 5
    assert view._repr_mimebundle_()["text/plain"] == str(steps[0])


@pytest.mark.parametrize("picture", [pictures.error("No <b>."), pictures.empty("Nothing yet.")])
def test_a_message_is_a_sentence_in_the_still(picture):
    page = still.html([picture])
    assert Text(page).said == still.sentence(picture) and "<b>" not in page


def test_a_question_is_in_its_output():
    question = widgets.Predict("How many?", {"one": "Yes.", "two": "No."}, "one")
    output, _ = question._repr_mimebundle_()
    assert json.dumps(output) and output["text/plain"] == "How many?\n- one\n- two"
