"""The pictures of chapter 05: a heap to scale and its free list; the ward and its doctor."""

import json

import pytest
from films import film, npanes, on_stage, red
from hypothesis import given, settings
from hypothesis import strategies as st

from memkit import malloc, widgets
from memkit.malloc.textbook.freelist import FITS, ORDERS
from memkit.pictures.heap import heap_picture, run_heap
from memkit.pictures.language import letters
from memkit.pictures.ward import HEALTHY, SIGNS, examine, ward_picture
from memkit.widgets.heap import CHOICES, MOST_REQUESTS, parsed
from memkit.widgets.ward import patients

PAPER = "+96 +80 -A +48 +64 +40"


def last(requests, fit="first", order="address", coalesce=True, size=256, **options):
    run = run_heap(parsed(requests), fit, order, coalesce, size, **options)
    moments = [moment for request in run.moments for moment in request]
    return heap_picture(run, moments, len(moments) - 1)


@st.composite
def requests(draw):
    """Requests that a program could make: only what lives is freed."""
    words, live, count = [], [], 0
    for _ in range(draw(st.integers(1, 25))):
        if live and draw(st.booleans()):
            words.append("-" + live.pop(draw(st.integers(0, len(live) - 1))))
        else:
            words.append(f"+{draw(st.integers(1, 90))}")
            live.append(letters(count))
            count += 1
    return " ".join(words)


# The requests


