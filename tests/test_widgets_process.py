"""The pictures of chapter 04: a process from top to bottom, alive; and the real one."""

import pytest
from films import on_stage, red
from hypothesis import given, settings
from hypothesis import strategies as st

from memkit import data, record, vm, widgets
from memkit.pictures.process import MOST_CELLS, about, process_picture
from memkit.pictures.process_fields import Fixed, fields_at
from memkit.pictures.real_process import grouped, real_picture
from memkit.vm import procfs
from memkit.vm.structs import kernel_fields

PAGE = 4096


def new_process(nframes=32, swap_pages=16, layout="i386"):
    scheme = vm.X86_32 if layout == "i386" else vm.X86_64
    return vm.Machine(nframes, swap_pages, scheme=scheme).spawn(program=vm.PROGRAMS[layout])


def new_map(**how):
    return widgets.ProcessMap(new_process(**how))


def picture(view):
    return on_stage(view)


def rows(view, column=0):
    return picture(view)["columns"][column]["rows"]


def named(view, name, column=0):
    return next(row for row in rows(view, column) if row["name"] == name)


def cells(view, name, column=0):
    return [(cell["text"], cell["state"]) for cell in named(view, name, column)["cells"]]


def forked(view, name):
    """The lines of an area of two processes."""
    groups = picture(view)["fork"]["groups"]
    return next(group["lines"] for group in groups if group["heads"][0]["name"] == name)


def acted(view, *names):
    for name in names:
        view.act(name)
    return view


# The picture


def test_the_map_is_the_article_s_figure():
    """Kernel, stack, mappings, heap, BSS, data, text, from top to bottom, with true addresses."""
    view = acted(new_map(), "grow", "map_memory")
    found = [(row["name"], row["at"]) for row in rows(view)]
    assert found == [
        ("kernel", "0xc0000000"),
        ("stack", "0xbffdf000"),
        ("guard gap", "0xbfedf000"),
        ("free", "0xb8000000"),
        ("vdso", "0xb7ffe000"),
        ("vvar_vclock", "0xb7ffc000"),
        ("vvar", "0xb7ff8000"),
        ("memory", "0xb7ff7000"),
        ("free", "0x812a000"),
        ("heap", "0x8129000"),
        ("BSS", "0x80ee000"),
        ("data", "0x80ec000"),
        ("data, now fixed", "0x80e9000"),
        ("constants", "0x80b7000"),
        ("text", "0x8049000"),
        ("headers", "0x8048000"),
        ("free", "0x0"),
    ]
    assert named(view, "text")["prot"] == "r-x" and named(view, "heap")["prot"] == "rw-"


@pytest.mark.parametrize("layout", ["i386", "x86_64"])
def test_rows_leave_no_address_out(layout):
    """From the kernel down to 0, each row begins where the one above it ends."""
    process = new_process(64, layout=layout)
    view = acted(widgets.ProcessMap(process), "grow", "map_file", "fill", "push")
    fixed = Fixed.of(process)
    top = fixed.top
    for row in rows(view):
        at = int(row["at"], 16)
        assert at < top and about(top - at).split()[1] in "B KiB MiB GiB TiB"
        if row["kind"] == "area":
            area = process.find_vma(at)
            assert (area.start, area.end) == (at, top)
        top = at
    assert top == 0
    assert sum(row["kind"] == "area" for row in rows(view)) == len(process.vmas)


def test_memory_comes_with_the_first_write():
    view = acted(new_map(), "grow")
    assert cells(view, "heap") == [("", "none")]
    view.act("fill")
    assert cells(view, "heap") == [("0", "own")]
    assert picture(view)["strips"][0]["cells"][0]["text"] == "1"
    view.act("fill")
    assert "no page fault" in picture(view)["sentence"]


def test_a_read_gets_the_page_of_zeros_and_a_file_its_cached_page():
    view = acted(new_map(), "map_memory", "read")
    assert cells(view, "memory") == [("Z", "shared")]
    view.act("write")
    assert cells(view, "memory") == [("1", "own")]
    acted(view, "map_file", "read")
    assert picture(view)["sentence"].endswith("words is read: frame 2.")
    assert cells(view, "words") == [("2", "shared")]


