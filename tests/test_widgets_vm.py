"""The pictures of chapters 01 and 02: overlays, the address microscope, the TLB, table sizes."""

import json
import random

import pytest
from films import on_stage, red
from hypothesis import given
from hypothesis import strategies as st

from memkit import record, vm, widgets
from memkit.pictures.overlays import entered, frames_held, page_spans
from memkit.pictures.table_size import amounts, sparse_bytes
from memkit.pictures.tlb import accesses, is_stale, walk_back
from memkit.pictures.walk import code_words, judged, microscope_picture

M = vm.Module
PROGRAM = vm.Overlay(M("main", 20, (M("parse", 30, (M("lex", 10), M("tree", 25))), M("emit", 60))))
CALLS = ["parse", "lex", "return", "tree", "return", "return", "emit", "return", "parse"]


def told(widget):
    """What the widget's picture says, and whether it is an error."""
    return red(widget) or on_stage(widget)["sentence"], bool(red(widget))


# Overlays


def lies(panel, column):
    """{name: [(bottom, top)]} of what a panel shows in a column."""
    found = {}
    for block in panel["blocks"]:
        if block["first"] <= column <= block["last"]:
            found.setdefault(block["name"], []).append((block["bottom"], block["top"]))
    return found


def test_each_step_of_an_overlay_run_has_its_picture():
    view = widgets.OverlayView(PROGRAM, CALLS)
    for i, step in enumerate(view.steps):
        view.draw(i)
        picture = on_stage(view)
        assert picture["sentence"] == step.words
        places = PROGRAM.places
        assert lies(picture["panels"][0], picture["now"]) == {
            name: [(places[name].start, places[name].end)] for name in step.state.resident
        }
        json.dumps(picture)


def test_the_bytes_shown_are_those_of_the_model():
    view = widgets.OverlayView(PROGRAM, CALLS, page_size=8)
    view.draw(len(view.steps) - 1)
    both = vm.compare_with_paging(PROGRAM, CALLS, page_size=8)
    overlays, paging = on_stage(view)["read"]
    assert overlays == ["overlays", overlays[1], f"{both.overlay_nbytes} B"]
    assert paging == ["paging", paging[1], f"{both.paged_nbytes} B"]
    assert paging[1] / overlays[1] == pytest.approx(both.paged_nbytes / both.overlay_nbytes)


def test_a_load_hatches_what_lies_there_no_more():
    view = widgets.OverlayView(PROGRAM, CALLS)
    for i, step in enumerate(view.steps):
        view.draw(i)
        blocks = on_stage(view)["panels"][0]["blocks"]
        over = [block["name"] for block in blocks if block["over"]]
        came = [block["name"] for block in blocks if block["now"]]
        if step.event == "load":
            assert came == [step.detail["module"]]
            assert ", ".join(over) == step.detail["over"]
        else:
            assert came == over == []


def test_an_illegal_call_is_the_last_step_and_says_why():
    view = widgets.OverlayView(PROGRAM, ["parse", "emit", "return"])
    assert view.steps[-1].event == "illegal call"
    view.draw(len(view.steps) - 1)
    assert "would overwrite parse" in told(view)[0]


def test_what_would_be_overwritten_is_hatched_and_paging_goes_on():
    view = widgets.OverlayView(PROGRAM, ["parse", "lex", "return", "emit"], page_size=5)
    view.draw(len(view.steps) - 1)
    overlays, paging = on_stage(view)["panels"]
    looks = {block["name"]: block["state"] for block in overlays["blocks"]}
    assert looks == {"main": "#", "parse": "/", "lex": "#", "emit": "-"}
    emit = [top - bottom for bottom, top in lies(paging, 4)["emit"]]
    assert sum(emit) == 12 * 5 and paging["note"].startswith("emit uses 12 pages, ")


def test_the_plan_shows_each_module_once_and_what_a_call_will_load():
    view = widgets.OverlayView(PROGRAM, CALLS)
    assert view.steps[0].event == "call"
    plan = on_stage(view)["panels"][0]["plan"]
    places = [(block["name"], block["bottom"], block["top"]) for block in plan]
    assert places == [place[:3] for place in PROGRAM.places.values()]
    assert [block["name"] for block in plan if block["now"]] == ["parse"]


