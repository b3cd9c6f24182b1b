"""A learner's progress: what is noted, when and where; and how its table shows it."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from memkit import widgets
from memkit.course import ch08, progress
from memkit.course.contents import CHAPTERS
from memkit.course.questions import questions
from memkit.widgets.progress import progress_table

ROOT = Path(__file__).resolve().parent.parent
RIGHT = [("right", f"ch{c.number}.{name}") for c in CHAPTERS for name in c.tasks()]
ANSWERED = [("answered", name) for chapter in CHAPTERS for name in chapter.questions]


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Where the file of a learner is, who has none yet."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert progress.where() == tmp_path / "memkit" / "progress.txt"
    return tmp_path


@pytest.fixture
def learner(home, monkeypatch):
    """As if these tests were a learner's notebook."""
    monkeypatch.setattr(progress, "_learner_is_here", lambda: True)
    return home


# The file


def test_what_is_noted_is_read_again_in_order_and_once(learner):
    assert progress.done() == []
    for kind, name in [*RIGHT[3:5], ANSWERED[0], *RIGHT[3:5]]:
        progress.note(kind, name)
    assert progress.done() == [*RIGHT[3:5], ANSWERED[0]]
    lines = progress.where().read_text().splitlines()
    assert len(lines) == 3 and all(re.match(r"20\d\d-\d\d-\d\d ", line) for line in lines)


def test_lines_that_are_broken_are_passed_over_and_kept(learner):
    good = "2026-11-24 right ch03.sizes\r\n  2026-11-24 answered arena  \n"
    broken = (
        b"\xff\xfe\n\n2026-11-24\n2026-11-24 wrong ch03.sizes\n1 right ch03.sizes\n2026-11-24 r"
    )
    progress.where().parent.mkdir()
    progress.where().write_bytes(good.encode() + broken)
    assert progress.done() == [("right", "ch03.sizes"), ("answered", "arena")]
    progress.note("answered", "walk")  # not at the end of the line that was cut off
    assert progress.done()[2:] == [("answered", "walk")]
    assert progress.where().read_bytes().startswith(good.encode() + broken + b"\n")


def test_two_kernels_at_once_lose_nothing(home):
    script = (
        "import sys\n"
        "from memkit.course import progress\n"
        "progress._learner_is_here = lambda: True\n"
        "for n in range(150): progress.note('right', f'{sys.argv[1]}.{n}')\n"
    )
    writers = [subprocess.Popen([sys.executable, "-c", script, name]) for name in "ab"]
    assert [writer.wait() for writer in writers] == [0, 0]
    assert set(progress.done()) == {("right", f"{name}.{n}") for name in "ab" for n in range(150)}
    assert len(progress.where().read_text().splitlines()) == 300


def test_reset_deletes_the_file_and_nothing_else(learner):
    progress.reset()
    progress.note(*RIGHT[0])
    beside = progress.where().with_name("copy.txt")
    beside.write_text("mine")
    progress.reset()
    assert progress.done() == [] and beside.read_text() == "mine"
    progress.note(*RIGHT[1])
    assert progress.done() == [RIGHT[1]]


@pytest.mark.parametrize("in_the_way", ["memkit", "memkit/progress.txt/folder"])
def test_where_nothing_can_be_written_right_is_right_all_the_same(learner, capsys, in_the_way):
    """As on a read-only disk, but one that holds for root too."""
    (learner / in_the_way).parent.mkdir(parents=True, exist_ok=True)
    (learner / in_the_way).write_text("a file where a folder belongs, or the other way round")
    ch08.slot_size.check(ch08.slot_size.spec)
    assert "right: all 200 cases" in capsys.readouterr().out
    assert progress.done() == [] and not progress.can_be_kept()
    said = widgets.Progress().trouble
    assert said == f"Progress cannot be kept here: {progress.where()} cannot be written."


def fifo(path):
    os.mkfifo(path)


def links_in_a_circle(path):
    path.symlink_to(path.with_name("other.txt"))
    path.with_name("other.txt").symlink_to(path)


def link_to_itself(path):
    path.symlink_to(path)


def link_to_a_device(path):
    path.symlink_to("/dev/zero")


def link_to_a_fifo(path):
    os.mkfifo(path.with_name("pipe"))
    path.symlink_to(path.with_name("pipe"))


