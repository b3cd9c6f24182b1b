"""Page replacement: textbook strings, what every policy owes, bulk against step by step, and real
programs (data.page_answers: counts by plain loops, checked against libCacheSim 0.3.5)."""

import re
from functools import cache
from pathlib import Path

import pytest
from films import on_stage
from hypothesis import given
from hypothesis import strategies as st

from memkit import data, record, vm, widgets

BELADY = [1, 2, 3, 4, 1, 2, 5, 1, 2, 3, 4, 5]
SILBERSCHATZ = [7, 0, 1, 2, 0, 3, 0, 4, 2, 3, 0, 3, 2, 1, 2, 0, 1, 7, 0, 1]
ONLINE = [name for name in vm.POLICIES if name != "opt"]

pieces = st.one_of(
    st.lists(st.integers(0, 9), max_size=8),
    # Runs that alternate between two pages: what the bulk loops take a short cut through.
    st.builds(lambda a, b, n: [a, b] * n, st.integers(0, 9), st.integers(0, 9), st.integers(1, 6)),
)
strings = st.lists(pieces, max_size=8).map(lambda parts: [page for part in parts for page in part])
frames = st.integers(1, 8)
page_trace, page_answers = cache(data.page_trace), cache(data.page_answers)  # unpacked once


@pytest.mark.parametrize(
    "policy, three, four",
    [("fifo", 9, 10), ("lru", 10, 8), ("clock", 9, 10), ("opt", 7, 6)],
)
def test_belady_s_string(policy, three, four):
    """Belady, Nelson and Shedler 1969: with a frame more, FIFO faults more."""
    assert vm.simulate(BELADY, 3, policy).faults == three
    assert vm.simulate(BELADY, 4, policy).faults == four


@pytest.mark.parametrize("policy, faults", [("fifo", 15), ("lru", 12), ("clock", 14), ("opt", 9)])
def test_the_dinosaur_book_s_string(policy, faults):
    """Silberschatz, "Operating System Concepts", chapter "Virtual memory": 3 frames."""
    assert vm.simulate(SILBERSCHATZ, 3, policy).faults == faults


def resident_set(refs, nframes, policy, **options):
    if policy == "opt":
        options["refs"] = refs
    return vm.ResidentSet(nframes, policy, **options)


def step_by_step(refs, nframes, policy, writes=None, **options):
    resident = resident_set(refs, nframes, policy, **options)
    for page, write in zip(refs, writes or [False] * len(refs), strict=True):
        resident.access(page, write)
    return resident


OPTIONS = st.one_of(
    st.tuples(st.sampled_from(["lru", "fifo", "opt", "mru", "lfu", "random"]), st.just({})),
    st.builds(
        lambda bits, on_load: ("clock", {"bits": bits, "bit_on_load": on_load}),
        st.integers(1, 3),
        st.integers(0, 1),
    ),
)


@pytest.mark.parametrize(
    "writes, writebacks", [(None, 0), ([1, 0, 0, 0, 0], 1), ([0, 1, 0, 0, 0], 1)]
)
def test_of_pages_that_are_not_used_again_opt_lets_the_first_one_go(writes, writebacks):
    """As textbooks break ties, first in, first out (Silberschatz, "Page replacement"): 3 comes for
    1, 4 for 2, however the pages are numbered."""
    for refs in ([1, 2, 1, 3, 4], [4, 3, 4, 2, 1]):
        counts = vm.simulate(refs, 2, "opt", writes)
        assert (counts.faults, counts.writebacks) == (4, writebacks)
        assert (
            counts.resident
            == set(refs[3:])
            == set(step_by_step(refs, 2, "opt", writes or [0] * 5).frame)
        )


@given(strings, frames, OPTIONS, st.randoms())
def test_at_once_is_step_by_step(refs, nframes, policy, random):
    name, options = policy
    writes = [random.random() < 0.3 for _ in refs]
    one = step_by_step(refs, nframes, name, writes, **options)
    for flags in (None, writes):
        many = vm.simulate(refs, nframes, name, flags, **options)
        assert (many.hits, many.faults) == (one.hits, one.faults)
        assert many.resident == frozenset(one.frame)
        assert many.writebacks == (one.writebacks if flags else 0)


