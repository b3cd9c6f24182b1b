"""Wrong programs of chapter 01 as learners write them: refused, and named for every id."""

import pytest

from memkit.course import ch01


def rounds_at_the_end(tree, align):
    def heaviest(module):
        _, size, children = module
        return size + max(map(heaviest, children), default=0)

    return (heaviest(tree) + align - 1) // align * align


def path_to(parents, name):
    return [] if name is None else [*path_to(parents, parents[name]), name]


def bare(who):
    """Who is not rounded: the root, or leaves."""

    def memory(tree, align, root=True):
        _, size, children = tree
        if not (root if who == "root" else not children):
            size = -(-size // align) * align
        return size + max((memory(child, align, False) for child in children), default=0)

    return memory


def whole_path(start):
    def bytes_read(sizes, parents, calls):
        resident, total = [root := next(iter(parents))], sizes[root]
        for name in calls:
            if name not in resident:
                resident = path_to(parents, name)
                total += sum(sizes[module] for module in resident[start:])
        return total

    return bytes_read


def heaviest_before_rounding(tree, align):
    """(of the heaviest path by sizes as they are) what it takes."""

    def heaviest(module):
        _, size, children = module
        own, takes = max(map(heaviest, children), default=(0, 0), key=lambda pair: pair[0])
        return size + own, takes - size // -align * align

    return heaviest(tree)[1]


def in_order_of_the_plan(parents, resident, name):
    way = path_to(parents, name)
    load = [module for module in parents if module in way and module not in resident]
    return load, [module for module in resident if load and module not in way]


def root_is_the_first_name(sizes, parents, calls):
    resident, total = [root := min(parents)], sizes[root]
    for name in calls:
        load = [module for module in path_to(parents, name) if module not in resident]
        total += sum(sizes[module] for module in load)
        resident = path_to(parents, name) if load else resident
    return total


@pytest.mark.parametrize("seed", ["", "ana", "ben", "cleo", *(f"student {n}" for n in range(6))])
def test_what_is_right_on_most_plans_is_refused(seed):
    assert not ch01.memory.judge(heaviest_before_rounding, seed).right
    assert not ch01.call.judge(in_order_of_the_plan, seed).right
    assert not ch01.bytes_read.judge(root_is_the_first_name, seed).right


@pytest.mark.parametrize("seed", ["", "ana", "ben", "cleo"])
def test_a_common_slip_has_its_name(seed):
    for task, program, idea in (
        (ch01.memory, rounds_at_the_end, ch01.rounds_the_sum),
        (ch01.memory, bare("root"), ch01.root_as_it_is),
        (ch01.memory, bare("leaf"), ch01.leaves_as_they_are),
        (ch01.bytes_read, whole_path(0), ch01.whole_path_again),
        (ch01.bytes_read, whole_path(1), ch01.whole_path_but_the_root),
    ):
        assert task.judge(program, seed).ideas == (idea,)
