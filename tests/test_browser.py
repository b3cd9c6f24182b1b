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
