"""Wrong programs that learners write, each a slip or two in the solution: refused for every id, and
named where the mistake is a known one.

`MUTANTS=10 pytest tests/test_slips.py` asks eleven ids instead of four.
"""

import ast

import pytest
from mutants import function
from test_mutants import IDS, TASKS, asked, refused, sources

ASKED = [*IDS, "cleo"]
# task, the ideas that are named, and pairs: what stands in the solution, and what is written
SLIPS = (
    ("ch01.memory", "", "+ max((", "+ min(("),
    (
        "ch01.call",
        "only_itself",
        "load = [module for module in path if",
        "load = [module for module in [name] if",
    ),
    (
        "ch01.bytes_read",
        "reads_the_called_only",
        "load = [module for module in path if",
        "load = [module for module in [name] if",
    ),
    ("ch01.call", "loses_a_level", "in resident if", "in resident[: len(path)] if"),
    ("ch01.call", "loses_nothing", "lost if load else []", "[]"),
    (
        *("ch01.bytes_read", "overwrites_a_level"),
        *("resident = path", "resident = path + resident[len(path) :]"),
    ),
    ("ch01.bytes_read", "", "resident, total = [root]", "resident, total = []"),
    ("ch02.covered", "next_part_only", "[level + 1 :]", "[level + 1 : level + 2]"),
    ("ch02.covered", "without_the_offset", "[level + 1 :]", "[level + 1 : -1]"),
    ("ch02.covered", "from_here_to_the_end", "return first, first +", "return va, first +"),
    (
        "ch02.covered",
        "index_alone",
        "first = va >> below << below",
        "first = (va >> below) % (1 << widths[level]) << below",
    ),
    ("ch02.walk", "higher_bits_kept", "% (1 << widths[level])", ""),
    (
        "ch02.walk",
        "one_bit_of_an_index",
        "below) % (1 << widths[level])",
        "below & 1 << widths[level])",
    ),
    ("ch02.walk", "width_for_a_mask", "below) % (1 << widths[level])", "below & widths[level])"),
    ("ch02.walk", "seven_for_seven_bits", "0x7F", "7"),
    ("ch02.walk", "present_bit_kept", "0x7F", "0xFF"),
    ("ch02.walk", "all_of_va_added", "va % (1 << below)", "va"),
    ("ch02.walk", "seven_for_bit_7", "0x80", "7"),
    ("ch02.walk", "bits_from_one", "0x80", "0x40"),
    ("ch02.walk", "any_bit", "0x80", "0xFF"),
    ("ch02.walk", "lowest_for_bit_7", "0x80", "1"),
    (
        *("ch02.walk", "seven_for_bit_7 higher_bits_kept"),
        *("% (1 << widths[level])", "", "0x80", "7"),
    ),
    ("ch02.walk", "zero_is_none", "if not entry & 0x80:", "if entry <= 0x80:"),
    (
        "ch02.walk",
        "byte_for_address",
        "return start + va % (1 << below)",
        "return memory[start + va % (1 << below)]",
    ),
    (
        "ch02.bad_entry",
        "bytes_for_frames",
        "& 0x7F >= frames",
        "& 0x7F >= len(memory)",
        "if entry & 0x80:",
        "if entry & 0x80 and entry & 0x7F < frames:",
    ),
    ("ch02.references", "one_too_many", "[-entries:] if entries else []", "[-entries - 1 :]"),
    ("ch02.references", "one_too_many_in_a_tlb", "[-entries:]", "[-entries - 1 :]"),
    ("ch02.references", "none_is_one", "else []", "else [page]"),
    (
        "ch02.references",
        "none_needs_no_walk",
        "count += levels",
        "count += levels if entries else 0",
    ),
    (
        "ch02.bad_entry",
        "tables_only",
        "tables = [root]",
        "tables = []",
        "if entry & 0x80:",
        "if 0x80 <= entry < 0x80 + frames:",
    ),
    ("ch04.recursion", "gap_for_writable", 'rights == "---"', '"w" not in rights'),
    ("ch03.sizes", "one_too_many", "end - tau", "end - tau - 1"),
    ("ch03.sizes", "up_to_this_one", ": end])", ": end - 1])"),
    (
        *("ch03.distances", "stays_in_place"),
        *("stack = [use] + [", "stack = stack if use in stack else [use] + ["),
    ),
    ("ch03.sizes", "full_windows_only", "range(1, len(refs) + 1)", "range(tau, len(refs) + 1)"),
    (
        "ch03.distances",
        "none_for_others",
        "if use[0] == process:\n            found",
        "if True:\n            found",
        "if use in stack else",
        "if use in stack and use[0] == process else",
    ),
    ("ch03.anomaly", "one_frame_fewer", "> frames + which", "> frames - 1 + which"),
    (
        "ch04.access",
        "reserved_is_none",
        "if start <= address < end:",
        'if start <= address < end and rights != "---":',
    ),
    ("ch04.access", "start_is_outside", "start <= address", "start < address"),
    ("ch04.access", "first_area_only", "in areas:", "in areas[:1]:"),
    ("ch04.access", "fetch_is_a_read", "if kind in rights", 'if kind.replace("x", "r") in rights'),
    ("ch04.change", "end_is_included", "range(first, end)", "range(first, end + 1)"),
    (
        *("ch04.change", "unmap_reports_holes"),
        *("pages.pop(page, None)", 'error = error if pages.pop(page, None) else "ENOMEM"'),
    ),
    ("ch04.change", "silent", 'error = "ENOMEM"\n', ""),
    ("ch04.change", "passes_over_silently", 'error = "ENOMEM"\n            break', "pass"),
    (
        "ch04.change",
        "rights_taken",
        "for page in range(first, end):",
        'for page in range(first, end):\n        rights = rights or "---"',
    ),
    ("ch04.faults", "the_dead_keep", "del tables[who]", "pass"),
    (
        "ch04.faults",
        "sole_each_time",
        "writable.add((who, what))",
        'writable |= {(who, what)} if word != "sole" else set()',
    ),
    (
        "ch04.faults",
        "zeros_not_copied",
        "tables[what] = dict(table)",
        "tables[what] = {page: frame for page, frame in table.items() if frame}",
    ),
    (
        "ch04.faults",
        "forks_are_told",
        'if does == "fork":',
        'if does in ("fork", "exit"):\n            done.append("none")\n        if does == "fork":',
    ),
    ("ch04.recursion", "limit_in_calls", "top - page > limit", "calls >= limit"),
    (
        "ch04.recursion",
        "limit_first",
        "if first <= page < end:",
        "if top - page > limit:\n            break\n        if first <= page < end:",
        "page -= frame",
        'page -= frame\n    return calls, "MAPERR"',
    ),
    ("ch04.recursion", "refused_is_counted", "calls, page = 0", "calls, page = 1"),
    (
        "ch04.recursion",
        "overwriting_is_counted",
        'return calls, "overwrites" if "w" in rights else',
        'return (calls + 1, "overwrites") if "w" in rights else (calls,',
        '(calls, "ACCERR"',
        '(calls, "ACCERR")',
    ),
    (
        "ch04.recursion",
        "",
        "calls, page = 0, top - frame",
        "calls, page = -(limit < frame), top - frame",
    ),
    (
        "ch05.coalesce",
        "never_joined",
        "sum(other) == start or other[0] == start + size",
        "sum(other) - 1 == start or other[0] == start + size - 1",
    ),
    ("ch05.take", "one_fit_more", "[:k]", "[: k + 1]"),
    ("ch05.take", "always_split", "< least", "< 1"),
    ("ch05.take", "even_nothing", "< least", "< 0"),
    ("ch05.take", "never_split", "< least", "< 9999"),
    ("ch05.take", "", "< least", "< 8"),  # it does not split always
    ("ch05.take", "rest_lost", "rest, *free", "*free"),
    ("ch05.take", "last_seen", "min(fits, key=lambda block: block[1])", "fits[-1]"),
    ("ch05.take", "worst_fit", "min(fits", "max(fits"),
    ("ch05.take", "all_or_none", "if not fits:", "if len(fits) < k:"),
    (
        "ch05.take",
        "high_end",
        "rest = (address + need, size - need)",
        "rest = (address, size - need)\n    address += size - need",
    ),
    ("ch05.diagnose", "never_uninitialised", "elif not used <= written:", "elif False:"),
    ("ch05.diagnose", "last_leak", "return min((", "return max(("),
    (
        "ch05.diagnose",
        "lowest_leak",
        'min((("leak", place) for _, place in live.values())',
        'next((("leak", live[at][1]) for at in sorted(live))',
        ", default=None)",
        ", None)",
    ),
    (
        "ch05.diagnose",
        "address_once_freed",
        "for _, place in live.values())",
        'for at, (_, place) in live.items() if ("free", at, None) not in operations)',
    ),
    ("ch06.pages", "", "/ share", "// (share + 1)"),
    ("ch06.pages", "", "* page / share", "* page // size * size / share"),  # of what is used
    ("ch06.pages", "", "while", "while n < 33 and"),
    ("ch06.pages", "quarter_rounded_up", "< batch // 4", "< batch / 4"),
    ("ch06.lengths", "stays_at_a_batch", "1 if most < batch else batch", "most < batch"),
    ("ch06.lengths", "", 'if call == "m":\n', 'if call == "m":\n            overages = 0\n'),
    ("ch06.lengths", "", "if length == 0:\n", "if length == 0:\n                overages = 0\n"),
    (
        "ch06.lengths",
        "",
        "length > most:\n",
        "length > most:\n                overages += most < batch\n",
    ),
    ("ch06.locks", "full_too_late", "== 2 * batch", "> 2 * batch"),
    ("ch06.locks", "empty_is_none", "elif thread not in lists", "elif not lists.get(thread)"),
    ("ch07.patient", "", "block[n] = 1", "block[n] += 1"),
    ("ch07.patient", "", 'verb != "free" and not', "not"),
    ("ch07.patient", "", "blocks.get(n, [])", "blocks[n]"),
    ("ch07.collections", "always_doubles", "heap + heap * gogc // 100", "2 * heap"),
    ("ch07.collections", "beyond_the_goal", "total >=", "total >"),
    ("ch07.collections", "goal_from_live", "heap + heap * gogc", "live + live * gogc"),
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
    ("ch08.slots", "either_of_the_two", "if minor >= 26", "elif minor >= 26"),
    ("ch08.slots", "marks_of_pointers", "if minor >= 26 and", "if minor >= 26 and not noscan and"),
    ("ch09.refill", "found_not_counted", "return source, swept", "return source, swept - 1"),
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
    ("ch09.take_pages", "four_pages_too", "npages < 4", "npages <= 4"),
    ("ch09.take_pages", "eight_lowest", "heap if page // 8 == heap[0] // 8]", "heap[:8]]"),
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
    (
        *("ch10.pace", "stacks_as_they_are"),
        *("marked + (marked + stacks) * gogc // 100", "marked + marked * gogc // 100 + stacks"),
    ),
    ("ch10.shaded", "", "not in grey", "not in grey[-2:]"),
    (
        "ch10.shaded",
        "swapped",
        '"deletion": [old]',
        '"insertion": [old]',
        '"insertion": [v',
        '"deletion": [v',
    ),
    ("ch10.handed_out", "the_dead_alone", 'state != "L"', 'state == "D"'),
    ("ch10.handed_out", "", '"." not in', '"D" not in'),
    ("ch10.handed_out", "", "range(len(spans[0]))", "range(8)"),
    ("ch11.spans", "one_for_all_large", "== 0\n", "== 0 and (n == 0 or shape.index > 0)\n"),
    ("ch11.spans", "headers_forgotten", "noscan=not pointers", "noscan=True"),
    ("ch11.areas", "readable_is_reserved_too", "(reserved - mapped) << 20", "reserved << 20"),
    ("ch11.areas", "grows_by_an_arena", "-(-block // 4) * 4", "-(-block // 64) * 64"),
    ("ch11.areas", "grows_each_time", "free -= block", "free = 0"),
    ("ch11.faults", "one_behind_the_other", "* shape.elemsize", "* nbytes"),
    ("ch11.faults", "no_marks", "shape.npages * 2 - 1", "shape.npages - 1"),
    ("ch11.faults", "no_headers", "noscan=not pointers", "noscan=True"),
    (
        *("ch11.faults", "marks_in_all_slots"),
        *("shape.elemsize <= 512", "shape.index > 0"),
    ),
    ("ch11.resident", "", "[:npages]", "[-npages:]"),
    ("ch11.resident", "", "if blocks[name] & unclean", "if start in unclean"),
    ("ch11.resident", "dirty_after_release", "unclean &= set().union(*blocks.values())", "pass"),
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
    for seed in [*ASKED, *hidden]:
        assert refused(answer, asked(task, seed))
    for seed in ASKED:
        assert [idea.__name__ for idea in task.judge(answer, seed).ideas] == ideas.split()
