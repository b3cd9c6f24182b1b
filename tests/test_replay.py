"""Recorded runs of real Go 1.27.3 against the model: every address, every count, no tolerance."""

import re

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
    # The real program had 60 spans already when its record began; the model starts cold.
    assert 0 < model["grows"] - real["grows"] <= 60
    assert set(real["spans_taken"]) <= set(replay.spans_taken)
    assert sum(replay.spans_taken.values()) == model["grows"] + model["large"]


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
