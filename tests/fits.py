"""Whether the widgets of a page fit: nothing cut, overprinted or wider than its place, at any step,
and the controls in sight wherever one looks at the picture.

assert misfits(page) == []
"""

SIZES = {
    "an old projector": (1280, 720),
    "that, zoomed to 150 %": (853, 480),
    "a narrow window": (700, 800),
    "a wide one": (1920, 1080),
}
# JupyterLab's side bar is closed where the window is narrow.
SIDE_BAR = "(wide) => globalThis.jupyterapp?.shell[wide ? 'expandLeft' : 'collapseLeft']()"

# What is wrong at some steps of each widget, as texts. Of a long film some steps are looked at, the
# first and the last among them.
LOOK = """async (most) => {
    const found = new Set();
    const text = (node) => node.textContent.trim().slice(0, 40);
    const own = (node) => [...node.childNodes].some((one) => one.nodeType === 3 && one.data.trim());
    const seen = (node) => node.checkVisibility({visibilityProperty: true, opacityProperty: true});

    // Where a text stands, line by line, which may be farther than its element. One range serves
    // all: each that lives is looked at whenever the page changes.
    const range = document.createRange();
    function placesOf(node) {
        if (!own(node) || node.matches('text')) return [node.getBoundingClientRect()];
        range.selectNodeContents(node);
        return [...range.getClientRects()];
    }

    // What one sees of a box within what clips it: {left, right, top, bottom}.
    const HIDES = '.mk-area, .mk-area-more, .mk-page-cell, .mk-story, .mk-code-lines';
    function clipped(node, box, root) {
        let {left, right, top, bottom} = box;
        for (let at = node; (at = at.parentElement.closest(HIDES)) && root.contains(at); ) {
            if (getComputedStyle(at).overflowX === 'visible') continue;
            const frame = at.getBoundingClientRect();
            [left, top] = [Math.max(left, frame.left), Math.max(top, frame.top)];
            [right, bottom] = [Math.min(right, frame.right), Math.min(bottom, frame.bottom)];
        }
        return {left, right, top, bottom};
    }

    function look(name, root) {
        const edge = root.getBoundingClientRect();
        const words = [];
        for (const node of root.querySelectorAll('.mk-room :is(div, span, p, li, code, b, text)')) {
            if (node.closest('.mk-words, .mk-bubble') || !seen(node)) continue;
            const over = node.scrollWidth > node.clientWidth + 1 && node.clientWidth;
            const how = over ? getComputedStyle(node).overflowX : 'visible';
            const wrong = (what, which) => found.add(`${name}: ${what}: ${which}`);
            if (/auto|scroll/.test(how)) wrong('scrolls sideways', node.className);
            if (!own(node)) continue;
            for (const whole of placesOf(node)) {
                const box = clipped(node, whole, root);
                if (box.left >= box.right || box.top >= box.bottom) continue; // told when picked
                if (/hidden|clip/.test(how) || box.right - box.left < whole.width - 2)
                    wrong('cut', text(node));
                if (box.right > edge.right + 2) wrong('beyond', text(node));
                if (!node.closest('.mk-story, .mk-code-lines')) words.push([node, box]);
            }
        }
        words.forEach(([one, a], i) => {
            for (const [other, b] of words.slice(i + 1)) {
                if (one.contains(other) || other.contains(one)) continue;
                const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
                const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
                if (wide > 3 && high > 5)
                    found.add(`${name}: overprinted: ${text(one)} | ${text(other)}`);
            }
        });
    }

    const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    let looked = 0;
    for (const root of document.querySelectorAll('.mk-player, .mk-live')) {
        const names = [...root.classList].filter((one) => /^mk-(?!player|live|unclip)/.test(one));
        const name = names[0] ?? '';
        const slider = root.querySelector('.mk-controls .mk-slider');
        if (!root.querySelector('.mk-stage')?.offsetParent) continue;
        looked += 1;
        root.scrollIntoView(); // what is out of sight is not drawn at its new size
        for (let k = 0; k < 3; k++) await frame();
        const place = root.parentElement.closest('.jp-OutputArea-output, main');
        if (root.getBoundingClientRect().right > place.getBoundingClientRect().right + 1)
            found.add(`${name}: wider than its place`);
        const last = Number(slider.max);
        const steps = Math.min(last + 1, most);
        for (let k = 0; k < steps; k++) {
            slider.value = steps > 1 ? Math.round((k * last) / (steps - 1)) : 0;
            slider.dispatchEvent(new Event('input'));
            look(name, root);
        }
        // Where it is taller than the window its controls are in sight at its end, too.
        const controls = root.querySelector('.mk-controls');
        let outer = root.parentElement;
        while (outer && !(/auto|scroll/.test(getComputedStyle(outer).overflowY)
            && outer.scrollHeight > outer.clientHeight + 1)) outer = outer.parentElement;
        if (last < 1) continue;
        const panes = root.querySelector('.mk-panes');
        panes.scrollIntoView({block: 'end'});
        const bar = controls.getBoundingClientRect();
        const [top, bottom] = outer
            ? [outer.getBoundingClientRect().top, outer.getBoundingClientRect().bottom]
            : [0, innerHeight];
        if (bar.top < top - 1 || bar.bottom > bottom + 1)
            found.add(`${name}: its controls are out of sight`);
    }
    if (!looked) found.add('there is no widget to look at');
    return [...found].sort();
}"""


def misfits(page, most=25):
    """What does not fit at four sizes of the window: texts."""
    found = []
    for name, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate(SIDE_BAR, width > 1000)
        found += [f"{name}: {one}" for one in page.evaluate(LOOK, most)]
    return found
