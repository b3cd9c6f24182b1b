"""What a picture shows is true, and seen at a glance: measured in a page that draws it."""

import base64
import math
import re

import pytest
from browser import ROOT
from fits import misfits
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from plain import SIZE, Plain
from test_answers import TASKS
from test_widgets_collector import churned, moved

from memkit import golang, pictures, record, vm, widgets
from memkit.course.ch10.collection import sheet
from memkit.pictures.difference import marked
from memkit.pictures.growth import MIB, growth
from memkit.pictures.lanes import Lanes
from memkit.pictures.size_class import teeth
from memkit.widgets.stage import Stage

LOOK = "#.-/ "
THEMES = ("light", "dark")
TIERS = ("mcache", "mcentral", "mheap", "space", "table", "frames")


@pytest.fixture(scope="module")
def plain(chromium):
    return Plain(chromium)


def stage(*shown):
    """A stage that shows these pictures, one a step."""
    made = Stage()
    made.show(["step"] * len(shown), [lambda i: shown[i]])
    return made


def floors(*rows):
    return pictures.picture(0, "So it is.", [pictures.floor("mheap", "here", "", rows)], [])


# -- a bar is to scale

TEXTS = ("", "32,764 B", "0xc000400000 60 MiB", "4 MiB", "a", "1.2 % wasted")
SHARES = st.one_of(st.integers(1, 100), st.integers(1, 1 << 30), st.floats(1e-6, 1.0))
PARTS = st.lists(
    st.tuples(
        SHARES, st.sampled_from(LOOK), st.sampled_from(TEXTS), st.sampled_from([False, True, 0.5])
    ),
    min_size=1,
    max_size=7,
)

# Of each bar its box, those of its parts, of its words, of the lines that lead to them.
BARS = """() => [...document.querySelectorAll('.mk-bar')].map((bar) => {
    const box = (node) => {
        const {left, right, top, bottom} = node.getBoundingClientRect();
        return [left, right, top, bottom];
    };
    const seen = (what) => [...bar.querySelectorAll(what)].filter((n) => n.offsetParent).map(box);
    return {bar: box(bar), parts: seen('.mk-part-box'), words: seen('.mk-told-part > span'),
            poles: seen('.mk-pole')};
})"""


@settings(
    max_examples=12,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(PARTS, min_size=8, max_size=8))
def test_the_drawn_share_of_a_part_is_its_share(plain, bars):
    """Within a pixel, whatever it says; and no words stand over others, or beyond the bar."""
    plain.put(stage(floors(*[pictures.bar(parts) for parts in bars])))
    for parts, drawn in zip(bars, plain.page.evaluate(BARS), strict=True):
        left, right, *_ = drawn["bar"]
        whole, at = sum(part[0] for part in parts), 0
        for (share, _, _, _), (start, stop, *_) in zip(parts, drawn["parts"], strict=True):
            assert abs(start - left - (right - left) * at / whole) <= 1
            assert abs(stop - start - (right - left) * share / whole) <= 1
            at += share
        words = drawn["words"]
        assert len(words) == sum(bool(part[2]) for part in parts)
        for k, one in enumerate(words):
            assert left - 1 <= one[0] and one[1] <= right + 1
            assert not any(crossed(one, other) for other in words[:k])
            assert not any(crossed(one, pole) for pole in drawn["poles"])


# Of each cell that is filled in part its box and what is filled of it.
FILLS = """() => [...document.querySelectorAll('.mk-cells')].map((row) => {
    const box = (node) => {
        const {x, y, width, height} = node.getBoundingClientRect();
        return [x, y, width, height];
    };
    return [[...row.querySelectorAll('.mk-level')].map(box),
            [...row.querySelectorAll('.mk-fill')].map(box)];
})"""


@settings(
    max_examples=8,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(st.lists(st.floats(1 / 1024, 1.0), min_size=1, max_size=68), min_size=6, max_size=6)
)
def test_a_cell_is_filled_as_far_as_its_share(plain, rows):
    """Within a pixel, from below; what holds anything does not look empty."""
    made = [pictures.row("%" * len(one), fills=dict(enumerate(one)), wide=True) for one in rows]
    plain.put(stage(floors(*made)))
    for shares, (cells, fills) in zip(rows, plain.page.evaluate(FILLS), strict=True):
        assert len(cells) == len(fills) == len(shares)
        for share, (x, y, wide, high), (left, top, across, up) in zip(
            shares, cells, fills, strict=True
        ):
            assert abs(up - share * high) <= 1 and up >= 0.99
            assert abs(left - x) <= 1 and abs(across - wide) <= 1.1
            assert abs(top + up - y - high) <= 1


