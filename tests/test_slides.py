"""The chapters as slides: what each slide holds, and `make lecture` in a real browser.

Every slide of every chapter is looked at in test_browser.py, where the chapters run anyway.
"""

import re
import subprocess
from pathlib import Path

import nbformat
import pytest
from browser import Lab, Player, find_chromium, open_chromium
from slides import AT, SIZE, page_through

ROOT = Path(__file__).resolve().parent.parent
CHAPTERS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
PICTURE = r"(?m)^widgets\.(?!ask\b)\w"


def cells(path):
    return nbformat.read(path, as_version=4).cells


def slide_type(cell):
    return cell.metadata.get("slideshow", {}).get("slide_type")


def slides(path):
    """The cells of each slide: a slide begins one, a fragment joins it at the next key."""
    found = []
    for cell in cells(path):
        if slide_type(cell) != "fragment":
            found.append([])
        found[-1].append(cell)
    return found


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.name)
def test_every_cell_has_its_place_on_the_slides(path):
    """Deck shows no cell of the type "-", and a cell of no type costs a key that shows nothing."""
    lost = [
        cell.source[:40] for cell in cells(path) if slide_type(cell) not in ("slide", "fragment")
    ]
    assert lost == []
    assert slide_type(cells(path)[0]) == "slide"


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.name)
def test_no_slide_holds_too_much(path):
    """One text, one picture, a dozen lines of code; a chapter has a slide for every second cell."""
    for slide in slides(path):
        code = "\n".join(cell.source for cell in slide if cell.cell_type == "code")
        texts = [cell for cell in slide if cell.cell_type == "markdown"]
        assert len(texts) <= 1 and texts in ([], slide[:1]), slide[0].source
        assert len(re.findall(PICTURE, code)) <= 1, slide[0].source
        assert len([line for line in code.splitlines() if line.strip()]) <= 12, slide[0].source


def dry_run(*words):
    return subprocess.run(
        ["make", "--dry-run", "lecture", *words], cwd=ROOT, capture_output=True, text=True
    )


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.name)
def test_make_lecture_opens_the_chapter(path):
    assert (
        f"default_url=/lab/tree/notebooks/{path.name} "
        in dry_run(f"CHAPTER={path.name[:2]}").stdout
    )


def test_make_lecture_says_that_there_is_no_such_chapter():
    run = dry_run("CHAPTER=99")
    assert run.returncode and "there is no chapter 99 in notebooks/" in run.stderr


@pytest.fixture(scope="module")
def lecture(tmp_path_factory):
    """A page on a server with the settings and options of `make lecture`."""
    if find_chromium() is None:
        pytest.skip("no Chromium or Google Chrome found here; `make browser` gets one")
    with (
        Lab(tmp_path_factory.mktemp("lab"), slides=True) as lab,
        open_chromium() as chromium,
        lab.page(chromium) as page,
    ):
        yield page


def test_a_lecture_begins_with_slides_and_is_given_by_keys(lecture):
    """Run all, page on and back; a key in a picture moves the picture, not the slides."""
    page = lecture.page
    page.set_viewport_size(SIZE)
    lecture.open_notebook(f"notebooks/{CHAPTERS[0].name}")
    page.wait_for_selector("body[data-jp-deck-mode='presenting']", state="attached")
    page.keyboard.press("Control+Shift+Enter")
    page.wait_for_selector(".mk-player[tabindex='0']", state="attached", timeout=30_000)
    page.evaluate(f"{AT} = 0")
    played = 0
    for _ in page_through(lecture):
        for player in filter(Player.is_on_the_slide, lecture.players()):
            here, picture = page.evaluate(AT), player.picture()
            player.press("End")
            assert player.becomes("!=", picture)
            assert page.evaluate(AT) == here
            played += 1
    assert played >= 1
    page.keyboard.press("PageUp")
    page.wait_for_function(f"last => {AT} < last", arg=len(cells(CHAPTERS[0])) - 1)
    assert lecture.errors == [] and lecture.foreign == []
