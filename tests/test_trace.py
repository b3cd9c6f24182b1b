"""Recording: what is collected, what it costs when nobody records, what bad use gets."""

import dataclasses
import re

import pytest

from memkit import Step, malloc, record, trace


class Counter:
    """The smallest model: a number, and how often somebody asked for its state."""

    def __init__(self):
        self.trace = trace.Trace(self)
        self.value = self.looked = 0

    def snapshot(self):
        self.looked += 1
        return self.value

    def add(self, n):
        self.value += n
        self.trace.emit("add", "add {n} objects", n=n)


def test_each_step_has_its_event_its_words_and_the_state_right_after():
    counter = Counter()
    with record(counter) as steps:
        counter.add(2)
        counter.add(3)
    assert steps == [Step("add", {"n": 2}, 2), Step("add", {"n": 3}, 5)]
    assert [str(step) for step in steps] == ["add 2 objects", "add 3 objects"]


def test_nobody_records_nobody_looks():
    counter = Counter()
    counter.add(2)
    assert counter.looked == 0 and counter.trace.steps is None


def test_a_step_is_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Step("add", {}, 0).event = "take"


def test_an_exception_ends_the_recording_and_keeps_the_steps():
    counter = Counter()
    with pytest.raises(KeyError), record(counter) as steps:
        counter.add(1)
        raise KeyError
    counter.add(1)
    assert len(steps) == 1 and not counter.trace.on


def test_a_model_is_recorded_once_at_a_time():
    counter = Counter()
    with record(counter) as steps:
        with pytest.raises(ValueError, match="^this Counter is being recorded already[.]$"):
            with record(counter):
                pass
        counter.add(1)
    assert len(steps) == 1


@pytest.mark.parametrize("thing", [None, 3, "heap", object()])
def test_what_has_no_trace_gets_one_sentence(thing):
    with pytest.raises(ValueError, match="^record.model. needs a memkit model .*[.]$"):
        with record(thing):
            pass


def test_addresses_sizes_and_numbers_as_people_write_them():
    assert trace.hex(0xC000012000) == "0xc000012000"
    sizes = {0: "0 B", 48: "48 B", 8192: "8 KiB", 4 << 20: "4 MiB", 3 << 19: "1.5 MiB"}
    sizes |= {32_761: "32,761 B", (1 << 20) + 1: "1.00 MiB", 1 << 30: "1 GiB"}
    assert {n: trace.size(n) for n in sizes} == sizes
    assert (trace.plural(1, "page"), trace.plural(13, "page")) == ("1 page", "13 pages")


@pytest.mark.parametrize("kind", [malloc.TCMalloc, malloc.PtMalloc], ids=["tc", "pt"])
def test_sentences_group_the_digits_of_amounts(kind, monkeypatch):
    """A list of more than 1,000 objects, a top of more than 100,000 bytes."""
    monkeypatch.setattr(kind, "snapshot", lambda heap: None)  # of 10,000 steps, gigabytes
    with record(heap := kind()) as steps:
        blocks = [heap.malloc(n) for n in [8] * 5000 + [3000, 5000, 200_000]]
        for block in blocks:
            heap.free(block)
    plain = [str(step) for step in steps if re.search(r"(?<![\w,])\d{4,}(?![\w,])", str(step))]
    assert not plain, plain[:3]
    assert any(re.search(r"\d,\d{3}", str(step)) for step in steps)