def test_after_a_fork_frames_are_shared_until_one_writes():
    view = acted(new_map(), "grow", "fill", "fork")
    assert view.who.value == 2
    assert cells(view, "heap", 0) == cells(view, "heap", 1) == [("0", "shared")]
    assert picture(view)["strips"][0]["cells"][0]["text"] == "1+2"
    (line,) = forked(view, "heap")
    assert [side["text"] for side in line["sides"]] == ["shared"] * 2
    assert [(frame["text"], frame["who"]) for frame in line["frames"]] == [("0", "1+2")]
    view.act("fill")
    (line,) = forked(view, "heap")
    assert [(side["text"], side["frame"]) for side in line["sides"]] == [
        ("its own", 0),
        ("its own", 1),
    ]
    assert [(frame["text"], frame["who"]) for frame in line["frames"]] == [("0", "1"), ("1", "2")]
    assert line["copied"] and [frame["touched"] for frame in line["frames"]] == [False, True]
    assert cells(view, "heap", 0) == [("0", "own")] and cells(view, "heap", 1) == [("1", "own")]
    view.act("exit")
    assert len(picture(view)["columns"]) == 1 and view.who.value == 1


def test_many_pages_fit_into_a_strip():
    view = new_map(nframes=64)
    view.size.value = 1 << 20
    view.act("map_memory")
    base = int(view.address.value, 16)
    for n in range(0, 60, 3):
        view.address.value = hex(base + n * PAGE)
        view.act("write")
    assert len(cells(view, "memory")) == MOST_CELLS[0]
    view.act("fork")
    assert all(len(row["cells"]) <= MOST_CELLS[1] for n in (0, 1) for row in rows(view, n))


def test_what_was_evicted_is_in_swap():
    view = new_map(nframes=8, swap_pages=16)
    view.size.value = 64 << 10
    view.act("map_memory")
    base = int(view.address.value, 16)
    for n in range(7):
        view.address.value = hex(base + n * PAGE)
        view.act("write")
    assert ("S", "swap") in cells(view, "memory")
    assert picture(view)["strips"][1]["title"] == "swap"


def test_a_step_is_drawn_without_its_neighbours():
    view = acted(new_map(), "grow", "fill", "push", "fork", "fill", "exit")
    drawn = []
    for i in range(len(view.steps)):
        view.draw(i)
        drawn.append(picture(view))
    for i in reversed(range(len(view.steps))):
        view.draw(i)
        assert picture(view) == drawn[i]


def test_the_step_touches_its_page_and_its_frame():
    view = acted(new_map(), "grow", "fill")
    page = named(view, "heap")
    assert page["touched"] and page["cells"][0]["touched"]
    assert picture(view)["thread"] == ["1 page", "frame 0"]
    assert [cell["touched"] for cell in picture(view)["strips"][0]["cells"]].count(True) == 1


def test_the_words_have_all_rows():
    view = acted(new_map(), "grow", "fill", "fork")
    words = picture(view)["words"]
    assert len(words) == 1 + len(rows(view, 0)) + len(rows(view, 1))
    assert ["1", "0x8129000", "heap", "rw-", "4 KiB", "frame 0 (shared)"] in words


# The kernel's names


@pytest.mark.parametrize("layout", ["i386", "x86_64"])
def test_fields_of_a_step_are_those_of_the_process(layout):
    """What the picture takes from a frozen state is what kernel_fields says of the live one."""
    process = new_process(64, layout=layout)
    fixed = Fixed.of(process)
    view = acted(widgets.ProcessMap(process), "grow", "fill", "push", "map_file", "read", "fork")
    acted(view, "fill", "read")
    for one, state in zip(
        process.machine.processes.values(), view.steps[-1].state.processes, strict=True
    ):
        live = [f for f in kernel_fields(one) if f.struct != "vm_area_struct"]
        assert list(fields_at(fixed, state, view.steps[-1].state.frames)) == live


