"""Overlays: the plan, the run, and the same program under demand paging."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memkit import vm
from memkit.trace import record

M = vm.Module
LETTERS = M("A", 20, (M("B", 50, (M("D", 30),)), M("C", 30, (M("E", 20), M("F", 40)))))


def names_of(call_list):
    return [call.loaded for call in call_list]


def test_two_pass_assembler():
    """Silberschatz, "Operating System Concepts", Overlays: 210 K of program, 140 K of it at once.

    Symbol table 20, common routines 30 and overlay driver 10 stay; pass 1 (70) and pass 2 (80)
    take turns.
    """
    program = vm.Overlay(M("resident", 60, (M("pass 1", 70), M("pass 2", 80))))
    assert (program.total, program.memory) == (210, 140)
    assert program.heaviest_path == ("resident", "pass 2")
    assert names_of(program.run(["pass 1", "return", "pass 2"])) == [("pass 1",), (), ("pass 2",)]
    assert program.nbytes == 60 + 70 + 80


def test_heaviest_path_is_less_than_a_region_for_each_level():
    """The tree of many Chinese textbooks: 190 K in 110 K with a region a level, 100 K by paths."""
    program = vm.Overlay(LETTERS)
    assert (program.total, program.level_memory, program.memory) == (190, 110, 100)
    assert program.heaviest_path == ("A", "B", "D")
    assert [(p.name, p.start, p.end) for p in program.places.values()] == [
        ("A", 0, 20), ("B", 20, 70), ("D", 70, 100), ("C", 20, 50), ("E", 50, 70), ("F", 50, 90),
    ]  # fmt: skip
    assert [tuple(region) for region in program.regions()] == [
        (0, 20, ("A",)), (20, 100, ("B", "C")), (50, 90, ("E", "F")), (70, 100, ("D",)),
    ]  # fmt: skip


def test_loads_of_a_call_sequence():
    program = vm.Overlay(LETTERS)
    assert program.needs("F") == ("C", "F")
    calls = program.run(["B", "D", "return", "D", "return", "return", "F", "return", "B"])
    assert names_of(calls) == [("B",), ("D",), (), (), (), (), ("C", "F"), (), ("B",)]
    assert program.loads == {"A": 1, "B": 2, "D": 1, "C": 1, "E": 0, "F": 1}
    assert program.nbytes == 20 + 50 + 30 + 30 + 40 + 50
    assert program.resident == ("A", "B")  # D is gone with the B that it stood on
    program.reset()
    assert program.nbytes == 20 and program.resident == ("A",)


def test_illegal_call_is_explained_and_changes_nothing():
    program = vm.Overlay(LETTERS)
    program.run(["B", "D"])
    before = program.snapshot()
    assert program.why_illegal("A") is None  # a call up the path overwrites nothing
    with pytest.raises(vm.IllegalCall) as error:
        program.call("F")
    assert str(error.value) == (
        "D may not call F: loading C at 20 B would overwrite B, which is still to be returned to. "
        "Return from B to A first, and let A call."
    )
    assert program.snapshot() == before
    program.run(["return", "return", "F"])


def test_a_module_below_an_overwritten_one_is_lost_too():
    program = vm.Overlay(LETTERS)
    program.call("D")
    with pytest.raises(vm.IllegalCall, match="overwrite B, and with it D"):
        program.call("C")


def test_recording_tells_every_load():
    program = vm.Overlay(LETTERS)
    with record(program) as steps:
        program.run(["B", "return", "E"])
    assert [step.event for step in steps] == [
        "call", "load", "run", "return", "call", "load", "load", "run",
    ]  # fmt: skip
    assert str(steps[5]) == "C is loaded: 30 B at 20 B, over B."
    assert steps[5].state.resident == ("A", "C") and steps[6].state.resident == ("A", "C", "E")


def test_the_same_calls_under_demand_paging():
    """With frames for the whole program every page is read once; overlays reload."""
    program = vm.Overlay(LETTERS)
    calls = ["B", "D", "return", "return", "C", "return", "B", "return", "C"]
    side = vm.compare_with_paging(program, calls, page_size=10, nframes=19)
    assert (side.overlay_nbytes, side.paged_nbytes) == (20 + 50 + 30 + 30 + 50 + 30, 130)
    assert side.rows[:3] == (("start", 20, 20), ("B", 50, 50), ("D", 30, 30))
    assert side.rows[-1] == ("C", 30, 0) and side.why == ""
    assert program.snapshot() == vm.Overlay(LETTERS).snapshot()


def test_paging_needs_no_plan():
    program = vm.Overlay(LETTERS)
    side = vm.compare_with_paging(program, ["B", "C"], page_size=10)
    assert "B may not call C" in side.why and len(side.rows) == 2
    assert vm.run_paged(program, ["B", "C"], page_size=10).faults == (2, 5, 3)


def test_lru_and_fifo_frames():
    """Pages 0 (A), 1 (B), 2 (C) in two frames: A B A C A. LRU keeps A, FIFO lets it go."""
    program = vm.Overlay(M("A", 1, (M("B", 1), M("C", 1))))
    calls = ["B", "return", "C", "return"]
    assert vm.run_paged(program, calls, 1, 2, "lru").faults == (1, 1, 0, 1, 0)
    assert vm.run_paged(program, calls, 1, 2, "fifo").faults == (1, 1, 0, 1, 1)


def trees(depth=0):
    size = st.integers(1, 50)
    if depth == 3:
        return st.tuples(size, st.just(()))
    return st.tuples(size, st.lists(trees(depth + 1), max_size=3).map(tuple))


def named(tree, path="m"):
    return M(path, tree[0], tuple(named(c, f"{path}.{n}") for n, c in enumerate(tree[1])))


def heaviest(tree):
    return tree[0] + max(map(heaviest, tree[1]), default=0)


@given(trees(), st.data())
def test_any_tree_and_any_calls(tree, data):
    """The memory is the heaviest path; what is in memory is always one path; no caller is lost."""
    program = vm.Overlay(named(tree))
    assert program.memory == heaviest(tree) == max(r.end for r in program.regions())
    assert program.memory <= program.level_memory <= program.total
    for _ in range(20):
        name = data.draw(st.sampled_from([*program.places, "return"]))
        try:
            program.run([name])
        except ValueError as error:
            assert name == "return" or isinstance(error, vm.IllegalCall)
        assert program.resident == program.path(program.resident[-1])
        assert set(program.stack) <= set(program.resident)
    loaded = [
        p.end - p.start for p in program.places.values() for _ in range(program.loads[p.name])
    ]
    assert sum(loaded) == program.nbytes


@pytest.mark.parametrize(
    "wrong, words",
    [
        (lambda p: vm.Overlay("main"), "must be a Module"),
        (lambda p: vm.Overlay(M("main", 0)), "size of main must be"),
        (lambda p: vm.Overlay(M("", 1)), "name must be text"),
        (lambda p: vm.Overlay(M("return", 1)), "name must be text other than 'return'"),
        (lambda p: vm.Overlay(M("a", 1, (M("a", 1),))), "'a' stands for two modules"),
        (lambda p: vm.Overlay(M("a", 1, M("b", 1))), "children of a must be a tuple"),
        (lambda p: vm.Overlay(M("a", 1, 5)), "children of a must be a tuple"),
        (lambda p: p.call("X"), "no module is called 'X'; there are A, B, D"),
        (lambda p: p.call(["B"]), "no module is called"),
        (lambda p: p.ret(), "nobody to return to"),
        (lambda p: p.run("BD"), "must be a list of names"),
        (lambda p: vm.run_paged(p, ["X"]), "no module is called 'X'"),
        (lambda p: vm.run_paged(p, ["return"]), "nobody to return to"),
        (lambda p: vm.run_paged(p, "B"), "must be a list"),
        (lambda p: vm.run_paged(p, [], 0), "page_size must be"),
        (lambda p: vm.run_paged(p, [], 4, 0), "nframes must be"),
        (lambda p: vm.run_paged(p, [], 4, 1, "LRU"), "lru or fifo, not 'LRU'"),
        (lambda p: vm.compare_with_paging(LETTERS, []), "must be an Overlay, not Module"),
    ],
)
def test_bad_input_gets_one_sentence_and_changes_nothing(wrong, words):
    program = vm.Overlay(LETTERS)
    with pytest.raises(ValueError, match=words) as error:
        wrong(program)
    assert str(error.value).endswith(".") and "\n" not in str(error.value)
    assert program.snapshot() == vm.Overlay(LETTERS).snapshot()
