"""The pictures of chapters 01 and 02: overlays, the address microscope, the TLB, table sizes."""

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memkit import record, vm, widgets
from memkit.widgets.overlay import entered, page_spans, pages_in_frames
from memkit.widgets.table_size import amounts, sparse_bytes
from memkit.widgets.tlb import accesses, is_stale, walk_back
from memkit.widgets.walk import code_words, judged, microscope_picture

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
        names = [part["text"].split(" ")[0] for part in memory]
        assert names[: len(step.state.resident)] == list(step.state.resident)
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


def test_what_would_be_overwritten_is_hatched_and_paging_goes_on():
    view = widgets.OverlayView(PROGRAM, ["parse", "lex", "return", "emit"], page_size=5)
    view.draw(len(view.steps) - 1)
    memory, _, paging, _ = view.grids[0].picture["floors"]
    looks = {part["text"].split(" ")[0]: part["state"] for part in memory["rows"][0][0]["bar"]}
    assert (looks["main"], looks["parse"], looks["lex"]) == ("#", "/", "#")
    emit = paging["rows"][0][-1]
    assert (emit["label"], emit["cells"], emit["touched"]) == (
        "emit: 12 pages", 12 * "#", [[0, 12]],
    )  # fmt: skip


def test_the_tree_shows_each_module_once_and_what_a_call_will_load():
    view = widgets.OverlayView(PROGRAM, CALLS)
    assert view.steps[0].event == "call"
    parts = [part for (row,) in view.grids[0].picture["floors"][1]["rows"] for part in row["bar"]]
    names = [part["text"] for part in parts if part["text"]]
    assert [name.split()[0] for name in names] == ["main", "parse", "lex", "tree", "emit"]
    assert [name for name in names if "to load" in name] == ["parse 30 B, to load"]


@given(st.integers(1, 30), st.integers(1, 20))
def test_the_pages_shown_in_frames_are_those_that_paging_keeps(nframes, page_size):
    """A page faults exactly when it was not shown; one that the module itself drives out may."""
    view = widgets.OverlayView(PROGRAM, CALLS, page_size, nframes)
    names = entered(PROGRAM, view.steps, len(view.steps) - 1)
    run = vm.run_paged(PROGRAM, CALLS, page_size, nframes)
    spans = page_spans(PROGRAM, page_size)
    for k, faults in enumerate(run.faults):
        before = pages_in_frames(spans, names[:k], nframes)
        assert len(before) <= nframes
        missed = len(set(spans[names[k]]) - before)
        assert missed <= faults <= len(spans[names[k]])
        if missed == 0 or len(before) + missed <= nframes:
            assert faults == missed


@pytest.mark.parametrize("calls", [["nope"], ["return"], "parse", None, [3], []])
def test_calls_that_cannot_be_run_get_a_red_sentence(calls):
    words, red = told(widgets.OverlayView(PROGRAM, calls))
    assert red and words.startswith("This cannot be run as overlays")
    assert "object" not in words


@pytest.mark.parametrize("paging", [dict(page_size=0), dict(nframes=0), dict(page_size="4K")])
def test_paging_that_cannot_be_gets_a_red_sentence(paging):
    assert told(widgets.OverlayView(PROGRAM, CALLS, **paging))[1]
    assert told(widgets.OverlayView(None, CALLS))[0].endswith("must be an Overlay, not NoneType.")


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
    trace = table.trace
    done, fault = judged(table, 0x7FFF_FFFF_E042, "write")
    assert (done.pa, fault) == (0x7042, None)
    assert judged(table, 0x400000, "write")[1].error_code == 7
    assert bytes(table.memory.data) == before and table.trace is trace


def test_the_floors_are_the_walk():
    table = long_mode()
    picture = microscope_picture(table, 0x400123)
    assert [floor["title"] for floor in picture["floors"]] == [
        "address", "PGD", "PUD", "PMD", "PTE", "frames",
    ]  # fmt: skip
    assert [point[0] for point in picture["thread"]] == [0, 1, 2, 3, 4, 5]
    assert picture["thread"][-1] == [5, 0, 3]


def test_each_level_says_what_it_allows():
    table = long_mode()
    rows = [floor["rows"][0][0]["beside"] for floor in
            microscope_picture(table, 0x400123, "write")["floors"][1:-1]]  # fmt: skip
    assert rows[0] == "[0] at 0x3f000 = 0x3e007 → table in frame 0x3e · P W U · allows the write"
    assert rows[3] == "[0] at 0x3c000 = 0x3005 → frame 0x3 · P U · no write: is read-only"