def test_what_is_picked_tells_its_field():
    view = acted(new_map(), "grow", "fill")

    def says(key):
        return {line[0]: line[1] for line in picture(view)["holds"][key][1]}

    heap = says("1 area 0x8129000")
    assert heap["vm_area_struct.vm_flags"] == "VM_READ | VM_WRITE"
    assert heap["mm_struct.start_brk"] == "0x8129000" and heap["mm_struct.brk"] == "0x812a000"
    assert heap["page table entry of 0x8129000"] == "frame 0"
    assert says("1 at 0xb8000000")["mm_struct.mmap_base"] == "0xb8000000"
    assert says("1 field min_flt") == {"task_struct.min_flt": "1"}
    assert says("frame 0")["page._mapcount"] == "0"
    assert "TASK_SIZE" in says("1 kernel")


def test_every_key_of_a_picture_can_be_picked():
    view = acted(new_map(), "grow", "fill", "map_file", "read", "fork", "fill", "push")
    now = picture(view)
    keys = [row["key"] for column in now["columns"] for row in column["rows"]]
    keys += [f"{n} at {row['at']}" for n in (1, 2) for row in rows(view, n - 1)]
    keys += [key for column in now["columns"] for key, _ in column["numbers"]]
    keys += [cell["key"] for cell in now["strips"][0]["cells"]]
    keys += [key for key, *_ in now["fork"]["folded"]]
    shown = [head["key"] for group in now["fork"]["groups"] for head in group["heads"] if head]
    shown += [
        f["key"] for g in now["fork"]["groups"] for line in g["lines"] for f in line["frames"]
    ]
    assert set(shown) <= set(keys)
    assert len(keys) == len(set(keys))
    assert set(keys) == set(now["holds"])
    for title, lines in now["holds"].values():
        assert title and lines and all(len(line) == 3 for line in lines)


def test_what_was_picked_may_be_gone():
    view = acted(new_map(), "fork")
    assert "2 field pid" in picture(view)["holds"]
    view.act("exit")
    assert "2 field pid" not in picture(view)["holds"]


# Bad input


@pytest.mark.parametrize("wrong", [None, 7, vm.AddressSpace(), vm.Machine(4)])
def test_what_is_no_process_gets_a_red_sentence(wrong):
    said = on_stage(widgets.ProcessMap(wrong))["error"]
    assert said.startswith("The map needs a Process") and said.endswith(".")


def test_a_process_that_is_gone_and_steps_that_are_none_get_a_red_sentence():
    process = new_process()
    assert "record(model)" in on_stage(widgets.ProcessMap(process, [1]))["error"]
    process.exit()
    assert "has exited" in on_stage(widgets.ProcessMap(process))["error"]


@pytest.mark.parametrize("text", ["", "abc", "0x", "1.5", "-1", str(1 << 70)])
def test_an_address_that_is_none_gets_a_red_sentence(text):
    view = new_map()
    view.address.value = text
    before, steps = view.machine.snapshot(), len(view.steps)
    view.act("write")
    assert red(view).endswith(".") and "error" not in picture(view) and len(view.steps) == steps
    assert view.machine.snapshot() == before
    view.act("grow")
    assert not picture(view).get("error")


def test_what_the_machine_refuses_is_a_red_sentence_or_a_signal():
    view = new_map(nframes=3, swap_pages=0)
    view.act("fill")
    assert "no heap yet" in red(view)
    acted(view, "grow", "fill")
    view.act("push")
    assert red(view).startswith("2 frames wanted") and picture(view)["columns"]
    view.address.value = "0x0"
    view.act("read")
    assert "SIGSEGV (MAPERR)" in picture(view)["sentence"]


def test_a_stack_has_an_end():
    view = new_map()
    view.size.value = 1 << 20
    for _ in range(8):
        view.act("push")
    assert "minor page fault" in picture(view)["sentence"]
    view.act("push")
    assert "SIGSEGV" in picture(view)["sentence"]