@given(st.integers(1, 30), st.integers(1, 20))
def test_the_pages_shown_in_frames_are_those_that_paging_keeps(nframes, page_size):
    """A page faults exactly when it was not shown; one that the module itself drives out may."""
    view = widgets.OverlayView(PROGRAM, CALLS, page_size, nframes)
    names = entered(PROGRAM, view.steps, len(view.steps) - 1)
    run = vm.run_paged(PROGRAM, CALLS, page_size, nframes)
    spans, held = page_spans(PROGRAM, page_size), frames_held(PROGRAM, names, page_size, nframes)
    for k, faults in enumerate(run.faults):
        before = {page for page in held[k - 1] if page is not None} if k else set()
        assert len(before) <= nframes == len(held[k])
        missed = len(set(spans[names[k]]) - before)
        assert missed <= faults <= len(spans[names[k]])
        if missed == 0 or len(before) + missed <= nframes:
            assert faults == missed
    view.draw(len(view.steps) - 1)
    shown = lies(on_stage(view)["panels"][1], len(names) - 1)
    frames = sum(top - bottom for places in shown.values() for bottom, top in places) // page_size
    assert frames == sum(page is not None for page in held[-1]), "a frame is drawn once"


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
    lines = []
    for point in [None, *picture["thread"]]:
        if point is None:
            lines.append([])
        else:
            lines[-1].append(point[:2])
    parts = [[[0, level], [level + 1, 0]] for level in range(4)]
    assert lines == [*parts, [[4, 0], [5, 0]], [[0, 4], [5, 0]]], "each part has a line of its own"
    assert picture["thread"][-1] == [5, 0, 3]


def test_each_level_says_what_it_allows():
    table = long_mode()
    rows = [floor["rows"][0][0]["caption"] for floor in
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
    assert len(on_stage(view)["floors"]) == scheme.levels + 2
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
        assert red(view).startswith(f"The {field} must be") and on_stage(view)["floors"]
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
        stale.append(on_stage(view)["floors"][0]["count"])
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
    row = on_stage(view)["floors"][0]["rows"][0][0]
    assert row["label"] == "set 0: page 0x0 was evicted"
    assert [(part["text"], part["touched"]) for part in row["bar"]] == [
        ("page 0x2 → 0x2000", True), ("page 0x1 → 0x1000, goes next", False),
    ]  # fmt: skip


def test_every_step_of_a_walk_shows_an_entry_more():
    table = vm.PageTable(vm.X86_64, vm.PhysicalMemory(64))
    table.map(0x1000, 9)
    mmu = vm.MMU(table, vm.TLB(entries=4, ways=2))
    with record(mmu) as steps:
        for va in (0x1000, 0x1008):
            mmu.translate(va)
    view = widgets.TLBView(mmu, steps)
    read, seen = [], []
    for i, step in enumerate(steps):
        view.draw(i)
        (row,) = on_stage(view)["floors"][1]["rows"][0]
        read.append(sum(part["state"] == "#" for part in row["bar"]))
        assert any(part["touched"] for part in row["bar"]) == (step.event == "walk")
        seen.append(json.dumps(on_stage(view)["floors"]))
    assert read == [0, 1, 2, 3, 4, 4, 4, 0] and row["caption"].startswith("no entry is read")
    assert all(one != other for one, other in zip(seen[:5], seen[1:6], strict=True))


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
    found = accesses(steps, len(steps) - 1)
    assert "".join(state for state, _ in found) == ".#FFF"
    assert [page for _, page in found] == [1, 1, 2, 1, 1 << 48]
    view = widgets.TLBView(mmu, steps)
    for i in range(len(steps)):  # eight ways: cells, not boxes
        view.draw(i)
        assert not told(view)[1]
        json.dumps(on_stage(view))


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
        assert red(widgets.TableSizeView(*wrong)).startswith(
            "The chart needs one PagingScheme or two"
        )


@pytest.mark.parametrize("bits", [(4,), (5, 5), (2, 2, 2, 2)])
def test_toy_schemes_have_their_chart(bits):
    widgets.TableSizeView(vm.PagingScheme(index_bits=bits, offset_bits=5, pte_bytes=1))