# Of a saw the points of its lines, and where its grid begins and ends.
SAW = """() => {
    const svg = document.querySelector('.mk-saw svg');
    const points = [...svg.querySelectorAll('.mk-saw-line')].flatMap((path) =>
        path.getAttribute('d').slice(1).split('L').map((point) => point.split(' ').map(Number)));
    const grid = [...svg.querySelectorAll('.mk-saw-grid')].map((line) =>
        ['x1', 'x2', 'y1'].map((name) => Number(line.getAttribute(name))));
    const {x, y} = svg.getBoundingClientRect();
    return {points, grid, at: [x, y]};
}"""


def saw_at(drawn, nbytes, noscan):
    """Where the point of a size lies on the page, by the ends of the grid."""
    left, right, bottom = drawn["grid"][0]
    slot = golang.size_class(nbytes, noscan).elemsize
    x = left + (right - left) * math.log(nbytes, 1 << 16)
    return x, bottom - (bottom - drawn["grid"][-1][2]) * (slot - nbytes) / slot


@pytest.mark.parametrize("noscan", [True, False])
def test_the_saw_goes_through_the_ends_of_each_tooth_and_through_nothing_else(plain, noscan):
    """900 B lose 124 B of their 1 KiB; a line from class to class would say none."""
    plain.put(widgets.SizeClassView(900, noscan))
    drawn = plain.page.evaluate(SAW)
    points = [tuple(point) for point in drawn["points"]]
    for first, last, _, _ in teeth(noscan):
        for nbytes in {first, last}:
            x, y = saw_at(drawn, nbytes, noscan)
            assert any(abs(px - x) < 0.01 and abs(py - y) < 0.01 for px, py in points)
    left, right, _ = drawn["grid"][0]
    for px, py in points:  # every one of them is a size's
        nbytes = round((1 << 16) ** ((px - left) / (right - left)))
        assert saw_at(drawn, nbytes, noscan) == pytest.approx((px, py), abs=0.01)


def test_a_click_on_the_saw_takes_a_size_and_so_does_enter_at_its_cursor(plain):
    plain.put(widgets.SizeClassView(33))
    drawn, page = plain.page.evaluate(SAW), plain.page
    picked = "() => models[0].get('picked')"
    x, y = (at + by for at, by in zip(saw_at(drawn, 512, True), drawn["at"], strict=True))
    page.mouse.click(x, y)
    assert abs(int(page.evaluate(picked)) - 512) <= 5  # a pixel has several sizes
    page.locator(".mk-drawn", has=page.locator(".mk-saw")).focus()
    for key, nbytes in {"ArrowRight": 33, "ArrowLeft": 32, "ArrowUp": 33, "ArrowDown": 25}.items():
        page.keyboard.press(key)
        assert page.locator(".mk-bubble:visible").inner_text().startswith(f"{nbytes} B: ")
    page.keyboard.press("Enter")
    assert page.evaluate(picked) == "25"


def test_what_is_no_size_leaves_the_last_picture(plain):
    """And never a point where nobody asked for it."""
    view = widgets.SizeClassView(900)
    view.request.value = "abc"
    plain.put(view)
    assert plain.page.evaluate(SAW)["points"] and view.stage.refusal.startswith("The request must")
    assert plain.page.locator(".mk-saw-said").text_content().startswith("900 B: 124 B of a slot")