def test_when_all_have_exited_there_is_nothing_to_press():
    view = acted(new_map(), "exit", "grow", "nothing")
    assert "exits" in picture(view)["sentence"] and picture(view)["columns"] == []
    assert all(button.disabled for button in view.buttons.values())


def test_steps_of_others_are_shown_too():
    """More processes than fit: the oldest and the one that acts."""
    process = new_process(64)
    with record(process.machine) as steps:
        for child in (process.fork(), process.fork()):
            child.write(child.place.stack_top - 1, b"x")
    view = widgets.ProcessMap(process, steps)
    view.draw(len(steps) - 1)
    assert [column["numbers"][0][1] for column in picture(view)["columns"]] == [
        "process 1", "process 3, child of 1",
    ]  # fmt: skip
    assert picture(view)["legend"][0].endswith("1 more process is not shown")


ACTIONS = ["grow", "fill", "push", "map_memory", "map_file", "read", "write", "fork", "exit"]


@settings(max_examples=25)
@given(st.lists(st.sampled_from(ACTIONS), max_size=25), st.sampled_from([6, 12, 40]))
def test_whatever_is_pressed_every_step_has_its_picture(names, nframes):
    process = new_process(nframes, swap_pages=4)
    view = acted(widgets.ProcessMap(process), *names)
    for i, step in enumerate(view.steps):
        drawn = process_picture(step, i, view.fixed)
        used = sum(frame.kind != "free" for frame in step.state.frames)
        assert drawn["strips"][0]["note"].startswith(f"{used} of ")
        for column, one in zip(drawn["columns"], step.state.processes, strict=False):
            areas = [row for row in column["rows"] if row["kind"] == "area"]
            assert len(areas) == len(one.vmas) or len(step.state.processes) > 2
        if len(step.state.processes) == 2:
            check_fork(drawn["fork"], step.state)


def check_fork(fork, state):
    """Each page of both is on a line, or in one, and leads to the frame that has it."""
    for k, one in enumerate(state.processes):
        lines = [line for group in fork["groups"] for line in group["lines"] if group["heads"][k]]
        led = [line for line in lines if line["sides"][k]["frame"] is not None]
        present = [info for info in one.pages.values() if info.present]
        assert sum(line["last"] - line["first"] + 1 for line in led) == len(present)
        for line in led:
            frame = line["frames"][line["sides"][k]["frame"]]
            assert frame["who"] == "Z" or str(one.pid) in frame["who"].strip("F").split("+")


# The real one


def test_the_recorded_process_is_shown_and_said_where_there_is_no_proc(monkeypatch, tmp_path):
    monkeypatch.setattr(procfs, "PROC", tmp_path)
    view = widgets.RealProcess()
    assert on_stage(view)["sentence"].startswith("Recorded: Linux 6.18, a small C program")
    assert not view.live and all(button.disabled for button in view.buttons.values())
    view.act("map")
    assert view.block is None
    names = [row["name"] for row in on_stage(view)["columns"][0]["rows"]]
    for name in ("kernel", "stack", "vdso", "libraries", "heap", "BSS", "data", "text"):
        assert name in names


@pytest.mark.parametrize("name", data.PROCESSES)
def test_groups_hold_every_area_once(name):
    reading = procfs.Reading(vm.parse_smaps(data.maps(name).smaps), "recorded")
    groups = [group for block in grouped(reading) for group in block]
    found = sorted(vma for group in groups for vma, _ in group.areas)
    assert found == sorted(vma for vma, _ in reading if vma.name != "[vsyscall]")
    drawn = real_picture(reading)
    assert f"{len(found)} areas" in drawn["sentence"]
    for n, group in enumerate(groups):
        title, lines = drawn["holds"][f"self group {n}"]
        assert title == group.name and lines
        assert 0 <= group.sum("Rss") <= group.length
    # What looks like a map is in order of address; what lies among each other has none.
    places = [int(row["at"], 16) for row in drawn["columns"][0]["rows"] if row["at"]]
    assert places == sorted(places, reverse=True)
    for key, _ in drawn["columns"][0]["numbers"]:
        assert all(drawn["holds"][key])


