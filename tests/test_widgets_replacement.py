"""The pictures of chapter 03: frames over time, the hand, two policies in lock-step, the curve."""

import json

import numpy as np
import pytest
from films import npanes, on_stage, red
from hypothesis import given
from hypothesis import strategies as st

from memkit import vm, widgets
from memkit.pictures.frames import differ, frames_picture, passed, run_policy
from memkit.widgets.replacement import CHOICES, MOST_FRAMES, fault_curve, finding, parsed

BELADY = [1, 2, 3, 4, 1, 2, 5, 1, 2, 3, 4, 5]
TEXT = "1 2 3 4 1 2 5 1 2 3 4 5"
strings = st.lists(st.integers(0, 6), min_size=1, max_size=40)


def last(choice, refs, nframes, writes=None):
    run = run_policy(refs, writes or [False] * len(refs), nframes, *CHOICES[choice], choice)
    return frames_picture(run, len(refs) - 1)


# The string


@pytest.mark.parametrize(
    "text, pages, writes",
    [
        ("1 2 3", [1, 2, 3], [False] * 3),
        (" 1,2w ,\t3\n", [1, 2, 3], [False, True, False]),
        ("007 0 999w", [7, 0, 999], [False, False, True]),
    ],
)
def test_a_string_is_page_numbers_with_a_w_for_a_write(text, pages, writes):
    assert parsed(text) == (pages, writes)


@pytest.mark.parametrize(
    "text", ["", " , ", "1 x", "1 -2", "1.5", "1000", "1w2", "w", "²", "9" * 5000, "1 " * 201]
)
def test_what_is_no_string_gets_one_red_sentence_and_nothing_else(text):
    lab = widgets.ReplacementLab(BELADY, beside="lru")
    before = on_stage(lab)
    lab.refs.value = text
    assert red(lab).startswith("The string ") and red(lab).endswith(".") and len(red(lab)) < 160
    assert on_stage(lab) == before and npanes(lab) == 2, "the last picture stays"
    lab.refs.value = "1 2 1"
    assert not red(lab) and len(lab.steps) == 3
    assert npanes(lab) == 2


@pytest.mark.parametrize(
    "wrong, name",
    [
        ({"refs": 7}, "refs"),
        ({"refs": None}, "refs"),
        ({"refs": [1, "x"]}, "The string"),
        ({"nframes": 0}, "nframes"),
        ({"nframes": MOST_FRAMES + 1}, "nframes"),
        ({"nframes": True}, "nframes"),
        ({"policy": "best"}, "policy"),
        ({"policy": None}, "policy"),
        ({"beside": "best"}, "beside"),
        ({"beside": "lru", "beside_frames": "4"}, "beside_frames"),
    ],
)
def test_what_cannot_be_run_gets_a_red_sentence(wrong, name):
    lab = widgets.ReplacementLab(**{"refs": BELADY, **wrong})
    assert red(lab).startswith(f"{name} ") and red(lab).endswith(".")


# The frames


def test_belady_s_string_as_on_paper():
    """FIFO, three frames: the table in every textbook."""
    picture = last("fifo", BELADY, 3)
    cells = [[text for text, _ in row["cells"]] for row in picture["rows"]]
    assert cells == [
        ["1", "1", "1", "4", "4", "4", "5", "5", "5", "5", "5", "5"],
        ["", "2", "2", "2", "1", "1", "1", "1", "1", "3", "3", "3"],
        ["", "", "3", "3", "3", "2", "2", "2", "2", "2", "4", "4"],
    ]
    assert "".join(picture["marks"]) == "FFFFFFFhhFFh"
    assert picture["out"] == ["", "", "", "1", "2", "3", "4", "", "", "1", "2", ""]
    assert picture["count"] == "9 faults, 3 hits"
    assert picture["sentence"] == "Reference 12, page 5: hit."


@given(strings, st.integers(1, 5), st.sampled_from(list(CHOICES)), st.randoms())
def test_every_step_shows_what_memory_holds(refs, nframes, choice, random):
    writes = [random.random() < 0.3 for _ in refs]
    run = run_policy(refs, writes, nframes, *CHOICES[choice], choice)
    policy, options = CHOICES[choice]
    memory = vm.ResidentSet(nframes, policy, **({"refs": refs} if policy == "opt" else options))
    for i, (page, write) in enumerate(zip(refs, writes, strict=True)):
        access = memory.access(page, write)
        picture = frames_picture(run, i)
        json.dumps(picture)
        now = picture["now"]
        assert picture["refs"][now] == str(page)
        assert picture["marks"][now] == ("h" if access.hit else "F")
        assert picture["out"][now] == ("" if access.victim is None else str(access.victim))
        held = [row["cells"][now][0] for row in picture["rows"]]
        assert [text.rstrip("w") for text in held] == [
            "" if held is None else str(held) for held in memory.frames
        ]
        assert {int(text[:-1]) for text in held if text.endswith("w")} == memory.dirty
        assert [row["touched"] for row in picture["rows"]].count(True) == 1
        assert all(
            kind == "later" for row in picture["rows"] for _, kind in row["cells"][now + 1 :]
        )
        marked = [row["label"] for row in picture["rows"] if row["next"]]
        if len(memory.frame) == nframes:
            assert marked == [f"frame {memory.frame[memory.policy.victim()]}"]
        else:
            assert not marked
        table = picture["words"]
        assert len(table) == i + 2 and len({len(row) for row in table}) == 1


