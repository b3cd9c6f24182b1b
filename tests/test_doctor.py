"""The doctor: a corpus of small sick programs with healthy twins, and what must always hold."""

import tomllib
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memkit import golang, record
from memkit.malloc import FreeList, PtMalloc
from memkit.malloc.doctor.doctor import LARGEST, Doctor
from memkit.malloc.doctor.program import FIELDS, run_lines, run_program
from memkit.malloc.doctor.report import DISEASES
from memkit.malloc.tcmalloc.tcmalloc import TCMalloc

CORPUS = tomllib.loads((Path(__file__).parent / "data" / "malloc" / "corpus.toml").read_text())


class Bump:
    """The smallest allocator there is: never reuses, has 1 MiB, knows no address space."""

    def __init__(self, size=1 << 21):
        self.top, self.end, self.freed = 4096, 4096 + size, []

    def malloc(self, n):
        if self.top + n > self.end:
            return None
        self.top += n
        return self.top - n

    def free(self, address):
        self.freed.append(address)


def a_free_list():
    return FreeList(1 << 22, base=4096, header=16, align=16)


ALLOCATORS = (TCMalloc, PtMalloc, a_free_list, Bump)
CASES = [
    pytest.param(
        program, allocator, id=f"{program['disease']}-{program['name']}-{allocator.__name__}"
    )
    for program in CORPUS["program"]
    for allocator in ALLOCATORS
]


def test_the_corpus_is_large_enough():
    programs = CORPUS["program"]
    kinds = Counter(program["disease"] for program in programs)
    assert set(kinds) == set(DISEASES)
    assert all(count >= 5 for count in kinds.values()) and 2 * len(programs) >= 60
    for program in programs:
        sick, sound = program["code"].splitlines(), program["twin"].splitlines()
        assert sick != sound and abs(len(sick) - len(sound)) <= 2


@pytest.mark.parametrize("program, allocator", CASES)
def test_a_disease_gets_its_name_and_its_place(program, allocator):
    doctor = Doctor(allocator())
    reports = run_program(doctor, program["code"].strip())
    assert [report.kind for report in reports] == [program["disease"]], reports
    (report,) = reports
    assert report.kind in DISEASES and report.words.startswith(f"{report.kind}: ")
    assert report.words.endswith(".") and "\n" not in report.words
    assert f"line {program['line']} " in report.words
    assert report.at == ("the end" if report.kind == "leak" else f"line {program['line']}")
    if report.block is not None:
        assert f"{report.block.at} allocated" in report.words
        assert f"allocated  {report.block.at}\n" in report.details()


@pytest.mark.parametrize("program, allocator", CASES)
def test_the_healthy_twin_gets_no_report(program, allocator):
    assert run_program(Doctor(allocator()), program["twin"].strip()) == ()


@pytest.mark.parametrize("program", CORPUS["program"], ids=lambda program: program["name"])
def test_the_same_program_gets_the_same_report(program):
    first, second = (run_program(Doctor(TCMalloc()), program["code"].strip()) for _ in range(2))
    assert first == second


# -- single rules


def test_the_whole_report():
    doctor = Doctor(Bump())
    p = doctor.malloc(24, at=1)
    doctor.write(p, b"abc", at=2)
    doctor.write(p + 24, b"!", at="the loop in main")
    assert doctor.reports[0].details() == (
        "overflow: the loop in main writes 1 B at 0x1028, right behind the end of the 24 B block"
        " that line 1 allocated.\n"
        "  block      0x1010 to 0x1028, 24 B\n"
        "  allocated  line 1\n"
        "  shadow     0x1020 uuuuuuuurrrrrrrrrrrrrrrr\n"
        "                            ^\n"
        "             r red zone, u never written, i written, f freed, . no block"
    )


def test_the_shadow():
    doctor = Doctor(Bump())
    p = doctor.malloc(20)
    doctor.write(p + 4, b"1234")
    assert doctor.shadow(p - 18, 68) == ".." + 16 * "r" + "uuuuiiii" + 12 * "u" + 28 * "r" + ".."
    doctor.free(p)
    assert doctor.shadow(p, 21) == 20 * "f" + "r"


def test_a_wrong_access_is_not_done():
    doctor = Doctor(Bump())
    p, q = doctor.malloc(16), doctor.calloc(16)
    doctor.write(p + 8, b"x" * 100)
    assert doctor.read(p + 8, 8) == b"x" * 8 and doctor.read(q, 16) == bytes(16)
    doctor.free(q)
    doctor.free(q)
    doctor.free(p + 1)
    assert doctor.read(0x123456789, 4) == b""
    kinds = [report.kind for report in doctor.reports]
    assert kinds == ["overflow", "double free", "invalid free", "wild pointer"]


