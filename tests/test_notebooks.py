"""Every chapter runs from top to bottom, keeps to the house style, and is listed in the README."""

import asyncio
import json
import re
from copy import deepcopy
from functools import cache
from pathlib import Path
from statistics import median
from urllib.parse import unquote

import claims
import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from memkit import data, golang, record

ROOT = Path(__file__).resolve().parent.parent
CHAPTERS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
GLOSSARY = ROOT / "notebooks" / "glossary.ipynb"
SOURCES = sorted((ROOT / "solutions").glob("*/*.ipynb"))
EXERCISES = sorted((ROOT / "exercises").glob("*/*.ipynb"))
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md"]


def relative(path):
    return path.relative_to(ROOT).as_posix()


@cache
def read(path):
    return nbformat.read(path, as_version=4)


def lines(cell):
    """The lines of a code cell that count: those that are not blank."""
    return [line for line in cell.source.splitlines() if line.strip()]


def code(path):
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def texts(path):
    return [cell for cell in read(path).cells if cell.cell_type == "markdown"]


def test_the_course_has_chapters():
    assert CHAPTERS and CHAPTERS[0].name == "00-start-here.ipynb"
    assert all(re.fullmatch(r"\d\d-[a-z0-9-]+\.ipynb", path.name) for path in CHAPTERS)


# Running


STATUS = Path("/proc/self/status")  # Linux's
WEIGHED = nbformat.v4.new_code_cell(f"print(open({str(STATUS)!r}).read())")


async def run(path, turn):
    """Run one chapter; return what it fell over, or "", the MB its kernel has then, or 0, the
    notebook as it ran, and what its kernel computes of what the text claims."""
    async with turn:
        notebook = deepcopy(read(path))
        length = len(notebook.cells)
        # Copies: another chapter may run just now, and a cell has one place for what it shows.
        notebook.cells += [deepcopy(WEIGHED)] * STATUS.exists() + [claims.asking(path.name[:2])]
        client = NotebookClient(
            notebook,
            timeout=60,
            iopub_timeout=60,  # s that an output may be late
            kernel_name="python3",
            resources={"metadata": {"path": path.parent}},
        )
        try:
            await client.async_execute()
        except (CellExecutionError, TimeoutError, RuntimeError) as error:
            return str(error) or type(error).__name__, 0, notebook, {}
        *more, computed = (cell.outputs[0].text for cell in notebook.cells[length:])
        megabytes = [int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) / 1024 for status in more]
        del notebook.cells[length:]
        return "", sum(megabytes), notebook, json.loads(computed)


async def run_two_at_once(paths):
    turn = asyncio.Semaphore(2)
    return await asyncio.gather(*(run(path, turn) for path in paths))


@pytest.fixture(scope="module")
def outcome():
    """What `run` returns of each chapter, by path."""
    return dict(zip(CHAPTERS, asyncio.run(run_two_at_once(CHAPTERS)), strict=True))


@pytest.mark.parametrize("path", CHAPTERS, ids=relative)
def test_runs_from_top_to_bottom(path, outcome):
    assert outcome[path][0] == ""


@pytest.mark.skipif(not STATUS.exists(), reason="only Linux says what a process has in memory")
@pytest.mark.parametrize("path", CHAPTERS, ids=relative)
def test_a_kernel_stays_small(path, outcome):
    """A class on one server has one for each learner."""
    assert 0 < outcome[path][1] < 200


@pytest.mark.parametrize("path", CHAPTERS, ids=relative)
def test_every_number_of_the_text_is_shown_or_computed(path, outcome):
    """Or tests/claims.toml says why it is neither."""
    _, _, notebook, computed = outcome[path]
    chapter = path.name[:2]
    assert claims.wrong(chapter, computed) == {}
    claimed = {*computed, *claims.CLAIMS[chapter].get("said", {})}
    there, told = claims.shown(notebook), claims.told(notebook)
    known = {claims.value(number) for number in claimed}
    assert [text for number, text in told.items() if number not in {*there, *known}] == []
    assert [n for n in claimed if claims.value(n) not in told] == [], "no text tells them any more"


def test_a_number_that_no_cell_shows_is_seen():
    cells = [("markdown", "1,234 of 0x10 in Go 1.27.3, 3.5 and 7"), ("code", "3.5; 0x10")]
    notebook = nbformat.v4.new_notebook(
        cells=[getattr(nbformat.v4, f"new_{kind}_cell")(source) for kind, source in cells]
    )
    assert set(claims.told(notebook)) - set(claims.shown(notebook)) == {1234}
    assert claims.wrong("00", {"3.5": 3.46, "1,234": 1234.6, "0x10": 16}) == {"1,234": 1234.6}


# Style: what the limits are for is in CONTRIBUTING.md


@pytest.mark.parametrize("path", CHAPTERS, ids=relative)
def test_code_cells_are_few_and_small(path):
    sizes = [len(lines(cell)) for cell in code(path)]
    if not path.name.startswith("00-"):  # the welcome is as short as it can be
        assert 12 <= len(sizes) <= 20
    assert 0 not in sizes
    assert median(sizes) <= 3
    assert max(sizes) <= 12