def socket_(path):
    with contextlib.chdir(path.parent), socket.socket(socket.AF_UNIX) as made:
        made.bind(path.name)


def sixty_megabytes(path):
    with path.open("wb") as file:
        file.write(b"2026-11-24 right ch03.sizes\n")
        file.truncate(60 << 20)


def one_byte_too_large(path):
    path.write_bytes(b"\n" * (progress.LARGEST + 1))


def fifo_for_a_folder(path):
    path.parent.rmdir()
    os.mkfifo(path.parent)


def circle_for_a_folder(path):
    path.parent.rmdir()
    path.parent.symlink_to(path.parent)


UNFIT = [
    *(fifo, links_in_a_circle, link_to_itself, link_to_a_device, link_to_a_fifo, socket_),
    *(sixty_megabytes, one_byte_too_large, fifo_for_a_folder, circle_for_a_folder),
]


@pytest.mark.parametrize("put", UNFIT, ids=lambda put: put.__name__)
def test_what_is_no_file_that_fits_is_left_alone_at_once(learner, capsys, put):
    """open(2): a FIFO waits for its other end, for ever where there is none."""
    progress.where().parent.mkdir()
    put(progress.where())
    before = sorted(learner.rglob("*")), [p.lstat().st_size for p in learner.rglob("*")]
    previous = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.alarm(20)  # a test that hangs must fail
    try:
        ch08.slot_size.check(ch08.slot_size.spec)
        assert progress.done() == [] and not progress.can_be_kept()
        view = widgets.Progress()
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)
    assert "right: all 200 cases" in capsys.readouterr().out
    assert view.trouble == (f"Progress cannot be kept here: {progress.where()} cannot be written.")
    assert before == (sorted(learner.rglob("*")), [p.lstat().st_size for p in learner.rglob("*")])


def test_a_fifo_that_somebody_reads_is_not_written(learner):
    progress.where().parent.mkdir()
    os.mkfifo(progress.where())
    reader = os.open(progress.where(), os.O_RDONLY | os.O_NONBLOCK)
    try:
        progress.note(*RIGHT[0])
        assert os.read(reader, 100) == b""
    finally:
        os.close(reader)


def test_the_largest_file_that_fits_is_kept(learner):
    progress.where().parent.mkdir()
    line = b"2026-11-24 right ch03.sizes\n"
    progress.where().write_bytes(line.rjust(progress.LARGEST, b"\n"))
    assert progress.done() == [("right", "ch03.sizes")] and progress.can_be_kept()


def test_a_link_to_a_file_that_is_not_there_yet_is_followed(learner):
    """As learners do who keep it in a folder that is synchronized."""
    progress.where().parent.mkdir()
    (learner / "cloud").mkdir()
    progress.where().symlink_to(learner / "cloud" / "mine.txt")
    assert progress.can_be_kept()
    progress.note(*RIGHT[0])
    assert progress.done() == [RIGHT[0]] and (learner / "cloud" / "mine.txt").is_file()
    progress.where().unlink()
    progress.where().symlink_to(learner / "cloud" / "mine.txt" / "below a file")
    assert not progress.can_be_kept() and progress.done() == []


# Whose progress


CELLS = """
from memkit import widgets
from memkit.course import ch08
ch08.slot_size.check(ch08.slot_size.spec)
widgets.ask("arena").chosen = 0
widgets.Predict("One or two?", {"one": "no", "two": "yes"}, "two").chosen = 0
try:
    ch08.slots.check(len)
except AssertionError:
    print("not yet")
"""


def run_in_a_kernel(code):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    NotebookClient(notebook, kernel_name="python3", timeout=60).execute()
    return "".join(out.get("text", "") for out in notebook.cells[0].outputs)


def test_a_notebook_notes_what_is_right_and_what_is_answered(home):
    assert "not yet" in run_in_a_kernel(CELLS)
    assert progress.done() == [("right", "ch08.slot_size"), ("answered", "arena")]


def test_grading_and_tests_note_nothing(home, monkeypatch):
    ch08.slot_size.check(ch08.slot_size.spec)
    widgets.ask("arena").chosen = 0
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert "right: all 200 cases" in run_in_a_kernel(CELLS)
    assert list(home.glob("memkit*")) == []


def test_the_tests_have_a_file_of_their_own(tmp_path_factory):
    assert progress.where().is_relative_to(tmp_path_factory.getbasetemp())