@given(strings, frames, st.sampled_from(list(vm.POLICIES)))
def test_what_every_policy_owes(refs, nframes, policy):
    resident = resident_set(refs, nframes, policy)
    for page in refs:
        before = set(resident.frame)
        foreseen = resident.policy.victim() if len(before) == nframes else None
        assert foreseen is None or foreseen in before
        again = resident.policy.victim() if foreseen is not None else None
        assert again == foreseen, "to look changes nothing"
        access = resident.access(page)
        assert access.hit == (page in before)
        assert access.victim == (None if access.hit else foreseen)
        assert set(resident.frame) == before | {page} - {access.victim} - (
            {access.victim} if access.victim is not None else set()
        ) or set(resident.frame) == (before | {page}) - {access.victim}
        assert len(resident.frame) <= nframes
    assert resident.hits + resident.faults == len(refs)


@given(strings, frames)
def test_nobody_beats_opt(refs, nframes):
    best = vm.simulate(refs, nframes, "opt").faults
    for policy in ONLINE:
        assert step_by_step(refs, nframes, policy).faults >= best


@given(strings, frames)
def test_lru_and_opt_are_never_worse_with_a_frame_more(refs, nframes):
    """The stack property: Mattson, Gecsei, Slutz and Traiger 1970."""
    for policy in ("lru", "opt"):
        less, more = (vm.simulate(refs, n, policy) for n in (nframes, nframes + 1))
        assert more.faults <= less.faults


def test_lifo_keeps_the_first_pages_for_ever():
    """By hand: after 1 and 2 only the third frame changes: 3, 4, 5, 3, 4, 5."""
    memory = step_by_step(BELADY, 3, "lifo")
    assert memory.frame.keys() == {1, 2, 5} and memory.faults == 8
    assert [vm.simulate(range(6), n, "lifo").resident for n in (1, 3)] == [{5}, {0, 1, 5}]


def test_nru_takes_the_lowest_class_and_there_the_page_loaded_first():
    """Tanenbaum, "Modern Operating Systems", 3.4.2. Four uses, then the clock clears R: the classes
    are 1 (page 1: 01), 0 (2), 1 (3), 0 (4); 2 came before 4. Used again, 4 is class 2."""
    memory = vm.ResidentSet(4, "nru")
    for page in ("1w", "2", "3w", "4"):
        memory.access(page)
    assert [memory.policy.note(page) for page in (1, 2, 3, 4)] == [1, 0, 1, 0]
    memory.access(4)
    assert memory.access(5) == vm.Access(False, 2, False)
    assert memory.access(6) == vm.Access(False, 1, True), "not referenced, dirty: before 4 and 5"
    assert [memory.policy.note(page) for page in (3, 4, 5, 6)] == [1, 2, 2, 2]
    assert memory.access(7).victim == 3 and memory.policy.note(7) == 0, "the clock, at the 8th use"


@given(strings, frames, st.integers(1, 9))
def test_nru_by_its_definition(refs, nframes, interval):
    """R: was the page used since the last tick? M: was it written since it was loaded?"""
    memory = vm.ResidentSet(nframes, "nru", interval=interval)
    loaded, used, written = {}, {}, set()
    for now, page in enumerate(refs):
        tick = now // interval * interval
        classes = {p: (used[p] >= tick, p in written, loaded[p]) for p in memory.frame}
        victim = memory.access(page, write=page % 2).victim
        if victim is not None:
            assert victim == min(classes, key=classes.get)
            written.discard(victim)
        if page not in classes:
            loaded[page] = now
        used[page] = now
        written |= {page} if page % 2 else set()


@pytest.mark.parametrize("name", ["second chance", "Second-Chance", "second_chance", " CLOCK "])
def test_second_chance_is_clock_by_another_name(name):
    """Tanenbaum, 3.4.4 and 3.4.5: the clock differs from second chance only in how it is made."""
    for options in ({}, {"bit_on_load": 0}):
        assert vm.simulate(SILBERSCHATZ, 3, name, **options) == vm.simulate(
            SILBERSCHATZ, 3, "clock", **options
        )
    assert type(vm.ResidentSet(2, name).policy) is vm.POLICIES["clock"]
    assert vm.Machine(4, policy=name) and (vm.miss_curve(BELADY, 3, name) == [12, 12, 12, 9]).all()
    assert "second chance" not in vm.POLICIES, "or it would stand twice in every chart"