def test_requests_name_their_blocks_in_turn():
    assert parsed("+40, +24\n-a +8 -C") == [
        ("A", 40), ("B", 24), ("A", None), ("C", 8), ("C", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["", " , ", "40", "+", "+0", "+-4", "-A", "+8 -B", "+8 -A -A", "+8 A", "+8 - A", "+²", "+1.5",
     "+8 --A", "+1048577", "+" + "9" * 5000, "+1 " * (MOST_REQUESTS + 1)],
)  # fmt: skip
def test_what_is_no_request_gets_one_red_sentence_and_nothing_else(text):
    lab = widgets.HeapLab(PAPER, beside={"fit": "best"})
    before = on_stage(lab)
    lab.requests.value = text
    assert red(lab).startswith("The requests ") and red(lab).endswith(".") and len(red(lab)) < 160
    assert on_stage(lab) == before and npanes(lab) == 2, "the last picture stays"
    lab.requests.value = "+8 -A"
    assert not red(lab) and lab.steps
    assert npanes(lab) == 2


@pytest.mark.parametrize(
    "wrong, name",
    [
        ({"requests": 7}, "requests"),
        ({"requests": None}, "requests"),
        ({"requests": [1, "x"]}, "The requests"),
        ({"fit": "better"}, "fit"),
        ({"fit": None}, "fit"),
        ({"order": "random"}, "order"),
        ({"order": []}, "order"),
        ({"coalesce": "yes"}, "coalesce"),
        ({"size": 0}, "size"),
        ({"size": 100, "fit": "buddy"}, "size"),
        ({"header": -1}, "header"),
        ({"align": "8"}, "align"),
        ({"beside": "best"}, "beside"),
        ({"beside": {"fits": "best"}}, "beside"),
        ({"beside": {"fit": "better"}}, "fit"),
    ],
)
def test_what_cannot_be_run_gets_a_red_sentence(wrong, name):
    lab = widgets.HeapLab(**{"requests": PAPER, **wrong})
    assert red(lab).startswith(f"{name} ") and red(lab).endswith(".")


# The heap


def test_best_fit_can_refuse_what_first_fit_serves():
    """On paper: 48 and 64 leave a hole of 48 and one of 16, or two of 32; then 40 are wanted."""
    first, best = last(PAPER), last(PAPER, "best")
    free = [
        [(block["at"], block["size"]) for block in picture["blocks"] if not block["live"]]
        for picture in (first, best)
    ]
    assert free == [[(88, 8), (240, 16)], [(64, 32), (224, 32)]]
    assert "no room for E" in best["caption"] and "no room" not in first["caption"]
    assert best["meters"][1]["name"] == "external fragmentation 50 %"
    assert best["meters"][1]["text"] == "largest free block 32 B of 64 B free"


@pytest.mark.parametrize("fit", CHOICES)
@pytest.mark.parametrize("order", ORDERS)
@settings(max_examples=15)
@given(text=requests(), coalesce=st.booleans())
def test_every_moment_shows_the_region(fit, order, text, coalesce):
    run = run_heap(parsed(text), fit, order, coalesce, 512, 8, 8)
    moments = [moment for request in run.moments for moment in request]
    assert len(run.moments) == len(parsed(text)) and all(run.moments)
    for i, moment in enumerate(moments):
        picture = heap_picture(run, moments, i)
        json.dumps(picture)
        at = 0
        for block in picture["blocks"]:
            assert block["at"] == at and 0 < block["asked"] <= block["size"]
            assert bool(block["name"]) == block["live"]
            at += block["size"]
        assert at == picture["size"] == 512
        free = [k for k, block in enumerate(picture["blocks"]) if not block["live"]]
        assert sorted(picture["chain"]) == (free if picture["listed"] else [])
        numbers = sorted(block["number"] for block in picture["blocks"] if block["number"])
        assert numbers == list(range(1, len(numbers) + 1))
        if moment.event == "search":
            assert len(numbers) == moment.looked[0] and sum(b["found"] for b in picture["blocks"])
        assert {len(row) for row in picture["words"]} == {5}
        assert all(0 <= meter["share"] <= 1 for meter in picture["meters"])


@settings(max_examples=30)
@given(requests(), st.sampled_from(FITS), st.sampled_from(ORDERS), st.booleans())
def test_the_run_is_the_allocator_s(text, fit, order, coalesce):
    region, at, looked = malloc.FreeList(512, 0, 8, 8, fit, order, coalesce), {}, 0
    for name, nbytes in parsed(text):
        if nbytes:
            at[name] = region.malloc(nbytes)
            looked += region.searched
        elif at[name] is not None:
            region.free(at[name])
    run = run_heap(parsed(text), fit, order, coalesce, 512, 8, 8)
    end = run.moments[-1][-1]
    assert end.looked[1] == looked and list(end.state.free) == region.free_list
    shown = heap_picture(run, [end], 0)["meters"]
    assert shown[0]["share"] == pytest.approx(region.internal_fragmentation)
    assert shown[1]["share"] == pytest.approx(region.external_fragmentation)


def test_a_block_that_never_came_cannot_be_freed():
    picture = last("+300 -A")
    assert picture["sentence"] == "Request 2 of 2: A never got a block: nothing to free."


def test_header_and_rounding_are_shown_as_waste():
    block, rest = last("+13", header=8, align=8)["blocks"]
    assert (block["size"], block["asked"], rest["live"]) == (24, 13, False)
    assert last("+13", header=8, align=8)["meters"][0]["text"] == (
        "11 B of 24 B in use nobody asked for (hatched)"
    )


def test_two_sides_wait_for_each_other_and_next_finds_where_they_differ():
    lab = widgets.HeapLab(PAPER, beside={"fit": "best"})
    events = [step.event for step in lab.steps]
    assert events.index("they differ") == 5 and events[-2:] == ["no room", "no room"]
    for i in range(len(lab.steps)):
        lab.draw(i)
        heads = {on_stage(lab, n)["sentence"].partition(",")[0] for n in (0, 1)}
        assert len(heads) == 1, heads
    lab = widgets.HeapLab("+64 +64 -A -B +128", beside={"coalesce": False}, size=160)
    assert [step.event for step in lab.steps].count("no room") == 2


def test_the_form_runs_the_requests_anew():
    lab = widgets.HeapLab(PAPER)
    assert npanes(lab) == 1 and lab.beside_order.disabled
    lab.beside.value = "buddy"
    assert on_stage(lab, 1)["title"] == "buddy system" and lab.beside_order.disabled
    lab.beside.value, lab.beside_order.value = "worst", "front"
    assert on_stage(lab, 1)["note"] == "list last freed first; neighbours join"
    lab.coalesce.value = False
    assert on_stage(lab)["note"] == "list by address; nothing is joined"
    for fit in CHOICES:
        lab.fit.value = fit
        assert not red(lab)


# The ward


def test_each_patient_has_the_disease_that_its_program_shows():
    found = {name: examine(code).disease for name, code in patients()}
    assert found == {
        "a name and a title": "overflow",
        "a list of two": "use after free",
        "a larger buffer": "leak",
        "a counter": "wild pointer",
        "two owners": "double free",
        "look here": HEALTHY,
        "eight scores": "uninitialised read",
        "look there": "invalid free",
    }
    assert set(SIGNS) == {*malloc.DISEASES, HEALTHY}


@pytest.mark.parametrize("name, code", patients())
def test_nothing_is_told_before_the_learner_has_answered(name, code):
    visit = examine(code)
    for i in range(len(visit.moments)):
        picture = ward_picture(visit, i)
        text = json.dumps({k: v for k, v in picture.items() if k != "note"})
        assert not any(disease in text for disease in malloc.DISEASES)
        assert not any(line["sick"] for line in picture["code"])
    told = ward_picture(visit, len(visit.moments) - 1, told=True)
    assert told["found"] == (visit.disease != HEALTHY)
    assert told["report"].startswith(visit.disease if told["found"] else "The doctor has found")


def test_the_answer_brings_the_report_and_a_way_to_it():
    ward = widgets.Ward()
    ward.draw(3)
    before = on_stage(ward)
    assert before["report"].startswith("The doctor's report appears")
    assert set(film(ward)[0]) == {"line", "the end"}
    ward.questions[0].chosen = list(SIGNS).index("leak")
    after = on_stage(ward)
    assert ward.index == 3 and after["blocks"] == before["blocks"]
    assert after["report"].startswith("overflow: line 4 writes 13 B")
    assert after["code"][3]["sick"] and after["score"] == "named right: 0 of 1"
    assert set(film(ward)[0]) == {"line", "overflow", "the end"}
    assert ward.questions[0].options[ward.questions[0].answer] == "overflow"
    ward.patient.value = 1
    assert not ward.told and ward.index == 0 and ward.children[-1] is ward.questions[1]
    ward.questions[1].chosen = list(SIGNS).index("use after free")
    assert on_stage(ward)["score"] == "named right: 1 of 2"
    assert on_stage(ward)["report"] == "Nothing found so far: go on."
    ward.patient.value = 0
    assert ward.told


def test_what_a_line_touched_is_marked_in_the_shadow():
    visit = examine("char *p = malloc(8);\nmemset(p, 0, 3);\nuse(p, 4);\nfree(p);")
    touched = [ward_picture(visit, i)["blocks"][0]["touched"] for i in range(5)]
    assert touched == [
        list(range(16, 24)), [16, 17, 18], [16, 17, 18, 19], list(range(16, 24)), [],
    ]  # fmt: skip
    assert ward_picture(visit, 2)["blocks"][0]["letters"] == "r" * 16 + "iiiuuuuu" + "r" * 24
    assert ward_picture(visit, 3)["blocks"][0]["label"].endswith("by line 1, freed by line 4")
    sentence = ward_picture(visit, 2)["sentence"]
    assert sentence.startswith("Line 3 has run: use(p, 4); it touches 4 B at 0x")


def test_bytes_read_one_by_one_are_told_as_one_piece():
    visit = examine('char *p = malloc(8);\nstrcpy(p, "abc");\nputs(p);\nfree(p);')
    assert [n for _, n in visit.moments[2].touched] == [4]


def test_a_variable_points_where_it_did_when_its_block_is_freed():
    code = "char *p = malloc(8);\nchar *q = p + 3;\nfree(p);\np = NULL;\nchar *w;\nq = malloc(8);"
    visit = examine(code)

    def leads(i):
        variables = ward_picture(visit, i)["variables"]
        return {one["name"]: (one["block"], one["at"], one["text"]) for one in variables}

    assert leads(0) == {"p": (0, 16, "")}
    assert leads(1) == {"p": (0, 16, ""), "q": (0, 19, "")}
    assert leads(2) == leads(1), "dangling, both of them"
    assert leads(3) == {"p": (None, None, "NULL"), "q": (0, 19, "")}
    assert leads(4)["w"] == (None, None, "nowhere"), "it holds what happened to be there"
    assert leads(5)["q"] == (1, 16, "")
    changed = [
        [v["name"] for v in ward_picture(visit, i)["variables"] if v["new"]] for i in range(6)
    ]
    assert changed == [["p"], ["q"], [], ["p"], ["w"], ["q"]]
    words = [line for line in ward_picture(visit, 2)["words"] if line[0] == "variable q"]
    assert words == [["variable q", "→ 8 B at 0x4e72b0, allocated by line 1, freed by line 3"]]


def test_large_blocks_and_many_are_shown_in_part():
    code = "\n".join(["static char *p;", *(f"char *p{n} = malloc(500);" for n in range(10))])
    picture = ward_picture(examine(code), 10)
    assert len(picture["blocks"]) == 8 and "the first 8 of 10 blocks" in picture["note"]
    assert picture["blocks"][0]["label"].endswith("(its first 256 of 544 bytes)")


@pytest.mark.parametrize(
    "program", ["", "\n", 3, b"free(p);", "x y z", "free(q);", "char *p = malloc(1);\n" * 41]
)
def test_what_is_no_program_gets_one_red_sentence(program):
    ward = widgets.Ward(program)
    assert red(ward).endswith(".") and len(red(ward)) < 160
    assert ward.stage.total == 1