# The table of contents


def chapter_file(folder, chapter):
    return next(path for path in (ROOT / folder).rglob(f"*{chapter.number}-*.ipynb"))


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.number)
def test_the_contents_are_what_the_notebooks_say(chapter):
    cells = nbformat.read(chapter_file("notebooks", chapter), as_version=4).cells
    assert cells[0].source.splitlines()[0] == f"# {chapter.number} · {chapter.title}"
    assert f"| {chapter.number} | [{chapter.title}](" in (ROOT / "README.md").read_text()
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    assert tuple(re.findall(r'widgets\.ask\("([\w-]+)"\)', code)) == chapter.questions
    if chapter.number != "00":
        text = chapter_file("solutions", chapter).read_text()
        asked = re.findall(rf"ch{chapter.number}\.(\w+)\.check\(", text)
        assert list(dict.fromkeys(asked)) == list(chapter.tasks())
        assert [task.name for task in chapter.tasks().values()] == list(chapter.tasks())


def test_every_chapter_and_every_question_is_in_the_contents():
    assert len(CHAPTERS) == len(list((ROOT / "notebooks").glob("[0-9]*.ipynb")))
    assert sorted(name for _, name in ANSWERED) == sorted(questions())


# The table


def test_nothing_done_is_a_friendly_sentence():
    table = progress_table([("right", "ch99.of_another_version")])
    assert table["sentence"].startswith("Nothing yet: the first question")
    assert table["sums"] == {"questions": (0, len(ANSWERED)), "exercises": (0, len(RIGHT))}


def test_a_row_counts_what_its_chapter_has():
    noted = [("right", "ch03.sizes"), ("answered", "loop"), ("right", "ch07.locks")]
    rows = progress_table(noted)["rows"]
    assert (rows[3]["number"], rows[3]["questions"]) == ("03", (1, 4))
    assert [right for _, right in rows[3]["exercises"]] == [True, False, False, False]
    assert rows[3]["exercises"][0][0] == "the size of a working set"
    assert [right for _, right in rows[6]["exercises"]] == [False] * 4  # its task is `locks`, too
    assert rows[7]["exercises"][-1] == ("locks in TCMalloc and in Go", True)
    assert rows[0]["exercises"] == []


@pytest.mark.parametrize(
    "noted, ahead",
    [
        ([("answered", "arena")], "chapter 01, the memory a plan needs"),
        ([("right", "ch03.distances")], "chapter 03, the size of a working set"),
        ([("right", "ch03.distances"), ("answered", "fork-faults")], "chapter 04, what an access"),
        ([r for r in RIGHT if "ch09" in r[1]], "chapter 10, what survives"),
        ([r for r in RIGHT if "owner" in r[1]], "chapter 09, the slots after a sweep"),
        ([r for r in RIGHT if r[1] != "ch02.walk"], "chapter 02, walk a dump"),
    ],
)
def test_the_next_task_is_in_the_chapter_where_one_was_last(noted, ahead):
    assert f"right. Next: {ahead}" in progress_table(noted)["sentence"]


def test_the_course_has_an_end():
    said = progress_table(RIGHT)["sentence"]
    assert (
        said
        == f"0 of {len(ANSWERED)} questions answered, {len(RIGHT)} of {len(RIGHT)} exercises right."
    )
    said = progress_table(RIGHT + ANSWERED)["sentence"]
    assert said == f"All done: {len(ANSWERED)} questions answered, {len(RIGHT)} exercises right."


def test_the_widget_reads_again_when_the_learner_comes_back(learner):
    view = widgets.Progress()
    assert view.place == str(progress.where()) and view.trouble == ""
    progress.note("answered", "arena")
    view._handle_custom_msg("read", [])
    assert view.table["sentence"].startswith(f"1 of {len(ANSWERED)} questions answered, 0 of ")
    view._handle_custom_msg("start over", [])
    assert view.table["sentence"].startswith("Nothing yet") and progress.done() == []


def test_a_file_that_cannot_be_deleted_is_told(learner):
    view = widgets.Progress()
    progress.where().mkdir(parents=True)
    view._handle_custom_msg("start over", [])
    assert re.fullmatch(r".*progress\.txt cannot be deleted: [\w ]+\.", view.trouble)
