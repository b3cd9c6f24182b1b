"""The pictures of chapters 01 and 02: overlays, the address microscope, the TLB, table sizes."""

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memkit import record, vm, widgets
from memkit.widgets.microscope import judged, microscope_picture
from memkit.widgets.table_size import table_costs
from memkit.widgets.tlb import is_stale

M = vm.Module
PROGRAM = vm.Overlay(M("main", 20, (M("parse", 30, (M("lex", 10), M("tree", 25))), M("emit", 60))))
CALLS = ["parse", "lex", "return", "tree", "return", "return", "emit", "return", "parse"]


def told(widget):
    """What the widget's picture says, and whether it is an error."""
    picture = widget.grid.picture if hasattr(widget, "grid") else widget.grids[0].picture
    return picture.get("sentence") or picture["error"], "error" in picture


# Overlays


def test_each_step_of_an_overlay_run_has_its_picture():
    view = widgets.OverlayView(PROGRAM, CALLS)
    for i, step in enumerate(view.steps):
        view.draw(i)
        picture = view.grids[0].picture
        assert picture["sentence"] == step.words
        memory = picture["floors"][0]["rows"][0][0]["bar"]
        assert sum(part["share"] for part in memory) == PROGRAM.memory
        assert [p["text"].split()[0] for p in memory][: len(step.state.resident)] == list(
            step.state.resident
        )
        json.dumps(picture)


def test_the_bytes_shown_are_those_of_the_model():
    view = widgets.OverlayView(PROGRAM, CALLS, page_size=8)
    view.draw(len(view.steps) - 1)
    both = vm.compare_with_paging(PROGRAM, CALLS, page_size=8)
    shown = json.dumps(view.grids[0].picture)
    assert f"overlays: {both.overlay_nbytes} B" in shown
    assert f"demand paging: {both.paged_nbytes} B" in shown


def test_an_illegal_call_is_the_last_step_and_says_why():
    view = widgets.OverlayView(PROGRAM, ["parse", "emit", "return"])
    assert view.steps[-1].event == "illegal call"
    view.draw(len(view.steps) - 1)
    assert "would overwrite parse" in told(view)[0]


@pytest.mark.parametrize("calls", [["nope"], ["return"], "parse", None, [3]])
def test_calls_that_cannot_be_run_get_a_red_sentence(calls):
    words, red = told(widgets.OverlayView(PROGRAM, calls))
    assert red and words.startswith("This cannot be run as overlays")


# The microscope


def toy():
    scheme = vm.PagingScheme(index_bits=(5, 5), offset_bits=5, pte_bytes=1)
    table = vm.PageTable(scheme, vm.PhysicalMemory(128, page_size=32))
    table.map(0x6100, 53)
    return table


def long_mode():
    table = vm.PageTable(vm.X86_64, vm.PhysicalMemory(64))
    table.map(0x400000, 3, writable=False)
    table.map(0x7FFF_FFFF_E000, 7, no_execute=True)
    return table


def test_looking_changes_nothing():
    """The hardware would set accessed and dirty; the microscope asks a copy."""
    table = long_mode()
    before = bytes(table.memory.data)
    done, words = judged(table, 0x7FFF_FFFF_E042, "write")
    assert (done.pa, words[-10:]) == (0x7042, "n the way.")
    assert bytes(table.memory.data) == before


def test_the_floors_are_the_walk():
    table = long_mode()
    picture = microscope_picture(table, 0x400123)
    assert [floor["title"] for floor in picture["floors"]] == [
        "0x400123", "PGD", "PUD", "PMD", "PTE", "frames",
    ]  # fmt: skip
    assert [point[0] for point in picture["thread"]] == [0, 1, 2, 3, 4, 5]
    assert picture["thread"][-1] == [5, 0, 3]


def test_what_breaks_is_said_with_the_error_code():
    view = widgets.Microscope(long_mode(), va=0x400123)
    assert told(view)[0].startswith("0x400123 is 0x3123")
    view.access.value = "write"
    assert "error code 7 (P W U)" in told(view)[0] and "read-only" in told(view)[0]
    view.access.value = "fetch"
    view.address.value = "0x7fffffffe000"
    assert "error code 21 (P U I)" in told(view)[0]
    view.address.value = "0x800000000000"
    assert "is not canonical" in told(view)[0]


def test_a_flag_can_be_flipped_and_flipped_back():
    view = widgets.Microscope(long_mode(), va=0x400123)
    before = told(view)
    present = view.flags[0]
    present.value = False
    assert "is not present" in told(view)[0] and view.entry.value == "0x3004"
    present.value = True
    assert told(view) == before
    view.level.value = "PGD"
    user = next(toggle for toggle in view.flags if toggle.description == "U")
    user.value = False
    assert "error code 5 (P U)" in told(view)[0]


