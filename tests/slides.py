"""The slides of a notebook that is open and has run, paged through as in a lecture.

with presented(page):
    for slide in page_through(page):
        assert slide["cut"] == []
"""

import time
from contextlib import contextmanager

SIZE = {"width": 1280, "height": 720}  # what an old projector shows

# What one sees now. Cut is what lies beyond an edge, and what only scrolls sideways: nobody does
# that before a room. What is taller than the screen scrolls, and `height` over `room` says so;
# two long memories over a chart may, which is `curves`.
LOOK = """() => {
    const notebook = jupyterapp.shell.currentWidget.content;
    const screen = notebook.node.querySelector('.jp-WindowedPanel-outer');
    const edge = screen.getBoundingClientRect();
    const cells = notebook.widgets.filter(cell => cell.hasClass('jp-deck-mod-visible'));
    const cut = [];
    for (const node of cells.flatMap(cell => [...cell.node.querySelectorAll('*')])) {
        const box = node.getBoundingClientRect();
        if (!box.width || !box.height) continue;
        const hidden = node.matches('pre, .cm-scroller')
            && node.scrollWidth > node.clientWidth + 1
            && getComputedStyle(node).overflowX !== 'visible';
        if (hidden || box.left < edge.left - 1 || box.right > edge.right + 1)
            cut.push(`${node.nodeName} ${node.className.baseVal ?? node.className}`);
    }
    const boxes = cells.map(cell => cell.node.getBoundingClientRect());
    return {
        cells: cells.map(cell => notebook.widgets.indexOf(cell)),
        height: Math.max(...boxes.map(box => box.bottom)) - Math.min(...boxes.map(box => box.top)),
        room: innerHeight - parseFloat(getComputedStyle(screen.closest('.jp-Deck')).paddingBottom),
        scrolls: screen.scrollHeight <= screen.clientHeight + 1
            || getComputedStyle(screen).overflowY === 'auto',
        curves: cells.some(cell => cell.node.querySelector('.mk-curves')),
        pictures: cells.filter(cell => cell.node.querySelector('.mk-grid, .bqplot')).length,
        cut,
    };
}"""
AT = "jupyterapp.shell.currentWidget.content.activeCellIndex"
DRAWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
SECONDS = 4  # that a chart may take to be drawn in the size of a new place, on a busy machine


@contextmanager
def presented(page):
    """Turn the notebook into slides, stand on the first, and turn it back in the end.

    Deck remembers that it is on, and the next page shall not begin with slides.
    """
    page.page.set_viewport_size(SIZE)
    page.page.evaluate("jupyterapp.commands.execute('deck:start')")
    try:
        page.page.wait_for_selector("body[data-jp-deck-mode='presenting']", state="attached")
        page.page.evaluate(f"{AT} = 0")
        page.page.wait_for_selector(".jp-deck-mod-visible")
        yield
    finally:
        page.page.evaluate("jupyterapp.commands.execute('deck:stop')")
        page.page.wait_for_selector("body:not([data-jp-deck-mode])", state="attached")


def fits(slide):
    return slide["height"] <= slide["room"] + 1


def settled(slide):
    return not slide["cut"] and (fits(slide) or slide["curves"])


def page_through(page):
    """What each slide shows, to the last: Page Down goes on, wherever the focus is. What is a
    little too tall is made smaller, which takes some frames."""
    last = page.page.evaluate("jupyterapp.shell.currentWidget.content.widgets.length - 1")
    while True:
        end = time.monotonic() + SECONDS
        page.page.evaluate(DRAWN)
        while not settled(slide := page.page.evaluate(LOOK)) and time.monotonic() < end:
            time.sleep(0.05)
        yield slide
        here = page.page.evaluate(AT)
        if here == last:
            return
        page.page.keyboard.press("PageDown")
        page.page.wait_for_function(f"here => {AT} > here", arg=here, timeout=5000, polling=20)