# Of a heap over time the points of its upper edge, of what lives, the ends of the goal's line, the
# mark, and where its grid begins and ends.
GROWTH = """() => {
    const svg = document.querySelector('.mk-growth svg');
    const d = (what) => svg.querySelector(what).getAttribute('d');
    const points = (what) => d(what).slice(1).split('L').map((one) => one.split(' ').map(Number));
    const ring = svg.querySelector('.mk-touched > .mk-ring');
    const grid = [...svg.querySelectorAll('.mk-growth-grid')].map((line) =>
        ['x1', 'x2', 'y1'].map((name) => Number(line.getAttribute(name))));
    return {heap: points('.mk-growth-heap'), live: points('.mk-growth-live'), grid,
            goal: d('.mk-growth-goal'),
            mark: ['cx', 'cy'].map((one) => Number(ring.getAttribute(one)))};
}"""
POINTS = [
    (0, 0, 0),
    (3 * MIB, 2 * MIB, 3 * MIB),
    (3 * MIB, 2 * MIB, 2 * MIB),
    (5 * MIB, 2 * MIB, 4 * MIB),
]
GOALS = [(0, 3 * MIB), (3 * MIB, 4 * MIB)]


def growing(**more):
    lines = [("goal", "goal", GOALS), ("trigger", "trigger", [(0, 2 * MIB), (3 * MIB, 3 * MIB)])]
    return floors(growth(POINTS, (0, 10 * MIB, 6 * MIB), lines, **more))


def test_a_heap_over_time_is_to_scale_and_ends_at_the_mark(plain):
    plain.put(stage(growing()))
    drawn = plain.page.evaluate(GROWTH)
    left, right, bottom = drawn["grid"][0]
    _, _, top = drawn["grid"][-1]  # 6 MiB

    def at(made, nbytes):
        share = [made / (10 * MIB), nbytes / (6 * MIB)]
        return [left + (right - left) * share[0], bottom - (bottom - top) * share[1]]

    heap = [at(made, heap) for made, _, heap in POINTS]
    live = [at(made, live) for made, live, _ in POINTS]
    for points, there in ((drawn["heap"], heap), (drawn["live"], live)):
        assert len(points) >= len(there)
        for point, right_one in zip(points, there, strict=False):
            assert point == pytest.approx(right_one, abs=0.1)
    assert drawn["mark"] == pytest.approx(heap[-1], abs=0.1)
    numbers = [float(one) for one in re.findall(r"[\d.]+", drawn["goal"])]
    ends = [*at(0, 3 * MIB), at(3 * MIB, 0)[0], *at(3 * MIB, 4 * MIB), at(5 * MIB, 0)[0]]
    assert numbers == pytest.approx(ends, abs=0.1), "what comes later is not there"


def test_a_heap_over_time_tells_its_points_and_names_its_lines(plain):
    plain.put(stage(growing()))
    said = plain.page.locator(".mk-growth text").all_text_contents()
    assert {"goal 4", "trigger 3", "garbage 2", "live 2", "6 MiB", "allocated so far, MiB"} <= {
        *said
    }
    plain.page.locator(".mk-drawn").focus()
    for _ in POINTS:
        plain.page.keyboard.press("ArrowRight")
    bubble = plain.page.locator(".mk-bubble:visible").inner_text()
    assert bubble == "5 MiB allocated so far: heap 4, live 2, garbage 2"


@pytest.mark.parametrize("theme", THEMES)
def test_forced_colours_leave_live_garbage_and_lines_apart(chromium, theme):
    page = Plain(chromium, theme, forced_colors="active", color_scheme=theme)
    page.put(stage(growing()))
    looks = page.page.evaluate(
        """() => ['live', 'rest', 'heap', 'goal', 'trigger'].map((name) => {
            const style = getComputedStyle(document.querySelector(`path.mk-growth-${name}`));
            return [style.fill, style.stroke, style.strokeWidth, style.strokeDasharray].join();
        })"""
    )
    assert len(set(looks)) == 5
    page.page.close()


def crossed(one, other):
    """Do two boxes (left, right, top, bottom) lie over each other?"""
    return (
        min(one[1], other[1]) - max(one[0], other[0]) > 0.5
        and min(one[3], other[3]) - max(one[2], other[2]) > 3
    )


# -- marks stand out

