"""Every chapter, opened and run in real JupyterLab, and its players moved by keyboard."""

import pytest
from browser import ROOT

NOTEBOOKS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))


def play(player):
    """Step forward until the picture changes, then back: the first picture must come again."""
    player.press("Home")
    start, steps = player.picture(), 0
    while player.picture() == start:
        assert steps < 10, "ten steps forward, and the picture is the same"
        player.press("ArrowRight")
        player.becomes("!=", start, timeout=1)  # one step may change the words only
        steps += 1
    for _ in range(steps):
        player.press("ArrowLeft")
    assert player.becomes("==", start), f"{steps} steps forward and back, and the picture differs"


def run(page, name, theme="light"):
    page.open_notebook(f"notebooks/{name}", theme)
    assert page.run_all() == []
    players = page.players()
    assert players or name.startswith("00-"), "a chapter has something to play"
    for player in players:
        play(player)
    assert page.errors == []
    assert page.foreign == [], "the course must work with no internet"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_runs_and_plays_in_jupyterlab(page, name):
    run(page, name)


def test_runs_and_plays_in_the_dark_theme(page):
    run(page, NOTEBOOKS[-1], theme="dark")


def test_the_microscope_is_used_by_keyboard_alone(page):
    """Type an address, Tab to the flags of its entry, switch P off with the space bar."""
    page.open_notebook("notebooks/02-paging-and-the-mmu.ipynb")
    assert page.run_all() == []
    view = page.page.locator(".mk-microscope").last
    sentence = view.locator(".mk-sentence")
    view.locator(".mk-address input").focus()
    keys = page.page.keyboard
    keys.press("Control+a")
    keys.type("0x7fffffffe042")
    sentence.get_by_text("0x7fffffffe042 is 0x7042").wait_for()
    for _ in range(20):
        keys.press("Tab")
        if page.page.evaluate("document.activeElement.textContent") == "P":
            break
    keys.press("Space")
    sentence.get_by_text("not present").wait_for()
    keys.press("Space")
    sentence.get_by_text("0x7fffffffe042 is 0x7042").wait_for()
    assert page.errors == []