@given(strings, frames, st.sampled_from(list(vm.POLICIES)), st.randoms())
def test_a_page_that_is_dropped_is_forgotten(refs, nframes, policy, random):
    """What a machine does when memory is unmapped: any resident page, at any moment."""
    kind = vm.POLICIES[policy]
    model = kind(nframes, refs=refs) if policy == "opt" else kind(nframes)
    here = set()
    for page in refs:
        if page in here:
            model.touched(page, write=True)
        else:
            if len(here) == nframes:
                victim = model.victim()
                here.remove(victim)
                model.evicted(victim)
            model.loaded(page, write=False)
            here.add(page)
        if here and random.random() < 0.3:
            gone = random.choice(sorted(here))
            here.remove(gone)
            model.dropped(gone)
        assert not here or model.victim() in here
        if hasattr(model, "keeps"):
            assert all(str(model.note(page)) for page in here)


RECIPE = (Path(__file__).resolve().parent.parent / "CONTRIBUTING.md").read_text()
RECIPE = RECIPE[RECIPE.index("## A policy") : RECIPE.index("## A tier")]


@pytest.fixture
def mine(monkeypatch):
    """A policy as the recipe says, with the verbs that stand there in code and no other: it keeps a
    stack of pages, and the top goes."""
    bodies = {
        "loaded": "self.stack.append(page)",
        "touched": "pass",
        "victim": "return self.stack[-1]",
        "evicted": "self.stack.remove(page)",
        "dropped": "self.stack.remove(page)",
        "note": "return self.stack.index(page)",
    }
    code = "class Mine:\n    keeps = 'place'\n    def __init__(self, nframes): self.stack = []\n"
    for verb, arguments in re.findall(r"`(\w+)\(([^`]*)\)`", RECIPE):
        code += f"    def {verb}({', '.join(filter(None, ['self', arguments]))}): {bodies[verb]}\n"
    scope = {}
    exec(code, scope)
    monkeypatch.setitem(vm.POLICIES, "mine", scope["Mine"])
    return "mine"


def test_the_recipe_for_a_policy_to_the_letter(mine):
    """A policy with the verbs that CONTRIBUTING.md names works wherever policies are taken."""
    twin = vm.simulate(BELADY, 3, "lifo")
    assert vm.simulate(BELADY, 3, mine) == twin
    assert step_by_step(BELADY, 3, mine).faults == twin.faults
    assert vm.miss_curve(BELADY, 3, mine)[3] == twin.faults
    lab = widgets.ReplacementLab("1 2 3w 1", 2, mine, beside="lru")
    assert mine in lab.policy.options and mine in lab.beside.options
    lab.draw(3)
    picture = on_stage(lab)
    assert "error" not in picture and picture["kept"] == "place"
    assert [row["note"] for row in picture["rows"]] == ["0", "1"]
    machine = vm.Machine(6, swap_pages=8, policy=mine, scheme=vm.X86_32)
    process = machine.spawn()
    start = process.mmap(8 * 4096)
    for page in (0, 1, 2, 3, 4, 1, 5, 0):
        process.write(start + page * 4096, b"x")
    process.munmap(start, 4 * 4096)
    process.read(start + 5 * 4096, 1)
    process.exit()
    assert machine.policy.stack == []


def test_the_hand_counts_down_and_passes_on():
    """Two bits: page 1 was used three times more, so the hand comes round for page 2 first."""
    clock = step_by_step([1, 2, 1, 1, 1], 2, "clock", bits=2, bit_on_load=0)
    assert clock.policy.count == [3, 0]
    assert clock.access(3).victim == 2
    assert clock.policy.count == [2, 0] and clock.policy.hand == 0


def test_enhanced_clock_spares_the_dirty_page():
    resident = vm.ResidentSet(2, "enhanced clock")
    resident.access(1, write=True)
    resident.access(2)
    assert resident.access(3).victim == 2
    assert resident.access(4) == vm.Access(False, 1, True) or resident.frame.keys() == {1, 4}


@given(strings, st.integers(1, 6), st.integers(1, 12))
def test_who_goes_was_not_used_in_the_window_unless_everybody_was(refs, nframes, window):
    memory = vm.ResidentSet(nframes, "working set", window=window)
    for now, page in enumerate(refs):
        before = set(memory.frame)
        victim = memory.access(page).victim
        used_lately = set(refs[max(0, now - window + 1) : now + 1])
        if victim is not None and before - used_lately:
            assert victim not in used_lately


@given(strings, st.integers(1, 6))
def test_a_window_of_one_is_fifo_and_an_endless_one_lru(refs, nframes):
    for window, twin in ((1, "fifo"), (1000, "lru")):
        counts = vm.simulate(refs, nframes, "working set", window=window)
        other = vm.simulate(refs, nframes, twin)
        assert (counts.faults, counts.resident) == (other.faults, other.resident)