def test_the_error_code_is_told_bit_by_bit():
    assert (
        code_words(0)
        == "error code 0 · no P: an entry was not there · no U: the kernel's own access"
    )
    assert code_words(21).endswith(
        "P (1): the entries were there · U (4): user mode · I (16): an instruction fetch"
    )
    picture = microscope_picture(long_mode(), 0x400123, "write")
    assert "W (2): a write" in picture["floors"][-1]["rows"][0][0]["caption"]


@pytest.mark.parametrize("scheme", [vm.X86_32, vm.X86_PAE, vm.X86_64, vm.X86_64_LA57, vm.SV39])
def test_real_schemes_have_their_picture(scheme):
    table = vm.PageTable(scheme, vm.PhysicalMemory(64))
    table.map(0x40_0000, 5)
    view = widgets.Microscope(table, va=0x40_0123)
    assert told(view)[0].startswith("0x400123 is 0x5123")
    assert len(view.grid.picture["floors"]) == scheme.levels + 2
    assert view.slider.value == 0x40_0000
    for name in scheme.names:  # no level offers a flag that its entries lack
        view.level.value = name
        for flag, box in view.flags.items():
            if not box.disabled:
                before = view.entry.value
                box.value = not box.value
                assert view.entry.value != before, (name, flag)
                view.back.click()
                assert view.entry.value == before


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
    present = view.flags["present"]
    present.value = False
    assert "is not present" in told(view)[0] and view.entry.value == "0x3004"
    present.value = True
    assert told(view) == before
    view.level.value = "PGD"
    view.flags["user"].value = False
    assert "error code 5 (P U)" in told(view)[0]
    view.level.value = "PTE"
    assert view.flags["page_size"].disabled and not view.flags["writable"].disabled
    view.back.click()
    assert told(view) == before and view.back.disabled


def test_an_entry_can_be_changed_and_nonsense_is_refused():
    view = widgets.Microscope(toy(), va=0x611C)
    view.entry.value = "0x89"
    assert told(view)[0].startswith("0x611c is 0x13c") and view.frame.value == "0x9"
    view.frame.value = "10"
    assert told(view)[0].startswith("0x611c is 0x15c") and view.entry.value == "0x8a"
    for field, text in (("entry", ""), ("entry", "256"), ("frame", "128"), ("frame", "x")):
        getattr(view, field).value = text
        picture = view.grid.picture
        assert picture["error"].startswith(f"The {field} must be") and picture["floors"]
        view.address.value = "0x611d"
        assert told(view) == ("0x611d is 0x15d: 2 entries are read on the way.", False)
        view.address.value = "0x611c"
    view.entry.value = "0xff"  # frame 127: the root itself
    assert told(view)[0].startswith("0x611c is 0xffc")
    view.back.click()
    assert told(view)[0].startswith("0x611c is 0x6bc")


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
    view.slider.at = 0x611C
    assert view.slider.means == "0x611c"
    assert view.address.value == "0x611c" and "0x6bc" in told(view)[0]
    far = widgets.Microscope(long_mode(), va=0x400123)
    assert far.address.value == "0x400123"
    far.slider.at = far.slider.stops.index(0x7FFF_FFFF_E000)
    assert "0x7000" in told(far)[0]


def test_what_is_no_table_gets_a_red_sentence():
    assert told(widgets.Microscope(None))[1]
    assert told(widgets.Microscope(toy(), va="zz"))[1]
    assert told(widgets.Microscope(toy(), va=1 << 15))[1]
    assert not told(widgets.Microscope(toy(), va="24860"))[1]


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


def test_other_rights_make_an_entry_stale_too():
    table = vm.PageTable(vm.X86_32, vm.PhysicalMemory(64))
    table.map(0x1000, 1)
    mmu = vm.MMU(table, vm.TLB(entries=4))
    mmu.write(0x1000, b"x")
    (entry,) = mmu.tlb.live()
    assert is_stale(vm.X86_32, mmu.snapshot(), entry) is False
    table.map(0x1000, 1, writable=False)
    assert is_stale(vm.X86_32, mmu.snapshot(), entry) is True