@pytest.mark.parametrize("page, columns", [(7, 24), (10, 24), (100, 18)])
def test_long_strings_are_shown_in_pieces(page, columns):
    refs = [page + n % 3 for n in range(columns + 5)]
    run = run_policy(refs, [False] * len(refs), 3, *CHOICES["lru"], "lru")
    assert len(frames_picture(run, columns - 1)["refs"]) == columns
    second = frames_picture(run, columns)
    assert (len(second["refs"]), second["now"], len(second["marks"])) == (5, 0, 1)
    assert f"references {columns + 1} to {columns + 5} of {columns + 5}" in second["caption"]


def test_the_hand_and_its_bits_are_told():
    """CLOCK, bit 1 on load: the fourth page finds three bits set, and the hand clears them all."""
    run = run_policy([1, 2, 3, 4, 2], [False] * 5, 3, *CHOICES["clock"], "clock")
    full = frames_picture(run, 2)
    assert (full["kept"], [row["note"] for row in full["rows"]]) == ("bit", ["1 ◀ hand", "1", "1"])
    fourth = frames_picture(run, 3)
    assert [row["note"] for row in fourth["rows"]] == ["1", "1 → 0 ◀ hand", "1 → 0"]
    assert fourth["sentence"].endswith(
        "page 1 had to go; the hand cleared the bit of frames 0, 1 and 2."
    )
    assert [row["note"] for row in frames_picture(run, 4)["rows"]] == ["1", "1 ◀ hand", "0"]


def test_counts_of_two_bits_are_counted_down():
    run = run_policy([1, 2, 1, 1, 3], [False] * 5, 2, *CHOICES["clock, 2 bits"], "clock")
    assert run.kept[4].counts == (3, 1)
    picture = frames_picture(run, 4)
    assert picture["sentence"].endswith("page 2 had to go; the hand counted down frames 0 and 1.")
    assert [row["note"] for row in picture["rows"]] == ["3 → 1 ◀ hand", "1"]


@given(strings, st.integers(1, 4), st.sampled_from([c for c in CHOICES if "clock" in c]))
def test_the_hand_passes_only_what_it_took_down(refs, nframes, choice):
    run = run_policy(refs, [False] * len(refs), nframes, *CHOICES[choice], choice)
    for i, step in enumerate(run.steps):
        down = passed(run, i)
        if step.event == "hit" or step.detail["victim"] is None:
            assert down == []
        for at in down:
            assert run.kept[i].counts[at] > 0
        ring = frames_picture(run, i)["clock"]
        assert ring["hand"] == run.kept[i + 1].hand == (run.kept[i].hand + ring["way"]) % nframes
        assert (ring["way"] > 0) == (step.detail.get("victim") is not None)
        went = [(run.kept[i].hand + k) % nframes for k in range(ring["way"])]
        assert set(down) <= set(went), "the hand counts down what it passes"


@pytest.mark.parametrize(
    "choice, name, notes",
    [
        ("fifo", "goes", ["3rd", "1st", "2nd"]),
        ("lru", "goes", ["3rd", "1st", "2nd"]),
        ("mru", "goes", ["3rd", "2nd", "1st"]),
        ("lfu", "uses", ["1", "1", "2"]),
        ("opt", "used next", ["never", "never", "never"]),
        ("working set", "used ago", ["1", "4, idle", "2"]),
        ("linux", "list", ["inactive", "inactive", "inactive, used"]),
        ("aging", "counter + bit", ["00000000 +1", "10000000 +0", "10000000 +0"]),
        ("random", "", ["", "", ""]),
    ],
)
def test_what_a_policy_keeps_is_told(choice, name, notes):
    """Frames 0, 1, 2 hold 4, 2, 3 then; under MRU 1, 2, 4."""
    picture = last(choice, [1, 2, 3, 3, 4], 3)
    assert picture["kept"] == name
    assert [row["note"] for row in picture["rows"]] == notes


def test_a_written_page_is_marked_and_its_write_back_counted():
    picture = last("fifo", [1, 2, 3], 1, [True, False, False])
    assert picture["rows"][0]["cells"][0][0] == "1w"
    assert "1 write-back so far" in picture["caption"]
    assert last("enhanced clock", [1, 2, 3], 2, [True, False, False])["out"][2] == "2"


