"""Wrong programs of chapter 01 as learners write them: refused, and named for every id."""

import pytest

from memkit.course import ch01


def rounds_at_the_end(tree, align):
    def heaviest(module):
        _, size, children = module
        return size + max(map(heaviest, children), default=0)

    return (heaviest(tree) + align - 1) // align * align


def one_module_a_level(parents, resident, name):
    """Each load overwrites what lies at its own level, and no more."""
    path = [name]
    while parents[path[0]] is not None:
        path.insert(0, parents[path[0]])
    load = [module for module in path if module not in resident]
    return load, [old for old, new in zip(resident, path, strict=False) if load and old != new]


def memory_by_level(sizes, parents, calls):
    root = next(iter(parents))
    memory, total = {0: root}, sizes[root]
    for name in calls:
        path = [name]
        while parents[path[0]] is not None:
            path.insert(0, parents[path[0]])
        for level, module in enumerate(path):
            if memory.get(level) != module:
                memory[level] = module
                total += sizes[module]
    return total


@pytest.mark.parametrize("seed", ["", "ana", "ben", "cleo"])
def test_a_common_slip_has_its_name(seed):
    for task, program, idea in (
        (ch01.memory, rounds_at_the_end, ch01.rounds_the_sum),
        (ch01.call, one_module_a_level, ch01.loses_a_level),
        (ch01.bytes_read, memory_by_level, ch01.overwrites_a_level),
    ):
        assert task.judge(program, seed).ideas == (idea,)