def test_an_eviction_is_told_and_the_new_entry_is_touched():
    table = vm.PageTable(vm.X86_32, vm.PhysicalMemory(64))
    mmu = vm.MMU(table, vm.TLB(entries=2, ways=2))
    for page in range(3):
        table.map(page * 4096, page)
    with record(mmu) as steps:
        for page in range(3):
            mmu.translate(page * 4096)
    view = widgets.TLBView(mmu, steps)
    view.draw(steps_of(steps, "tlb fill")[-1])
    row = view.grids[0].picture["floors"][0]["rows"][0][0]
    assert row["label"] == "set 0: page 0x0 was evicted"
    assert [(part["text"], part["touched"]) for part in row["bar"]] == [
        ("page 0x2 → 0x2000", True), ("page 0x1 → 0x1000", False),
    ]  # fmt: skip


def test_the_accesses_are_told_one_by_one():
    table = vm.PageTable(vm.X86_64, vm.PhysicalMemory(64))
    table.map(0x1000, 1, writable=False)
    mmu = vm.MMU(table, vm.TLB(entries=8))
    with record(mmu) as steps:
        for va, write in ((0x1000, 0), (0x1008, 0), (0x2000, 0), (0x1000, 1), (1 << 60, 0)):
            try:
                mmu.translate(va, write=bool(write))
            except vm.Fault:
                pass
    assert accesses(steps, len(steps) - 1) == ".#FFF"
    view = widgets.TLBView(mmu, steps)
    for i in range(len(steps)):  # eight ways: cells, not boxes
        view.draw(i)
        assert not told(view)[1]
        json.dumps(view.grids[0].picture)


@pytest.mark.parametrize("what", ["no mmu", "no steps", "no tlb", "other steps"])
def test_what_is_no_recording_of_a_tlb_gets_a_red_sentence(what):
    table = vm.PageTable(vm.X86_32, vm.PhysicalMemory(64))
    table.map(0x1000, 1)
    mmu = vm.MMU(table, None if what == "no tlb" else vm.TLB(entries=4))
    with record(PROGRAM if what == "other steps" else mmu) as steps:
        mmu.translate(0x1000)
        PROGRAM.reset()
        PROGRAM.run(["emit"])
    view = widgets.TLBView(None if what == "no mmu" else mmu, 7 if what == "no steps" else steps)
    words, red = told(view)
    assert red and "cannot be drawn" not in words


@given(st.lists(st.tuples(st.integers(0, 1 << 20), st.booleans()), max_size=6))
def test_walking_back_is_the_walk(pages):
    table = vm.PageTable(vm.X86_64, vm.PhysicalMemory(64))
    for page, writable in pages:
        table.map(page * 4096, page % 64, writable=writable)
    for page, _ in [*pages, (5, True)]:
        assert walk_back(vm.X86_64, table.snapshot(), page * 4096) == table.walk(page * 4096)


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
    half = 1 << scheme.va_bits - 1 if scheme.canonical else 1 << scheme.va_bits
    for nbytes in amounts([scheme])[:5]:
        count = nbytes // scheme.page_bytes
        pages = [(i * (half // count), scheme.page_bytes) for i in range(count)]
        assert sparse_bytes(scheme, nbytes) == scheme.tables(pages).nbytes


def test_the_size_view_says_its_finding_and_its_numbers_in_words():
    view = widgets.TableSizeView(vm.X86_32)
    figure, table = view.children[0].children
    assert figure.title == "x86-32: 4 MiB cost 8 KiB of tables in one piece, 4 MiB in single pages"
    assert "one flat table" in table.value and "<td>4 MiB</td>" in table.value


def test_two_schemes_are_compared_in_both_layouts():
    view = widgets.TableSizeView()
    titles = []
    for sparse in (False, True):
        view.sparse.value = sparse
        titles.append(view.children[1].children[0].title)
    assert titles == [
        "1 MiB in one piece: tables of 8 KiB with 2 levels, 16 KiB with 4 levels",
        "1 MiB in single pages: tables of 1 MiB with 2 levels, 3 MiB with 4 levels",
    ]
    for wrong in ((32,), (vm.X86_32, vm.X86_64, vm.SV39)):
        (grid,) = widgets.TableSizeView(*wrong).children
        assert grid.picture["error"].startswith("The chart needs one PagingScheme or two")


@pytest.mark.parametrize("bits", [(4,), (5, 5), (2, 2, 2, 2)])
def test_toy_schemes_have_their_chart(bits):
    widgets.TableSizeView(vm.PagingScheme(index_bits=bits, offset_bits=5, pte_bytes=1))
