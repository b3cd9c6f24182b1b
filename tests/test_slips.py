"""Wrong programs that learners write, each a slip or two in the solution: refused for every id, and
named where the mistake is a known one.

`MUTANTS=10 pytest tests/test_slips.py` asks ten ids instead of three.
"""

import ast

import pytest
from mutants import function
from test_mutants import IDS, TASKS, asked, refused, sources

# task, the ideas that are named, and pairs: what stands in the solution, and what is written
SLIPS = (
    ("ch06.pages", "", "/ share", "// (share + 1)"),
    ("ch06.pages", "", "* page / share", "* page // size * size / share"),  # of what is used
    ("ch06.pages", "", "while", "while n < 33 and"),
    ("ch06.lengths", "", 'if call == "m":\n', 'if call == "m":\n            overages = 0\n'),
    ("ch06.lengths", "", "if length == 0:\n", "if length == 0:\n                overages = 0\n"),
    (
        "ch06.lengths",
        "",
        "length > most:\n",
        "length > most:\n                overages += most < batch\n",
    ),
    ("ch07.patient", "", "block[n] = 1", "block[n] += 1"),
    ("ch07.patient", "", 'verb != "free" and not', "not"),
    ("ch07.patient", "", "blocks.get(n, [])", "blocks[n]"),
    ("ch07.collections", "always_doubles", "heap + heap * gogc // 100", "2 * heap"),
    ("ch07.collections", "beyond_the_goal", "total >=", "total >"),
    ("ch07.collections", "live_from_the_start", "goal, number = 0,", "goal, number = live,"),
    (
        *("ch07.collections", "first_goal_from_live"),
        *("number = 0, least, 0", "number = 0, max(least, live + live * gogc // 100), 0"),
    ),
    (
        *("ch07.collections", "live_from_the_start first_goal_from_live"),
        *("number = 0, least, 0", "number = live, max(least, live + live * gogc // 100), 0"),
    ),
    ("ch07.collections", "", "(4 << 20) * gogc // 100", "(4 * gogc // 100) << 20"),
    ("ch08.place_tiny", "", "(8, 4, 2, 1)", "(16, 8, 4, 2, 1)"),
    ("ch08.slots", "", "16 <= elemsize", "16 < elemsize"),
    ("ch09.next_slots", "before_the_sweep", "marks[slot]", "alloc_bits[slot]"),
    (
        *("ch09.next_slots", "before_the_sweep from_freeindex"),
        *("marks[slot]", "alloc_bits[slot]", "range(", "range(freeindex, "),
    ),
    (
        "ch09.next_slots",
        "alloc_bits_of_the_dead",
        "if marks",
        'if alloc_bits[slot] == "1" and marks',
    ),
    ("ch09.take_pages", "cached_and_free", "if heap and not cache", "if False"),
    (
        *("ch09.take_pages", ""),
        *("heap[0] // 8]", "lowest // 8]"),
        *("and not cache:", "and not cache:\n            lowest = first_fit(heap) or heap[0]"),
    ),
    ("ch10.survivors", "", "while more := {", "for _ in range(5):\n      if more := {"),
    (
        "ch10.pace",
        "",
        "return goal, max(",
        "return goal, goal - runway if 2 * runway <= goal else max(",
    ),
    ("ch10.pace", "", "(marked + goal) // 2", "marked // 2 + goal // 2"),
    ("ch10.shaded", "", "not in grey", "not in grey[-2:]"),
    ("ch10.handed_out", "", '"." not in', '"D" not in'),
    ("ch10.handed_out", "", "range(len(spans[0]))", "range(8)"),
    ("ch11.spans", "one_for_all_large", "== 0\n", "== 0 and (n == 0 or shape.index > 0)\n"),
    ("ch11.areas", "grows_by_an_arena", "-(-block // 4) * 4", "-(-block // 64) * 64"),
    ("ch11.areas", "grows_each_time", "free -= block", "free = 0"),
    ("ch11.faults", "one_behind_the_other", "* shape.elemsize", "* nbytes"),
    ("ch11.faults", "no_marks", "shape.npages * 2 - 1", "shape.npages - 1"),
    ("ch11.faults", "", "noscan=not pointers", "noscan=True"),
    ("ch11.resident", "", "[:npages]", "[-npages:]"),
    ("ch11.resident", "", "if blocks[name] & unclean", "if start in unclean"),
    ("ch11.resident", "", "unclean &= set().union(*blocks.values())", "unclean = set()"),
    ("ch11.resident", "", "dead.add(name)", "dead = {name}"),
    ("ch11.explain", "a_megabyte", "1 << 20", "10**6"),
    ("ch11.explain", "a_mebibyte_counts", "> noise", ">= noise", "< -noise", "<= -noise"),
)


@pytest.mark.parametrize("key, ideas, slips", [(key, ideas, slips) for key, ideas, *slips in SLIPS])
def test_a_slip_is_refused_and_named_as_what_it_is(key, ideas, slips):
    task, (source, hidden) = TASKS[key], sources(key)
    for right, wrong in zip(slips[::2], slips[1::2], strict=True):
        assert right in source
        source = source.replace(right, wrong)
    answer = function(ast.parse(source), task.name)
    for seed in [*IDS, *hidden]:
        assert refused(answer, asked(task, seed))
    assert [idea.__name__ for idea in task.judge(answer, IDS[-1]).ideas] == ideas.split()