# The colours of a mark's lines and of what is filled beside it, as a page paints them.
PAINTED = """() => {
    const pen = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
    const page = getComputedStyle(document.body).backgroundColor;
    const painted = (colour) => {
        for (const one of [page, colour]) { pen.fillStyle = one; pen.fillRect(0, 0, 1, 1); }
        return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    return [...document.querySelectorAll('.mk-floor')].map((floor) => {
        const of = (what, name) => painted(getComputedStyle(floor.querySelector(what))[name]);
        return {
            fill: of('.mk-used', 'fill'),
            bar: of('.mk-part-box.mk-used', 'backgroundColor'),
            tones: ['.mk-touched', '.mk-differs'].map((mark) =>
                [of(`${mark} > .mk-ring-in`, 'stroke'), of(`${mark} > .mk-ring`, 'stroke')]),
        };
    });
}"""


def light(colour):
    """The relative luminance of WCAG 2.2."""
    parts = [c / 3294.6 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one, other):
    darker, lighter = sorted((light(one), light(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", THEMES)
def test_a_mark_stands_out_from_every_fill(chromium, theme):
    """Its inner line from what is filled, its outer one from the inner one (WCAG 1.4.11: 3:1)."""
    page = Plain(chromium, theme)
    row = pictures.row("####....", touched=[(0, 2)]) | {"differs": [[1, 3]]}
    rows = [row, pictures.bar([(1, "#", "", True)])]
    drawn = [pictures.floor(tier, tier, "", rows) for tier in TIERS]
    page.put(stage(pictures.picture(0, "Marks.", drawn, [])))
    for floor in page.page.evaluate(PAINTED):
        for inner, outer in floor["tones"]:
            assert contrast(inner, floor["fill"]) >= 3
            assert contrast(inner, floor["bar"]) >= 3
            assert contrast(inner, outer) >= 3
    page.page.close()


LIT = """() => document.getAnimations().map((one) => [
    one.animationName, one.effect.getTiming().duration])"""


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_what_was_touched_lights_up_and_fades(chromium, motion):
    """In 400 ms, and not for who wants no motion."""
    page = Plain(chromium, reduced_motion=motion)
    rows = [pictures.row("##..", touched=[(1, 2)]), pictures.bar([(1, "#", "", True)])]
    page.put(stage(floors(*rows), {**floors(*rows), "step": 1}))
    seen = page.page.evaluate(f"() => {{ models[0].set('index', 1); return ({LIT})(); }}")
    assert seen == ([] if motion == "reduce" else [["mk-light", 400], ["mk-lit", 400]])
    page.page.close()


# -- what differs between two answers


@pytest.mark.parametrize("name", ["ch03.sizes", "ch04.change", "ch05.take", "ch05.diagnose",
                                  "ch10.survivors", "ch08.slots"])  # fmt: skip
def test_what_differs_is_marked_in_every_kind_of_picture(plain, name):
    """Of two runs in lock-step, at the first step that differs: in one of them at least."""
    task = TASKS[name]
    plain.put(task.show(next(iter(task.wrong)), ""))
    assert plain.page.locator(".mk-differs, .mk-other, .mk-otherwise, .mk-otherwise-line").count()


def test_what_differs_is_marked_in_overlays(plain):
    """Of two programs, in which `emit` has another size: it, and nothing else."""
    module = vm.Module

    def shown(nbytes):
        program = vm.Overlay(module("main", 20, (module("parse", 30), module("emit", nbytes))))
        view = widgets.OverlayView(program, ["parse", "return", "emit"], page_size=8, nframes=20)
        return view.draws[0](view.steps, len(view.steps) - 1)

    plain.put(stage(*marked(shown(60), shown(62))))
    plan, *_ = (panel["plan"] for panel in marked(shown(60), shown(62))[0]["panels"])
    assert [block["name"] for block in plan if block.get("differs")] == ["emit"]
    assert plain.page.locator(".mk-timeline .mk-differs").count() > 0


# -- it fits


@pytest.mark.parametrize("chapter", sorted({name.partition(".")[0] for name in TASKS}))
def test_comparisons_fit(plain, chapter):
    """What the first of the known wrong answers to each task shows at its smallest failing case."""
    tasks = {name: task for name, task in TASKS.items() if name.startswith(f"{chapter}.")}
    plain.put(*(task.show(next(iter(task.wrong)), "") for task in tasks.values()))
    assert misfits(plain.page) == []
    plain.page.set_viewport_size(SIZE)


SPOILT = """
    .mk-telling > .mk-sentence { width: 9ch; white-space: nowrap; overflow: hidden; }
    .mk-beside-each-other { grid-auto-columns: 20px !important; } .mk-label { white-space: nowrap; }
    .mk-title { margin-left: 3000px; }
    .mk-floor-body { overflow-x: auto; } .mk-line { width: 3000px; }
    .mk-controls { position: static !important; }
"""


def test_what_does_not_fit_is_seen(chromium):
    page = Plain(chromium)
    page.put(TASKS["ch11.explain"].show(next(iter(TASKS["ch11.explain"].wrong)), ""))
    page.page.add_style_tag(content=SPOILT)
    found = " ".join(misfits(page.page))
    for what in ("cut", "overprinted", "beyond", "scrolls sideways", "controls are out of sight"):
        assert what in found


# -- the collector's objects and pointers

# Where lines of pointers run behind an object, and along lines of others with which they share
# neither end: [line, object or line]. A line is looked at from pixel to pixel; to ask it for a
# point is dear: where it is as long as the way between two it is straight, and they tell the rest.
LINES = """() => {
    function pointsOf(path) {
        const long = Math.ceil(path.getTotalLength());
        const points = [];
        const ask = (at) => (points[at] ??= path.getPointAtLength(at));
        const between = (a, b) => {
            const [from, to] = [ask(a), ask(b)];
            if (b - a < 2) return;
            if (Math.hypot(to.x - from.x, to.y - from.y) < b - a - 0.001) {
                const middle = (a + b) >> 1;
                between(a, middle);
                between(middle, b);
            } else for (let at = a + 1; at < b; at++) {
                const way = (at - a) / (b - a);
                points[at] = {x: from.x + way * (to.x - from.x), y: from.y + way * (to.y - from.y)};
            }
        };
        between(0, long - 1);
        return points;
    }
    const found = [];
    const place = ({x, y}) => `${Math.round(x)} ${Math.round(y)}`;
    for (const svg of document.querySelectorAll('.mk-graph > svg')) {
        const nodes = [...svg.querySelectorAll('.mk-object')].map((node) =>
            [node.dataset.says.split(',')[0], node.querySelector('.mk-node').getBBox()]);
        const lines = [...svg.querySelectorAll('.mk-pointer-line')].map((path) => {
            const points = pointsOf(path);
            return [path.dataset.between, points, points.map(place)];
        });
        const at = Object.fromEntries(lines.map(([name, , places]) => [name, new Set(places)]));
        for (const [k, [name, points, places]] of lines.entries()) {
            for (const [node, {x, y, width, height}] of nodes)
                if (points.some((p) => p.x > x + 1 && p.x < x + width - 1 &&
                    p.y > y - 1 && p.y < y + height + 1)) found.push([name, `behind ${node}`]);
            for (const [other] of lines.slice(0, k)) {
                const [a, b] = [name, other].map((one) => one.split(' '));
                if ((a[0] === b[0] && a[0] !== '-') || a[1] === b[1]) continue;
                let together = 0, most = 0; // px in a row: a crossing is short
                for (const p of places) {
                    together = at[other].has(p) ? together + 1 : 0;
                    most = Math.max(most, together);
                }
                if (most > 3) found.push([name, `along ${other}`]);
            }
        }
    }
    return found;
}"""


def graph(places, pointers):
    """A picture of objects at these places, and of pointers between them and from the roots."""
    lanes = Lanes(places, pointers)
    looks = {"look": "white", "word": "white", "lost": False, "touched": False}
    nodes = [
        {**looks, "name": name, "column": column, "row": row, "says": f"{name}, white"}
        for name, (column, row) in places.items()
    ]
    held = [[to, to, lanes.ways[None, to]] for source, to in pointers if source is None]
    roots = {"title": "globals", "said": "", "rows": held, "touched": False}
    edges = [[*pair, False, False, lanes.ways[pair]] for pair in pointers if pair[0] is not None]
    return sheet(0, "So it is.", []) | {
        "nodes": nodes, "roots": [roots], "edges": edges, "down": lanes.down,
        "across": lanes.across,
    }  # fmt: skip


# C lies beside X, and does not point to it.
CROSSED = {"A": (0, 0), "B": (0, 1), "C": (0, 2), "X": (1, 2), "Y": (1, 3)}


@st.composite
def graphs(draw):
    place = st.tuples(st.integers(0, 3), st.integers(0, 3))
    places = draw(st.lists(place, unique=True, min_size=4, max_size=10))
    places = dict(zip("ABCDEFGHIJ", places, strict=False))
    names = st.sampled_from([*places])
    pairs = st.tuples(st.one_of(st.none(), names, names), names)
    return graph(places, draw(st.lists(pairs, unique=True, min_size=4, max_size=14)))


@settings(
    max_examples=8,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(graphs(), min_size=6, max_size=6), st.sampled_from([400, 848]))
@example([graph(CROSSED, [("A", "X"), ("B", "Y"), ("C", "Y")])], 848)
def test_no_pointer_runs_behind_an_object_or_along_a_stranger_s(plain, drawn, width):
    plain.page.set_viewport_size({"width": width, "height": 599})
    plain.put(*map(stage, drawn))
    pointers = sum(len(one["edges"]) + len(one["roots"][0]["rows"]) for one in drawn)
    assert plain.page.locator(".mk-pointer-line").count() == pointers > 1
    found = plain.page.evaluate(LINES)
    assert found == []
    plain.page.set_viewport_size(SIZE)


@pytest.mark.parametrize("theme", THEMES)
def test_white_grey_and_black_are_what_they_are_called(chromium, theme):
    """In both themes, each with its word; the run that waits is dimmed, and says that it waits."""
    page = Plain(chromium, theme)
    view = widgets.CollectorView(moved(True), beside=moved(False))
    page.put(view)
    page.show(next(i for i, step in enumerate(view.steps) if step.event == "write barrier"))
    fills = page.page.evaluate(
        """() => [...document.querySelectorAll('.mk-graph .mk-object')].map((node) => [
            node.querySelector('.mk-node-word').textContent,
            getComputedStyle(node.querySelector('.mk-node')).fill])"""
    )
    seen = {word: light([int(one) for one in fill[4:-1].split(", ")]) for word, fill in fills}
    assert seen["white"] == 1 and seen["black"] < 0.01
    paler, darker = 1.05 / (seen["grey"] + 0.05), (seen["grey"] + 0.05) / (seen["black"] + 0.05)
    assert paler > 2 and darker > 4
    waits = page.page.locator(".mk-side", has_text="waits for the other run")
    assert waits.count() == 1
    dimmed = "node => getComputedStyle(node).opacity"
    assert [page.page.locator(".mk-graph > svg").nth(n).evaluate(dimmed) for n in (0, 1)] == [
        "1",
        "0.5",
    ]
    page.page.close()


# -- it fits

ROOM = 599  # px that a notebook leaves of 1280 x 720


def story_of(name):
    """A recording of chapter 09 or 11, as a view."""
    if name.startswith("tiers"):
        heap = golang.GoHeap()
        with record(heap) as steps:
            for size in (48, 48, 64, 5, 8, 32760, 32761):
                heap.mallocgc(size)
        return widgets.TiersView(steps)
    tower = golang.Tower(32 if name.endswith("fork") else 64)
    with record(tower) as steps:
        address = tower.new(48)
        if name.endswith("fork"):
            tower.process.fork()
            tower.write(address, 8)
    return widgets.TowerView(steps)


@pytest.mark.parametrize("name", ["tiers", "tower", "tower with a fork"])
def test_picture_and_controls_fit_the_screen_of_a_projector(plain, name):
    """At 848 px of width, at every step, but for the line that opens the words."""
    view = story_of(name)
    plain.put(view)
    bottom = "() => document.querySelector('.mk-drawn').getBoundingClientRect().bottom"
    bottoms = plain.at_each_step(bottom)
    assert len(bottoms) == view.stage.total
    assert max(bottoms) <= ROOM, bottoms


# Words that are wider than their place, and words that have no ground of their own over the thread.
WORDS = """() => {
    const kinds = ['title', 'label', 'caption', 'note', 'count', 'beside'];
    const any = kinds.map((one) => `.mk-picture .mk-${one}`).join();
    const all = [...document.querySelectorAll(any)];
    const words = all.filter((node) => node.offsetParent && !node.matches('.mk-bar-texts'));
    const bare = (node) => {
        const {zIndex, backgroundColor} = getComputedStyle(node);
        return zIndex === 'auto' || backgroundColor === 'rgba(0, 0, 0, 0)';
    };
    const cut = words.filter((node) => node.scrollWidth > node.clientWidth + 1);
    return [cut, words.filter((node) => node.textContent && bare(node))].map((nodes) =>
        nodes.map((node) => node.textContent));
}"""


@pytest.mark.parametrize("name", ["tiers", "tower", "tower with a fork"])
def test_no_words_are_cut_and_the_thread_goes_behind_them(chromium, name):
    """On a projector, in a narrow window, and in a wide one; nothing scrolls sideways."""
    view = story_of(name)
    for width in (848, 700, 1500):
        page = Plain(chromium, size={"width": width, "height": 900})
        page.put(view)
        seen = page.at_each_step(f"() => [...({WORDS})(), document.documentElement.scrollWidth]")
        assert seen == [[[], [], width]] * view.stage.total
        page.page.close()


# -- for everybody

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# As on the site, a button's name may say more than what stands on it; and this page is no document.
AXE_RUN = """async () => (await axe.run('main', {rules: {
    'label-content-name-mismatch': {enabled: false}, region: {enabled: false}}})).violations"""
# Each piece of text that one sees with its colour and what is painted behind it, as a page paints
# them: HTML by its boxes, SVG by the shapes under the middle of the text.
TEXTS_SEEN = """() => {
    const pen = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
    const known = {};
    const painted = (colours) => (known[colours.join()] ??= (() => {
        for (const one of colours) { pen.fillStyle = one; pen.fillRect(0, 0, 1, 1); }
        return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
    })());
    const page = getComputedStyle(document.body).backgroundColor;
    const found = new Map();
    const own = (node) => [...node.childNodes].some((one) => one.nodeType === 3 && one.data.trim());
    for (const node of document.querySelectorAll('main *')) {
        if (!own(node) || !node.checkVisibility({visibilityProperty: true})) continue;
        if (node.matches('option, .mk-copied, :disabled')) continue;
        const style = getComputedStyle(node);
        const drawn = node.matches('text');
        const behind = [];
        for (let at = node; at && at !== document.body; at = at.parentElement)
            behind.unshift(getComputedStyle(at).backgroundColor);
        if (drawn) {
            const {x, y, width, height} = node.getBoundingClientRect();
            const [cx, cy] = [x + width / 2, y + height / 2];
            for (const shape of node.closest('svg').querySelectorAll('rect, circle')) {
                const box = shape.getBoundingClientRect();
                const fill = getComputedStyle(shape).fill;
                if (box.left <= cx && cx <= box.right && box.top <= cy && cy <= box.bottom &&
                    fill !== 'none' && !fill.startsWith('url')) behind.push(fill);
            }
        }
        const ground = [page, ...behind];
        const ink = drawn ? style.fill : style.color;
        const pair = [painted([...ground, ink]), painted(ground)];
        found.set(JSON.stringify(pair), [pair, `${node.className.baseVal ?? node.className}: ` +
            node.textContent.trim().slice(0, 30)]);
    }
    return [...found.values()];
}"""


def at_the_end(view):
    view.draw(len(view.steps) - 1)
    return view


def shown():
    """A view of each kind of picture, at a step that shows much."""
    for name in ("ch03.sizes", "ch04.change", "ch05.coalesce", "ch05.diagnose", "ch10.survivors"):
        task = TASKS[name]
        yield task.show(next(iter(task.wrong)), "")
    module = vm.Module
    program = vm.Overlay(module("main", 20, (module("parse", 30), module("emit", 60))))
    yield at_the_end(widgets.OverlayView(program, ["parse", "return", "emit"], page_size=8))
    yield at_the_end(widgets.ReplacementLab("7 0 1 2 0 3 0 4 2 3", 3, "clock", beside="lru"))
    parent = vm.Machine(32, scheme=vm.X86_32).spawn(program=vm.PROGRAMS["i386"])
    parent.write(parent.sbrk(8192), bytes(8192))
    with record(parent.machine) as steps:
        parent.fork().write(parent.start_brk, b"mine")
    yield at_the_end(widgets.ProcessMap(parent, steps))
    yield widgets.SizeClassView(900, noscan=False)
    heap = golang.GoHeap(nprocs=2)
    with record(heap) as steps:
        for size, p in ((5, 0), (4, 0), (48, 1), (48, 0), (12, 0)):
            heap.mallocgc(size, p=p)
    yield from map(at_the_end, (widgets.TinyView(steps), widgets.TiersView(steps)))
    mmu = vm.MMU(vm.PageTable(vm.X86_32, vm.PhysicalMemory(64)), vm.TLB(entries=4, ways=2))
    mmu.table.map(0x1000, 3)
    with record(mmu) as steps:
        mmu.translate(0x1000)
    yield at_the_end(widgets.TLBView(mmu, steps))
    yield at_the_end(widgets.Ward("char *p = malloc(8);\nfree(p);\np[0] = 1;"))
    tower = golang.Tower(64, 0)
    with record(tower) as steps:
        tower.new(48)
    view = widgets.TowerView(steps)
    view.draw(len(steps) - 1)
    yield view
    yield widgets.Scoreboard()
    yield at_the_end(widgets.CollectorView(moved(True), beside=moved(False)))
    yield at_the_end(widgets.PacerView({f"GOGC {gogc}": churned(gogc)[1] for gogc in (50, 100)}))


@pytest.mark.parametrize("theme", THEMES)
def test_every_text_can_be_read(chromium, theme):
    """WCAG 1.4.3: 4.5:1 with what is painted behind it."""
    page = Plain(chromium, theme)
    page.put(*shown())
    pairs = page.page.evaluate(TEXTS_SEEN)
    assert len(pairs) > 10
    pale = [(round(contrast(*pair), 2), told) for pair, told in pairs if contrast(*pair) < 4.5]
    assert pale == []
    page.page.close()


def test_axe_objects_to_nothing(chromium):
    """To comparisons of every kind, and to a tower with an open floor."""
    if not AXE.exists():
        pytest.skip("there is no axe-core here: npm install")
    page = Plain(chromium)
    page.put(*shown())
    page.page.locator(".mk-open:visible").first.click()
    page.page.locator(".mk-closer:not([hidden])").wait_for()
    page.page.add_script_tag(path=AXE)
    found = page.page.evaluate(AXE_RUN)
    assert [f"{v['id']}: {n['html'][:120]}" for v in found for n in v["nodes"]] == []
    page.page.close()


# The colours in the middle of the parts of a bar, and around the first cells of a row.
PIXELS = """async ([shot, places]) => {
    const image = new Image();
    image.src = `data:image/png;base64,${shot}`;
    await image.decode();
    const pen = new OffscreenCanvas(image.width, image.height).getContext('2d');
    pen.drawImage(image, 0, 0);
    return places.map(([x, y, w, h]) => {
        const all = pen.getImageData(x, y, Math.max(1, w), Math.max(1, h)).data;
        const seen = new Set();
        for (let i = 0; i < all.length; i += 4) seen.add([...all.slice(i, i + 3)].join());
        return [...seen];
    });
}"""
PLACES = """() => [...document.querySelectorAll('.mk-part-box, .mk-slider')].map((node) => {
    const {x, y, width, height} = node.getBoundingClientRect();
    return [x + 4, y + 4, width - 8, height - 8].map(Math.round);
})"""


@pytest.mark.parametrize("theme", THEMES)
def test_forced_colours_leave_a_picture_what_it_is(chromium, theme):
    """On a screenshot: filled, empty and hatched differ, a spacer is not there, the slider is."""
    page = Plain(chromium, theme, forced_colors="active", color_scheme=theme)
    bar = pictures.bar([(1, "#", "", False), (1, ".", "", False), (1, "/", "", False),
                        (1, " ", "", False), (1, "#", "", True)])  # fmt: skip
    page.put(stage(floors(bar), {**floors(bar), "step": 1}))
    shot = base64.b64encode(page.page.screenshot()).decode()
    seen = page.page.evaluate(PIXELS, [shot, page.page.evaluate(PLACES)])
    slider, used, free, third, spacer, touched = seen
    assert len(used) == len(free) == 1 and used != free
    assert len(third) > 1
    assert spacer == free, "nothing is drawn there"
    assert touched == used
    assert len(slider) > 1, "a thumb on a track"
    page.page.close()
