"""Recorded runs of real Go 1.27.3 against the model: every address, every count, no tolerance."""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memkit import data, golang

PATTERNS = data.patterns()
NOISE = re.compile(r"(.*): (\d+) extra object\(s\), (\d+) bytes, not of this pattern")


def test_there_are_31_patterns_with_32397_addresses():
    assert len(PATTERNS) == 31
    assert sum(len(recorded["addresses"]) for _, recorded in PATTERNS.values()) == 32_397


@pytest.mark.parametrize("name", PATTERNS)
def test_pattern(name):
    """Addresses, page heap, spans by class, counters: as recorded, at every snapshot."""
    pattern, recorded = PATTERNS[name]
    replay = golang.replay(pattern, recorded)
    assert replay.addresses == recorded["addresses"]
    assert len(replay.snapshots) == len(recorded["snapshots"])
    noise = runtime_objects(recorded)
    for model, real in zip(replay.snapshots, recorded["snapshots"], strict=True):
        assert model["label"] == real["label"]
        assert model["page_heap"] == real["page_heap"]
        for key in ("span_classes_since_start", "unmodified_runtime_since_start"):
            assert model.get(key) == real.get(key), (real["label"], key)
        if "memstats_since_start" in real:
            objects, nbytes = noise.get(real["label"], (0, 0))
            assert model["memstats_since_start"] == without_noise(
                real["memstats_since_start"], objects, nbytes
            )
            by_size = {
                size: [mallocs - (objects if size == str(nbytes) else 0), frees]
                for size, (mallocs, frees) in real["by_size_mallocs_frees"].items()
            }
            by_size = {size: row for size, row in by_size.items() if any(row)}
            assert model["by_size_mallocs_frees"] == by_size


def runtime_objects(recorded):
    """Objects that the Go runtime itself allocated meanwhile: label -> (objects, bytes)."""
    found = (NOISE.fullmatch(line) for line in recorded["runtime_noise"])
    return {match[1]: (int(match[2]), int(match[3])) for match in found}


def without_noise(stats, objects, nbytes):
    noise = {
        "HeapAlloc": nbytes,
        "TotalAlloc": nbytes,
        "Mallocs": objects,
        "HeapObjects": objects,
    }
    return {name: value - noise.get(name, 0) for name, value in stats.items()}


@pytest.mark.parametrize(
    "name, allocations, tiny",
    [("json", 20_758, 7_784), ("trees", 36_546, 0), ("sortlines", 39_076, 13_975)],
)
def test_program(name, allocations, tiny):
    """A whole recorded program: classes, lowest free slots, tiny blocks all as recorded."""
    replay = golang.replay_trace(data.trace(name))
    real, model = replay.recorded, replay.counts
    assert real["wrong"] == {"class": 0, "slot": 0, "tiny": 0}
    assert real["mallocs"] == model["mallocs"] == allocations
    assert real["tiny"] == model["tiny"] == tiny
    assert real["tiny_shared"] == model["tiny_shared"]
    assert real["large"] == model["large"]
    assert real["gcs"] == model["gcs"]
    for counts in (real, model):
        assert counts["hits"] + counts["refills"] + counts["large"] == allocations
    # The model starts from the 60 spans that existed when the record began: from there on every
    # refill finds what the real one found.
    for tier in ("hits", "refills", "grows"):
        assert real[tier] == model[tier], tier
    assert real["from_partial"] == model["from_partial"] + model["from_sweep"]
    assert real["spans_taken"] == replay.spans_taken
    assert sum(replay.spans_taken.values()) == model["grows"] + model["large"]


RECORDED = Path(__file__).parent / "data" / "go"