def test_an_entry_can_be_written_and_nonsense_is_refused():
    view = widgets.Microscope(toy(), va=0x611C)
    view.entry.value = "0x89"
    view.write.click()
    assert told(view)[0].startswith("0x611c is 0x13c")
    for text in ("", "x", "256", "-1"):
        view.entry.value = text
        view.write.click()
        assert told(view)[1], text
    view.address.value = "0x611d"
    assert not told(view)[1]


@pytest.mark.parametrize("text", ["", "zz", "-1", "0x8000", "1.5", "9" * 40])
def test_a_bad_address_gets_a_red_sentence_and_the_widget_lives_on(text):
    view = widgets.Microscope(toy(), va=0x611C)
    before = told(view)
    view.address.value = text
    assert told(view)[1] and "\n" not in told(view)[0]
    view.address.value = "0x611c"
    assert told(view) == before


def test_the_slider_and_the_address_say_the_same():
    view = widgets.Microscope(toy())
    view.slider.value = 0x611C
    assert view.address.value == "0x611c" and "0x6bc" in told(view)[0]
    far = widgets.Microscope(long_mode(), va=0x400123)
    assert far.address.value == "0x400123"
    far.slider.value = 0x7FFF_FFFF_E000
    assert "0x7000" in told(far)[0]


def test_what_is_no_table_gets_a_red_sentence():
    assert told(widgets.Microscope(None))[1]


@given(st.integers(0, 1000), st.integers(0, (1 << 15) - 1))
def test_any_dump_can_be_looked_at(seed, va):
    scheme = vm.PagingScheme(index_bits=(5, 5), offset_bits=5, pte_bytes=1)
    memory = vm.PhysicalMemory(128, page_size=32)
    memory.write(0, random.Random(seed).randbytes(4096))
    picture = microscope_picture(vm.PageTable(scheme, memory, root=17), va)
    assert picture["sentence"]
    json.dumps(picture)


# The TLB


def test_a_stale_entry_is_marked_until_it_is_flushed():
    table = vm.PageTable(vm.X86_32, vm.PhysicalMemory(64))
    table.map(0x1000, 1)
    mmu = vm.MMU(table, vm.TLB(entries=4, ways=2))
    with record(mmu) as steps:
        mmu.translate(0x1000)
        table.unmap(0x1000)
        mmu.translate(0x1000)
        mmu.invlpg(0x1000)
    view = widgets.TLBView(mmu, steps)
    stale = []
    for i in range(len(steps)):
        view.draw(i)
        stale.append(view.grids[0].picture["floors"][0]["count"])
    assert stale[steps_of(steps, "translate")[0]] == "1 held, 0 stale"
    assert stale[steps_of(steps, "tlb hit")[0]] == "1 held, 1 stale"
    assert stale[-1] == "0 held, 0 stale"


def steps_of(steps, event):
    return [i for i, step in enumerate(steps) if step.event == event]


@given(st.lists(st.integers(0, 9), max_size=12), st.lists(st.integers(0, 9), max_size=4))
def test_stale_means_that_a_walk_says_something_else(pages, moved):
    table = vm.PageTable(vm.X86_64, vm.PhysicalMemory(64))
    for page in range(10):
        table.map(page * 4096, page)
    mmu = vm.MMU(table, vm.TLB(entries=8, ways=2))
    for page in pages:
        mmu.translate(page * 4096)
    for page in moved:
        table.map(page * 4096, 20 + page)
    state = mmu.snapshot()
    for entry in mmu.tlb.live():
        walked = table.walk(entry.vpn << 12)[-1].pfn << 12
        assert is_stale(vm.X86_64, state, entry) == (walked != entry.frame)


# The size of tables


@pytest.mark.parametrize("scheme", [vm.X86_32, vm.X86_64, vm.SV39, vm.X86_PAE])
def test_spread_pages_cost_what_counting_them_one_by_one_gives(scheme):
    used, series = table_costs(scheme, steps=5)
    half = 1 << scheme.va_bits - 1 if scheme.canonical else 1 << scheme.va_bits
    for n, (kib, spread) in enumerate(zip(used, series["spread"], strict=True)):
        count = kib * 1024 // scheme.page_bytes
        pages = [(i * (half // count), scheme.page_bytes) for i in range(count)]
        assert spread == scheme.tables(pages).nbytes / 1024, n


def test_the_size_view_says_its_numbers_in_words():
    view = widgets.TableSizeView(vm.X86_32)
    assert "one flat table" in view.children[1].value and "4,096" in view.children[1].value
    with pytest.raises(ValueError, match="^scheme must be a PagingScheme"):
        widgets.TableSizeView(32)
