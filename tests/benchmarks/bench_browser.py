"""A step of the player, from the key press to the next frame with the new picture in it."""

import sys
import tempfile
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from browser import ROOT, Lab, find_chromium, open_chromium  # noqa: E402
from playwright.sync_api import TimeoutError  # noqa: E402
from timing import Row  # noqa: E402

AIM = 100  # ms: what feels immediate
STEPS = 30

# Keeps, in window.redraws, the ms from each key press to the frame after its redraw.
WATCH = """player => {
    window.redraws = [];
    let pressed;
    document.addEventListener('keydown', () => { pressed = performance.now(); }, true);
    const output = player.closest('.jp-OutputArea-output') ?? player;
    const redrawn = new MutationObserver(() => {
        const start = pressed;
        pressed = undefined;
        if (start !== undefined)
            requestAnimationFrame(() => window.redraws.push(performance.now() - start));
    });
    redrawn.observe(output, {subtree: true, attributeFilter: ['data-step']});
}"""


def steps(page, player):
    """The times of some steps forward, in ms, each pressed after the one before was drawn."""
    player.press("Home")
    page.page.wait_for_timeout(500)
    player.element.evaluate(WATCH)
    for done in range(STEPS):
        player.press("ArrowRight")
        try:
            page.page.wait_for_function("n => window.redraws.length > n", arg=done, timeout=3000)
        except TimeoutError:
            break  # its last step
    return page.page.evaluate("window.redraws")


def rows():
    if find_chromium() is None:
        print("(no player: no Chromium found here; `make browser` gets one)")
        return
    with (
        tempfile.TemporaryDirectory() as folder,
        Lab(Path(folder)) as lab,
        open_chromium() as chromium,
    ):
        for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
            with lab.page(chromium) as page:
                page.open_notebook(f"notebooks/{path.name}")
                page.run_all()
                for number, player in enumerate(page.players(), 1):
                    what = f"{path.stem[:30]}, player {number}: a step"
                    yield Row(what, median(steps(page, player)), "ms", "what feels immediate", AIM)