def test_the_live_process_maps_memory_and_pays_when_it_writes():
    view = widgets.RealProcess()
    if not view.live:  # the test before this one is what happens then
        assert not (procfs.PROC / "self" / "smaps").exists()
        return
    assert on_stage(view)["sentence"].startswith("Live: /proc/self/smaps")
    view.act("map")
    assert ": addresses +64 MiB, frames +0 B, " in on_stage(view)["sentence"]
    view.act("write")
    assert ": addresses +0 B, frames +64 MiB, " in on_stage(view)["sentence"]
    assert view.changed == ["anonymous"]
    faults = int(on_stage(view)["sentence"].split(", ")[2].split()[0].replace(",", ""))
    assert 16384 <= faults
    view.act("unmap")
    given = on_stage(view)["sentence"]
    assert view.block is None and "given back: addresses \N{MINUS SIGN}64 MiB" in given


WSL = """\
00400000-00401000 r-x- 00000000 00:00 107598             /usr/bin/python3
Pss:                   1 kB
7f6e753c3000-7f6e755c1000 rw-- 00000000 00:00 0\x20
Pss:                   4 kB
7ffffd000000-7ffffd800000 rw-- 00000000 00:00 0          [stack]
Pss:                   0 kB
"""


@pytest.fixture
def smaps(tmp_path, monkeypatch):
    """A /proc of our own: what is written to it is this process."""
    monkeypatch.setattr(procfs, "PROC", tmp_path)
    (tmp_path / "self").mkdir()
    return tmp_path / "self" / "smaps"


@pytest.mark.parametrize("text", [WSL, WSL.replace("\n", "\r\n")])
def test_what_a_system_does_not_say_is_not_shown_as_0(smaps, text):
    smaps.write_bytes(text.encode())
    view = widgets.RealProcess()
    drawn = on_stage(view)
    assert drawn["sentence"].endswith("of addresses; frames not told by this system.")
    rows = drawn["columns"][0]["rows"]
    groups = {row["name"]: row for row in rows if row["kind"] == "group"}
    assert set(groups) == {"text", "anonymous", "stack"}
    for row in groups.values():
        assert row["share"] is None
        assert row["note"] == "frames not told by this system, 1 area"
    assert dict(drawn["columns"][0]["numbers"])["self field swap"] == "swap not told by this system"
    assert "not told by this system" in drawn["legend"][0]
    for picked in ("self group 0", "self field rss_stat", "self field swap"):
        assert "not told by this system" in str(drawn["holds"][picked])
    assert "0 B" not in str(on_stage(view))
    view.act("map")
    assert "frames not told by this system, " in on_stage(view)["sentence"]
    view.act("unmap")


@pytest.mark.parametrize("text", ["", "\n", "no maps at all\n", "7f00-7f10 rw-p\n", "Rss: 4 kB\n"])
def test_maps_that_nobody_can_read_are_one_red_sentence(smaps, text):
    smaps.write_text(text)
    view = widgets.RealProcess()
    assert on_stage(view)["error"].endswith(".") and "\n" not in on_stage(view)["error"]
    assert view.buttons["map"].disabled and not view.buttons["again"].disabled
    view.act("again")
    assert on_stage(view)["error"]
    smaps.write_text(data.maps("pie_x86_64").smaps)
    view.act("again")
    assert "error" not in on_stage(view) and not view.buttons["map"].disabled


def test_a_32_bit_process_under_a_64_bit_kernel_has_all_of_its_addresses():
    text = "08048000-08056000 r-xp 00000000 08:01 5 /bin/a\n"
    text += "fffdd000-ffffe000 rw-p 00000000 00:00 0 [stack]\n"
    drawn = real_picture(procfs.Reading(vm.parse_smaps(text), "recorded"))
    assert [row["name"] for row in drawn["columns"][0]["rows"]] == [
        "kernel", "stack", "free", "text", "free",
    ]  # fmt: skip
    assert drawn["columns"][0]["rows"][0]["at"] == "0xffffe000"