@pytest.mark.parametrize(
    "name, allocations, existed, by_p",
    [
        ("two_procs", 17_655, 887, {0: 8_699, 1: 8_956}),
        ("late_objects", 15_411, 1_514, {0: 15_409, 1: 2}),
    ],
)
def test_program_on_two_processors(name, allocations, existed, by_p):
    """Go 1.27.3, GOMAXPROCS=2, GOGC 10 and 5, recorded like the other programs (memkit/data), from
    the middle on: two goroutines, then four of which some are stopped inside mallocgc, decode and
    print JSON, sort words, build trees, and keep a part of it."""
    path = RECORDED / f"{name}.npz"
    with np.load(path) as trace:
        assert (trace["ev"] == 0).sum() == existed
        procs, counts = np.unique(trace["proc"][trace["ev"] == 1], return_counts=True)
        assert dict(zip(procs.tolist(), counts.tolist(), strict=True)) == by_p
    replay = golang.replay_trace(path)
    real, model = replay.recorded, replay.counts
    assert real["wrong"] == {"class": 0, "slot": 0, "tiny": 0}
    for count in ("mallocs", "tiny", "tiny_shared", "large", "gcs"):
        assert real[count] == model[count], count
    assert model["mallocs"] == allocations and replay.heap.nprocs == 2
    # Here a P asked for a span before the sweeper was through: one more was made in two_procs.
    spans = sum(real["spans_taken"].values()) - sum(replay.spans_taken.values())
    assert spans == (name == "two_procs")
    cold = golang.replay_trace(without(path, "ev", 0))
    assert sum(cold.spans_taken.values()) != sum(replay.spans_taken.values())


def without(path, name, value):
    """A trace without the rows of its objects that have this value."""
    with np.load(path) as trace:
        keep = trace[name] != value
        names = ("seq", "ev", "slot", "req", "spanclass", "slot_off", "addr_off", "proc")
        return {key: trace[key][keep] if key in names else trace[key] for key in trace.files}


def test_each_p_has_a_tiny_block_and_spans_of_its_own():
    """By hand: two Ps take turns with objects of 8 B, then of 48 B; P 1 begins in the middle of a
    tiny block that existed. One mcache for both would share the blocks and the spans."""
    page, rows = 8192, [(0, 0, -1, 5, 0, 0, 1)]  # ev, slot id, req, spanclass, slot, address, P
    rows += [(1, 0, 8, 5, 0, 8, 1), (1, 1, 8, 5, page, page, 0), (1, 1, 8, 5, page, page + 8, 0)]
    rows += [(1, 2, 8, 5, 16, 16, 1), (1, 2, 8, 5, 16, 24, 1)]
    for i in range(6):
        p, nth = i % 2, i // 2
        rows.append((1, 3 + i, 48, 11, (2 + p) * page + 48 * nth, (2 + p) * page + 48 * nth, p))
    spans = [(-4, 0, 0, 1, 5), (-3, 1, 1, 1, 5), (-2, 1, 2, 1, 11), (-1, 1, 3, 1, 11)]
    names = ("ev", "slot", "req", "spanclass", "slot_off", "addr_off", "proc")
    trace = dict(zip(names, np.array(rows).T, strict=True))
    names = ("span_seq", "span_ev", "span_page", "span_npages", "span_class")
    trace |= zip(names, np.array(spans).T, strict=True)
    trace["seq"] = np.arange(len(rows))
    replay = golang.replay_trace(trace)
    assert replay.recorded["wrong"] == {"class": 0, "slot": 0, "tiny": 0}
    assert replay.counts["tiny_shared"] == replay.recorded["tiny_shared"] == 3
    assert replay.counts["mallocs"] == 11 and replay.spans_taken == {5: 1, 11: 2}
    first, second = (proc.mcache.alloc[11] for proc in replay.heap.procs)
    assert first is not second and first.alloc_count == second.alloc_count == 3
    assert replay.heap.memstats()["HeapAlloc"] == 3 * 16 + 6 * 48


@pytest.mark.parametrize("proc, says", [(-1, "proc"), (1024, "proc")])
def test_a_trace_with_impossible_processors_is_none(proc, says):
    with pytest.raises(ValueError, match=f"^this is no trace: {says} of an allocation must be 0"):
        trace = data.trace("json")
        golang.replay_trace(trace | {"proc": np.full(len(trace["ev"]), proc)})


