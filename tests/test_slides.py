"""The chapters as slides: what each slide holds, and `make lecture` and a link in a real browser.

Every slide of every chapter is looked at in test_browser.py, where the chapters run anyway.
"""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import nbformat
import pytest
import requests
from browser import TOKEN, Lab, Player
from slides import AT, SIZE, page_through

import memkit.lecture

ROOT = Path(__file__).resolve().parent.parent
CHAPTERS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
PICTURE = r"(?m)^widgets\.(?!(?:ask|after)\b)\w"


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
def lecture(tmp_path_factory, chromium):
    """A page on a server with the settings and options of `make lecture`."""
    with (
        Lab(tmp_path_factory.mktemp("lab"), slides=True) as lab,
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


@pytest.fixture(scope="module")
def linked(tmp_path_factory, chromium):
    """A page on a server as Binder has it when it has built its image: nothing shows slides yet."""
    folder = tmp_path_factory.mktemp("linked")
    lab = Lab(folder)
    config = {"JUPYTER_CONFIG_DIR": str(folder / "jupyter_config_dir")}
    shutil.rmtree(folder / "jupyter_config_dir" / "custom")
    subprocess.run([ROOT / "postBuild"], env={**os.environ, **config}, check=True)
    with lab, lab.page(chromium) as page:
        yield page


def test_a_link_opens_a_chapter_as_slides(linked):
    """memkit/slides/09: what a hub and Binder link to. Slides look as in `make lecture`."""
    page, path = linked.page, CHAPTERS[9]
    page.set_viewport_size(SIZE)
    page.goto(f"{linked.lab.url}/memkit/slides/{path.name[:2]}?token={TOKEN}")
    assert page.url.partition("?")[0] == f"{linked.lab.url}/lab/tree/notebooks/{path.name}"
    page.wait_for_selector("body[data-jp-deck-mode='presenting']", state="attached")
    page.wait_for_selector(".jp-deck-mod-visible")
    strip = "getComputedStyle(document.body).getPropertyValue('--mk-remote')"
    assert page.evaluate(strip) == "36px", "of lecture/custom/custom.css"
    page.evaluate(f"{AT} = 0")
    end = time.monotonic() + 30
    while page.evaluate(f"{AT} <= 0") and time.monotonic() < end:  # keys come last, and late
        page.keyboard.press("PageDown")
        page.wait_for_timeout(500)
    assert page.evaluate(f"{AT} > 0")


def test_a_link_to_no_chapter_is_not_found_and_a_stranger_is_sent_to_the_login(linked):
    assert requests.get(f"{linked.lab.url}/memkit/slides/99?token={TOKEN}").status_code == 404
    stranger = requests.get(f"{linked.lab.url}/memkit/slides/09", allow_redirects=False)
    assert stranger.status_code == 302 and "/login" in stranger.headers["Location"]


def test_a_link_leaves_a_readers_own_settings_alone(tmp_path):
    (tmp_path / "from" / "a").mkdir(parents=True)
    (tmp_path / "from" / "a" / "one").write_text("ours")
    (tmp_path / "from" / "a" / "two").write_text("ours")
    (tmp_path / "to" / "a").mkdir(parents=True)
    (tmp_path / "to" / "a" / "one").write_text("the reader's")
    memkit.lecture._add(tmp_path / "from", tmp_path / "to")
    assert (tmp_path / "to" / "a" / "one").read_text() == "the reader's"
    assert (tmp_path / "to" / "a" / "two").read_text() == "ours"