def test_a_clean_idle_page_goes_before_a_dirty_one():
    memory = vm.ResidentSet(3, "working set", window=2)
    for page, write in ((1, True), (2, False), (3, False)):
        memory.access(page, write)
    assert memory.access(4).victim == 2  # 1 was idle for longer, but would have to be written
    assert memory.access(5).victim == 3
    assert memory.access(6) == vm.Access(False, 4, False)


def test_its_numbers_on_belady_s_string():
    """By hand: with a window of 3 and 4 frames pages 3 and 4 are idle when 5 comes."""
    faults = [vm.simulate(BELADY, 4, "working set", window=w).faults for w in (1, 3, 4)]
    assert faults == [10, 7, 8]


@pytest.mark.parametrize("window", [0, 1.5, "8"])
def test_a_window_that_is_none_is_refused(window):
    with pytest.raises(ValueError, match="window"):
        vm.ResidentSet(2, "working set", window=window)


def test_a_step_says_who_went_and_who_is_next():
    resident = vm.ResidentSet(2, "fifo")
    with record(resident) as steps:
        for page, write in ((1, True), (2, False), (1, False), (3, False)):
            resident.access(page, write)
    assert [str(step) for step in steps][-2:] == [
        "page 1: hit",
        "page 3: fault, it goes to frame 0; page 1 had to go, and was written back",
    ]
    assert steps[-1].state.frames == (3, 2) and steps[-1].state.next_victim == 2


@pytest.mark.parametrize("name", data.PAGE_TRACES)
@pytest.mark.parametrize("column", ["lru", "fifo", "opt", "clock_bit1", "clock_bit0"])
def test_a_real_program(name, column):
    """Faults at every recorded number of frames; write-backs at every fourth."""
    trace, answers = page_trace(name), page_answers(name)
    policy, _, bit = column.partition("_bit")
    options = {"bit_on_load": int(bit)} if bit else {}
    writes = (trace["kind"] & 4) > 0
    assert len(trace["refs"]) == answers["references"]
    back = answers.get(f"{column}_writebacks")
    for i, nframes in enumerate(answers["frames"]):
        counts = vm.simulate(trace["refs"], nframes, policy, **options)
        assert counts.faults == answers[column][i], nframes
        if back and i % 4 == 3:
            counts = vm.simulate(trace["refs"], nframes, policy, writes, **options)
            assert (counts.faults, counts.writebacks) == (answers[column][i], back[i]), nframes


def test_the_anomaly_of_a_real_program():
    """sqlite under FIFO: 139 frames 6,863 faults, 140 frames 9,065."""
    refs = page_trace("sqlite")["refs"]
    assert [vm.simulate(refs, n, "fifo").faults for n in (139, 140)] == [6_863, 9_065]


@pytest.mark.parametrize(
    "call",
    [
        lambda: vm.simulate([1, 2], 0),
        lambda: vm.simulate([1, 2], 1.5),
        lambda: vm.simulate([1, -2], 1),
        lambda: vm.simulate(["a", 1], 1),
        lambda: vm.simulate("12", 1),
        lambda: vm.simulate([[1], [2, 3]], 1),
        lambda: vm.simulate([1.5], 1),
        lambda: vm.simulate([1], 1, "best"),
        lambda: vm.simulate([1], 1, None),
        lambda: vm.simulate([1, 2], 1, writes=[True]),
        lambda: vm.simulate([1], 1, "fifo", bits=2),
        lambda: vm.simulate([1], 1, "clock", bits=0),
        lambda: vm.miss_curve([1], 3, "clock", bits=0),
        lambda: vm.miss_curve([1], 3, "clock", seed=0),
        lambda: vm.miss_curve([1], 0, "lru", seed=0),
        lambda: vm.belady_anomalies([1], "fifo", bits=2),
        lambda: vm.simulate([1], 1, "second choice"),
        lambda: vm.simulate([1], 1, "nru", interval=0),
        lambda: vm.simulate([1], 1, "clock", bit_on_load=2),
        lambda: vm.ResidentSet(0),
        lambda: vm.ResidentSet(1, "clok"),
        lambda: vm.ResidentSet(1, "lru", seed=1),
        lambda: vm.ResidentSet(1, "opt").access(1),
    ],
)
def test_bad_input_gets_one_sentence(call):
    """The peers' crashes: no frames, no page number, a policy spelt otherwise."""
    with pytest.raises(ValueError) as error:
        call()
    assert str(error.value).endswith(".") and "\n" not in str(error.value)


def test_no_references_are_no_faults():
    assert vm.simulate([], 3) == vm.Counts(0, 0, 0, frozenset())