def test_quarantine_is_what_finds_a_reused_block():
    def program(doctor):
        p = doctor.malloc(100)
        doctor.free(p)
        q = doctor.malloc(100)
        doctor.write(p, b"x")
        return q == p

    careful, careless = Doctor(TCMalloc()), Doctor(TCMalloc(), quarantine=0)
    assert not program(careful) and program(careless)
    assert [report.kind for report in careful.reports] == ["use after free"]
    assert careless.reports == []


def test_quarantine_empties_when_memory_runs_out():
    class Tiny(Bump):
        def free(self, address):
            super().free(address)
            self.top = 4096

    doctor = Doctor(Tiny(200))
    for _ in range(10):
        p = doctor.malloc(100)
        assert p is not None
        doctor.free(p)
    doctor.malloc(100)
    assert doctor.malloc(100) is None
    assert doctor.reports == []


def test_what_left_the_quarantine_is_remembered():
    doctor = Doctor(Bump(), quarantine=0)
    p = doctor.malloc(8)
    doctor.free(p)
    assert doctor.allocator.freed == [p - 16]
    doctor.free(p)
    doctor.read(p)
    assert [report.kind for report in doctor.reports] == ["double free", "use after free"]
    assert doctor.allocator.freed == [p - 16]


def test_a_far_overflow_is_seen_as_far_as_the_red_zone_reaches():
    for redzone, found in ((16, []), (128, ["overflow"])):
        doctor = Doctor(Bump(), redzone=redzone)
        p, _ = doctor.calloc(64), doctor.calloc(256)
        doctor.write(p + 64 + 100, b"x")
        assert [report.kind for report in doctor.reports] == found


def test_a_leak_is_told_once_for_each_place():
    doctor = Doctor(Bump())
    blocks = [doctor.malloc(8, at=7) for _ in range(3)] + [doctor.calloc(16, at=9)]
    doctor.write(blocks[3], blocks[0])
    lost = doctor.end()
    assert [report.nbytes for report in lost] == [24, 16]
    assert "3 blocks that line 7 allocated, 24 B in all" in str(lost[0])
    doctor = Doctor(Bump())
    blocks = [doctor.malloc(8, at=7) for _ in range(2)] + [doctor.calloc(16, at=9)]
    doctor.write(blocks[2], blocks[0])
    assert [report.nbytes for report in doctor.end(roots=[blocks[2], None])] == [8]


def test_a_place_is_reported_once():
    doctor = Doctor(Bump())
    p = doctor.malloc(4)
    for i in range(10):
        doctor.write(p + i, b"x", at=5)
    assert len(doctor.reports) == 1


def test_it_finds_an_allocator_that_gives_one_place_to_two():
    class Mad(Bump):
        def malloc(self, n):
            return 4096

    doctor = Doctor(Mad())
    doctor.malloc(8)
    with pytest.raises(RuntimeError, match="two owners"):
        doctor.malloc(8)


def test_under_go_memory_is_zero_nothing_is_freed_and_nothing_lost():
    doctor = Doctor(golang.GoHeap())
    p = doctor.malloc(24)
    assert doctor.read(p, 24) == bytes(24)
    with pytest.raises(ValueError, match="collector"):
        doctor.free(p)
    doctor.write(p + 24, b"x")  # Go would stop here: index out of range
    assert doctor.end() == ()
    assert [report.kind for report in doctor.reports] == ["overflow"]


def test_recorded_it_tells_each_step():
    doctor = Doctor(TCMalloc())
    with record(doctor) as steps:
        run_program(doctor, 'char *p = malloc(24);\nstrcpy(p, "hi");\nputs(p);\nfree(p);\nfree(p);')
    events = [step.event for step in steps]
    assert events == ["malloc", "write", "read", "read", "read", "free", "double free"]
    assert str(steps[0]) == f"line 1 allocates a block of 24 B at {steps[0].detail['address']:#x}"
    assert steps[0].state.blocks[0].shadow.count("u") == 24
    assert steps[-1].state.reports == tuple(doctor.reports) and steps[-2].state.reports == ()


def test_a_program_runs_line_by_line():
    doctor = Doctor(Bump())
    lines = run_lines(doctor, "char *p = malloc(8);\n\n// nothing\np[8] = 1;\nfree(p);")
    seen = [(line, len(doctor.reports)) for line in lines]
    assert seen == [(1, 0), (4, 1), (5, 1), (None, 1)]


@pytest.mark.parametrize(
    "line",
    [
        "p = malloc()",
        "q = nobody",
        "mallocs(3)",
        "if (p) free(p)",
        "p[1 = 2",
        "strcpy(p, 3 + x)",
        "use(p.x)",
    ]
    + ["p->nothing = p", "p = 1.5", "p = __import__(1)", "p = 2 ** 9", "}", "free(1, 2)"],
)
def test_what_is_no_statement_gets_one_sentence(line):
    doctor = Doctor(Bump())
    with pytest.raises(ValueError, match="^line 2 is not understood: .*[.]$"):
        run_program(doctor, f"static char *p = malloc(24);\n{line};")
    assert doctor.reports == [] and doctor.shadow(0, 10000).count("u") == 24