def test_the_film_of_the_json_program_opens_each_of_its_span_classes():
    """The record's own column; and what chapter 09 says of the program."""
    cells = {cell.id: cell.source for cell in read(CHAPTERS[9]).cells}
    there = {"data": data, "golang": golang, "record": record}
    for name in ("trace-data-trace-json-alloca", "heap-golang-goheap-with-reco-2"):
        exec(cells[name], there)
    trace, last = there["trace"], there["steps"][-1].state.procs[0]
    used = {*trace["spanclass"][trace["ev"] == 1].tolist()}
    assert {*last.alloc} == used and len(used) == 44
    assert len(there["steps"]) < 600, "each is sent"


@pytest.mark.parametrize("path", CHAPTERS, ids=relative)
def test_text_cells_are_short(path):
    long = {cell.source[:40]: n for cell in texts(path) if (n := len(cell.source.split())) > 120}
    assert long == {}


@pytest.mark.parametrize("path", CHAPTERS, ids=relative)
def test_begins_with_its_title(path):
    first = read(path).cells[0]
    assert first.cell_type == "markdown" and first.source.startswith("# ")


@pytest.mark.parametrize("path", CHAPTERS + SOURCES + EXERCISES, ids=relative)
def test_nothing_of_a_run_is_stored(path):
    """Outputs age, and counts and widget states make every diff noise."""
    notebook = read(path)
    for cell in notebook.cells:
        assert not cell.get("outputs") and not cell.get("execution_count"), cell.source
    assert notebook.metadata.kernelspec.name == "python3"
    assert set(notebook.metadata) <= {"kernelspec", "language_info"}
    # The Python that it was last opened with is nobody's business.
    assert "version" not in notebook.metadata.get("language_info", {})


@pytest.mark.parametrize("path", [*CHAPTERS, GLOSSARY, *SOURCES, *EXERCISES], ids=relative)
def test_it_is_written_as_jupyterlab_saves_it(path):
    """A line a line: or who saves it once changes all of it, and no diff can be read."""
    assert path.read_text(encoding="utf-8") == nbformat.writes(read(path)) + "\n"


@pytest.mark.parametrize("path", CHAPTERS + SOURCES + EXERCISES, ids=relative)
def test_cells_keep_their_names(path):
    """Each cell has its own id, so that a diff shows what changed."""
    notebook = read(path)
    assert (notebook.nbformat, notebook.nbformat_minor) >= (4, 5)
    names = [cell.id for cell in notebook.cells]
    assert len(names) == len(set(names))
    nbformat.validate(notebook)


# What answers a question

# Nothing answers these but what the one reads who has answered.
IN_WORDS = {"arena", "overlay-growth", "lru-frames"}


@pytest.mark.parametrize("path", CHAPTERS, ids=relative)
def test_what_answers_a_question_waits_for_it(path):
    """The cell that answers one begins with that, after the cell that asks."""
    asked, behind = set(), set()
    for cell in code(path):
        first, *more = cell.source.splitlines()
        if found := re.fullmatch(r'widgets\.after\("([\w-]+)"\)', first):
            assert found[1] in asked, cell.source
            behind.add(found[1])
        assert "widgets.after" not in "".join(more), cell.source
        asked |= set(re.findall(r'widgets\.ask\("([\w-]+)"\)', cell.source))
    assert asked - behind - {name for name in asked if name.startswith("worked-")} <= IN_WORDS
    assert not behind & IN_WORDS


# The README and the links


@pytest.mark.parametrize("path", CHAPTERS, ids=relative)
def test_readme_lists_the_chapter(path):
    """A row: number, link, question, minutes, and the link that opens it on Binder. The minutes
    stand in the chapter as well, under its title, with what it needs."""
    minutes = r"\A# .*\n\n\*(\d+) minutes\. You need .*\.\*\n"
    told = re.match(minutes, read(path).cells[0].source)
    name = re.escape(relative(path))
    binder = rf"https://mybinder\.org/v2/gh/\S+\?urlpath=lab/tree/{name}"
    row = (
        rf"(?m)^\| {path.name[:2]} \| \[[^\]]+\]\({name}\) \| .+\? \| {told[1]} "
        rf"\| \[run\]\({binder}\) \|$"
    )
    assert re.search(row, (ROOT / "README.md").read_text())


def links(path):
    """The local files that a page or notebook points to."""
    if path.suffix == ".md":
        text = path.read_text()
    else:
        text = "\n".join(cell.source for cell in texts(path))
    text = re.sub(r"(?s)```.*?```|`[^`\n]*`", "", text)  # code is no link
    for target in re.findall(r"\]\(<?([^)\s>]+)", text) + re.findall(
        r'(?:src|href)="([^"]+)"', text
    ):
        if not re.match(r"[a-z]+:|#", target):
            yield unquote(target.partition("#")[0])


@pytest.mark.parametrize("path", PAGES + CHAPTERS + SOURCES + EXERCISES, ids=relative)
def test_local_links_lead_somewhere(path):
    """An exercise's source links as from exercises/, which lies as deep."""
    missing = [link for link in links(path) if not (path.parent / link).exists()]
    assert missing == []