# Two policies, and the lab


def test_two_sides_go_in_lock_step_and_next_finds_where_they_differ():
    """At reference 7 both fault, and another page goes: the text tells one to watch it."""
    lab = widgets.ReplacementLab(TEXT, 3, "fifo", beside="fifo", beside_frames=4)
    differ = [i for i, step in enumerate(lab.steps) if step.event == "they differ"]
    assert differ == list(range(3, 12)) and 7 - 1 in differ
    for i in range(len(lab.steps)):
        lab.draw(i)
        first, second = on_stage(lab), on_stage(lab, 1)
        assert first["step"] == second["step"] == i and first["refs"] == second["refs"]
        same = first["marks"][i] == second["marks"][i] and first["out"][i] == second["out"][i]
        assert (not same) == (i in differ)
    assert [on_stage(lab, n)["count"] for n in (0, 1)] == [
        "9 faults, 3 hits", "10 faults, 2 hits",
    ]  # fmt: skip


@given(strings, st.integers(1, 4), st.lists(st.sampled_from(list(CHOICES)), min_size=2, max_size=2))
def test_what_is_in_one_memory_alone_is_marked_in_every_column(refs, nframes, choices):
    runs = [run_policy(refs, [False] * len(refs), nframes, *CHOICES[c], c) for c in choices]
    last = len(refs) - 1
    for run, other in (runs, runs[::-1]):
        picture = frames_picture(run, last, other)
        for at, row in enumerate(picture["rows"]):
            held = [run.steps[t].state.frames[at] for t in range(last - picture["now"], last + 1)]
            beside = [other.steps[t].state.frames for t in range(last - picture["now"], last + 1)]
            alone = [t for t, page in enumerate(held) if page is not None and page not in beside[t]]
            assert row["only"] == alone
    for t, both in enumerate(zip(*(run.steps for run in runs), strict=True)):
        what = {(step.event == "hit", step.detail.get("victim")) for step in both}
        assert differ(runs, t) == (len(what) > 1)


def test_under_lru_nothing_is_in_the_smaller_memory_alone():
    """The stack property (Mattson 1970)."""
    small, large = (run_policy(BELADY, [False] * 12, n, *CHOICES["lru"], "lru") for n in (3, 4))
    assert not any(row["only"] for row in frames_picture(small, 11, large)["rows"])
    assert any(row["only"] for row in frames_picture(large, 11, small)["rows"])


def test_the_form_runs_the_string_anew_and_stays_where_it_was():
    lab = widgets.ReplacementLab(BELADY, 3)
    assert npanes(lab) == 1 and lab.beside_frames.disabled
    lab.draw(6)
    lab.policy.value = "lru"
    assert lab.index == 6 and on_stage(lab)["title"] == "lru"
    lab.nframes.value = 5
    assert on_stage(lab)["note"] == "5 frames"
    lab.beside.value = "opt"
    assert not lab.beside_frames.disabled and on_stage(lab, 1)["title"] == "opt"
    lab.refs.value = "3 1"
    assert lab.index == 1 and on_stage(lab, 1)["sentence"].startswith("Reference 2, page 1")


def test_the_menu_offers_every_policy():
    lab = widgets.ReplacementLab("1")
    assert set(vm.POLICIES) <= set(lab.policy.options)
    for choice in lab.policy.options:
        lab.policy.value = choice
        assert not red(lab)


# The curve


def test_the_chart_says_the_anomaly_and_marks_it():
    lab = widgets.ReplacementLab(TEXT, 3, "fifo", beside="lru")
    figure, table = lab.chart.children[0].children
    assert figure.title == "fifo: 9 faults with 3 frames, 10 with 4: Belady's anomaly"
    triangle, rings = figure.marks[-2:]
    assert triangle.marker == "triangle-up"
    assert (list(triangle.x), list(triangle.y)) == ([4], [10])
    assert (list(rings.x), list(rings.y)) == ([3, 3], [9, 10])
    assert "<td>10</td>" in table.value
    lab.policy.value = "opt"
    assert lab.chart.children[0].children[0].title.startswith("On this string no frame more")


@given(strings, st.sampled_from([c for c in CHOICES if c not in ("random", "opt")]))
def test_the_curve_is_what_each_size_gives(refs, choice):
    curve = fault_curve(refs, [False] * len(refs), choice)
    for nframes, faults in enumerate(curve[:4], 1):
        run = run_policy(refs, [False] * len(refs), nframes, *CHOICES[choice], choice)
        assert run.steps[-1].state.faults == faults
    assert curve[-1] == len(set(refs))
    rises = any(more > less for less, more in zip(curve, curve[1:], strict=False))
    assert ("anomaly" in finding({choice: curve})) == rises


def test_a_number_of_frames_may_come_from_numpy():
    assert widgets.ReplacementLab("1 2 3", np.int64(2)).nframes.value == 2