def test_a_size_that_wraps_fails_as_in_c():
    doctor = Doctor(TCMalloc())
    reports = run_program(doctor, "char *p = malloc(-1);\nmemset(p, 1, -1);\np[-8] = 1;")
    assert [report.kind for report in reports] == ["wild pointer"] * 2
    assert doctor.malloc(LARGEST + 1) is None


BAD = st.one_of(st.integers(max_value=-1), st.floats(), st.text(), st.booleans())


@given(BAD)
def test_bad_input_gets_one_sentence_and_changes_nothing(bad):
    doctor = Doctor(Bump())
    p = doctor.malloc(24)
    before = doctor.snapshot()
    for attempt in (
        lambda: doctor.malloc(bad),
        lambda: doctor.calloc(bad, 2),
        lambda: doctor.calloc(2, bad),
        lambda: doctor.realloc(p, bad),
        lambda: doctor.read(p, bad),
        lambda: doctor.fill(p, bad),
        lambda: doctor.copy(p, p, bad),
        lambda: doctor.write(p, bad),
        lambda: doctor.write(p, 1 << 64),
        lambda: doctor.end(roots=[bad or -1]),
        lambda: doctor.shadow(p, bad),
        lambda: doctor.free(bad or -1),
        lambda: doctor.read(bad or -1),
        lambda: Doctor(Bump(), quarantine=bad),
        lambda: Doctor(Bump(), redzone=bad),
        lambda: Doctor(Bump(), redzone=24),
        lambda: Doctor(bad),
    ):
        with pytest.raises(ValueError) as error:
            attempt()
        assert str(error.value).endswith(".") and "\n" not in str(error.value)
        assert doctor.snapshot() == before


VERBS = st.sampled_from("malloc calloc realloc free read write fill copy".split())
OPERATIONS = st.lists(
    st.tuples(
        VERBS, st.integers(0, 7), st.integers(0, 7), st.integers(-40, 80), st.integers(0, 60)
    ),
    max_size=40,
)


def act(doctor, operations, sane):
    """Run operations on eight pointers; `sane`: only those that a right program may do."""
    pointers, sizes = [0] * 8, [0] * 8
    for verb, i, j, offset, n in operations:
        p = pointers[i]
        if verb in ("malloc", "calloc"):
            if sane and p:
                doctor.free(p)
            pointers[i] = getattr(doctor, verb)(n)
            sizes[i] = n if verb == "calloc" else 0
            if verb == "malloc":
                doctor.fill(pointers[i], n, 7)
                sizes[i] = n
            continue
        if sane:
            if not p and verb in ("read", "write", "fill", "copy"):
                continue
            offset = 0 if verb in ("free", "realloc") else abs(offset) % (sizes[i] + 1)
            n = n if verb == "realloc" else min(n, sizes[i] - offset)
        at = max(p + offset, 0)
        if verb == "free":
            doctor.free(at)
            pointers[i] = 0 if sane else p
        elif verb == "realloc":
            moved = doctor.realloc(at, n)
            if sane:
                doctor.fill(moved, n, 7)
            pointers[i], sizes[i] = moved or 0, n
        elif verb == "copy":
            other = pointers[j]
            if sane:
                n = min(n, sizes[j])
                if not other:
                    continue
            doctor.copy(at, other, n)
        elif verb == "write":
            doctor.write(at, b"x" * n)
        else:
            getattr(doctor, verb)(at, n)
    return pointers


@given(OPERATIONS)
def test_a_right_program_is_never_accused(operations):
    doctor = Doctor(TCMalloc())
    pointers = act(doctor, operations, sane=True)
    assert doctor.end(roots=pointers) == ()
    for p in pointers:
        doctor.free(p)
    assert doctor.end() == () and doctor.reports == []


@given(OPERATIONS)
def test_whatever_a_program_does_nothing_is_harmed(operations):
    heap = TCMalloc()
    doctor = Doctor(heap)
    act(doctor, operations, sane=False)
    doctor.end()
    assert all(report.kind in DISEASES and report.words.endswith(".") for report in doctor.reports)
    assert all(report.details() for report in doctor.reports)
    held = [block for block in doctor.snapshot().blocks if not block.freed_at]
    waiting = doctor.snapshot().quarantine
    live = sum(heap.usable_size(block.base) for block in held)
    live += sum(heap.usable_size(address - doctor.redzone) for address in waiting)
    assert heap.stats()["alloc"] == TCMalloc().stats()["alloc"] + live


def test_fields_lie_in_words():
    assert set(FIELDS.values()) == {0, 8, 16}