@pytest.mark.parametrize(
    "name, value", [("span_class", 136), ("span_page", -1), ("span_npages", 0), ("req", 1 << 48)]
)
def test_a_trace_with_impossible_numbers_is_none(name, value):
    trace = data.trace("json")
    trace[name] = np.full(len(trace[name]), value)
    with pytest.raises(
        ValueError, match=f"^this is no trace: {name}.* must be .*, not {value}[.]$"
    ):
        golang.replay_trace(trace)


def test_what_a_record_contradicts_itself_in_is_counted():
    """An object in no span, one behind the last slot of its span, a free of what nobody took."""
    trace = data.trace("json")
    allocated, freed = (np.flatnonzero(trace["ev"] == ev)[100:103] for ev in (1, 2))
    trace["slot_off"][allocated[0]] = 1 << 30
    span = trace["slot_off"][allocated[1]] // 8192
    trace["slot_off"][allocated[1]] = span * 8192 + 8191
    trace["slot"][freed[0]] = 1 << 30
    assert golang.replay_trace(trace).recorded["wrong"]["slot"] >= 3


def test_a_tower_must_be_fresh_and_have_enough_ps():
    used = golang.Tower(64)
    used.new(8)
    with pytest.raises(ValueError, match="^tower must be a fresh one"):
        golang.replay_trace(data.trace("json"), used)
    with pytest.raises(ValueError, match="^tower must have 2 Ps as the trace has, not 1[.]$"):
        golang.replay_trace(RECORDED / "two_procs.npz", golang.Tower(64))
    tower = golang.Tower(2000, nprocs=2)
    replay = golang.replay_trace(RECORDED / "two_procs.npz", tower)
    assert replay.counts == golang.replay_trace(RECORDED / "two_procs.npz").counts


def test_the_rules_that_follow_checks_can_be_broken():
    """Move one slot, one tiny object and one class of the record: each is noticed."""
    trace = data.trace("json")
    rows = (trace["ev"] == 1) & (trace["req"] >= 16)
    row = rows.nonzero()[0][500]
    tiny_row = ((trace["ev"] == 1) & (trace["addr_off"] % 16 == 8) & (trace["req"] == 8)).nonzero()
    trace["slot_off"][row] += 2 * golang.size_class(int(trace["req"][row])).elemsize
    trace["addr_off"][tiny_row[0][0]] += 1
    trace["req"][rows.nonzero()[0][900]] += 5000
    wrong = golang.replay_trace(trace).recorded["wrong"]
    assert wrong["slot"] > 0 and wrong["tiny"] > 0 and wrong["class"] == 1


@pytest.mark.parametrize("pattern", [{}, None, [], {"ops": [{"op": "fly"}]}, {"ops": [{}]}])
def test_what_is_no_pattern_gets_one_sentence(pattern):
    recorded = PATTERNS["v_zero"][1]
    with pytest.raises(ValueError, match="^this is no recorded pattern: .*[.]$"):
        golang.replay(pattern, recorded)


json_like = st.recursive(
    st.none() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=5,
)


@given(json_like)
def test_whatever_is_no_trace_gets_one_sentence(thing):
    with pytest.raises(ValueError, match="^this is no trace: .*[.]$"):
        golang.replay_trace(thing)


def test_a_trace_with_arrays_of_two_lengths_is_none():
    trace = data.trace("json")
    trace["req"] = trace["req"][:-1]
    with pytest.raises(ValueError, match="one length"):
        golang.replay_trace(trace)


@pytest.mark.parametrize(
    "content", [None, b"", b"PK\x03\x04", b"\x93NUMPY", b"no trace at all", b"[1]"]
)
def test_a_file_that_is_no_trace_gets_one_sentence(tmp_path, content):
    path = tmp_path / "trace.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ValueError, match="is no trace: .*[.]$"):
        golang.replay_trace(path)


def test_a_trace_can_be_a_file():
    path = data.GO / "json.npz"
    assert golang.replay_trace(str(path)).counts["mallocs"] == 20_758
