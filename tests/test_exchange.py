"""nbgrader's exchange between students: whose a hand-in is, when it came, and what is left out.

On files alone; deploy/test_hub.py has all of it on a real hub, with users that are.
"""

import os
import re
import time
from pwd import getpwuid

import nbgrader.api
import pytest
from hostile import NAME, ROOT
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import notebook_hash
from traitlets.config import Config, PyFileConfigLoader

from memkit.classroom.exchange import LARGEST, MOST, Collect, ReleaseFeedback
from memkit.classroom.gradebook import version_of_the_tables

ME = getpwuid(os.getuid()).pw_name


@pytest.fixture
def exchange(tmp_path, monkeypatch):
    """(config, the folder that students write to, the folder of what was collected)."""
    monkeypatch.setattr(nbgrader.api, "get_alembic_version", version_of_the_tables)
    config = Config()
    config.CourseDirectory.course_id = "memkit"
    config.CourseDirectory.assignment_id = NAME
    config.CourseDirectory.root = str(tmp_path / "course")
    config.CourseDirectory.submitted_directory = "grading/submitted"
    config.CourseDirectory.feedback_directory = "grading/feedback"
    config.CourseDirectory.db_url = "sqlite:///:memory:"
    config.Exchange.root = str(tmp_path / "exchange")
    inbound = tmp_path / "exchange" / "memkit" / "inbound"
    inbound.mkdir(parents=True)
    (tmp_path / "exchange").chmod(0o777)
    (tmp_path / "course" / "grading").mkdir(parents=True)
    return config, inbound, tmp_path / "course" / "grading" / "submitted"


def hand_in(inbound, who, stamp, **files):
    folder = inbound / f"{who}+{NAME}+{stamp}+r4nd0m"
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name}.ipynb").write_text(text)
    return folder


def collect(config, **more):
    made = Collect(coursedir=CourseDirectory(config=config), config=config, **more)
    made.authenticator = None
    made.start()


def test_the_owner_of_the_folder_counts_and_not_its_name(exchange):
    config, inbound, submitted = exchange
    hand_in(inbound, "ana", "2026-11-20 13:45:07 UTC", mine="1")
    collect(config)
    assert [path.name for path in submitted.iterdir()] == [ME]
    assert (submitted / ME / NAME / "mine.ipynb").read_text() == "1"


def test_the_last_counts_by_the_clock_of_the_machine(exchange):
    config, inbound, submitted = exchange
    hand_in(inbound, ME, "2099-01-01 00:00:00 UTC", mine="first")
    time.sleep(0.05)
    last = hand_in(inbound, ME, "no time at all", mine="last")
    (last / "timestamp.txt").write_text("1999-01-01 00:00:00 UTC")
    collect(config)
    assert (submitted / ME / NAME / "mine.ipynb").read_text() == "last"
    stamp = (submitted / ME / NAME / "timestamp.txt").read_text()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6} UTC", stamp)
    assert stamp.startswith(time.strftime("%Y-%m-%d", time.gmtime()))


def test_who_changes_a_file_later_handed_in_later(exchange):
    config, inbound, submitted = exchange
    folder = hand_in(inbound, ME, "2026-11-20 13:45:07 UTC", mine="1")
    before = folder.stat().st_ctime
    time.sleep(0.05)
    (folder / "mine.ipynb").write_text("2")
    assert folder.stat().st_ctime == before, "or the folder alone would tell"
    collect(config)
    stamp = (submitted / ME / NAME / "timestamp.txt").read_text()
    assert stamp > time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(before))
    assert float(stamp[17:26]) != round(before % 60, 6)


def test_links_pipes_folders_and_large_files_are_left_out(exchange, tmp_path):
    config, inbound, submitted = exchange
    (tmp_path / "secret").write_text("the teacher's")
    folder = hand_in(inbound, ME, "2026-11-20 13:45:07 UTC", mine="1")
    (folder / "link.ipynb").symlink_to(tmp_path / "secret")
    (folder / "dir").mkdir()
    os.mkfifo(folder / "pipe.ipynb")
    with (folder / "large.ipynb").open("wb") as large:
        large.truncate(LARGEST + 1)
    collect(config)
    found = {path.name for path in (submitted / ME / NAME).iterdir()}
    assert found == {"mine.ipynb", "timestamp.txt"}


def test_no_more_than_some_files_are_taken(exchange):
    config, inbound, submitted = exchange
    hand_in(inbound, ME, "2026-11-20 13:45:07 UTC", **{f"n{i:03}": "" for i in range(3 * MOST)})
    collect(config)
    assert len(list((submitted / ME / NAME).glob("*.ipynb"))) == MOST


def test_what_is_no_folder_takes_no_hand_ins_place(exchange):
    config, inbound, submitted = exchange
    hand_in(inbound, ME, "2026-11-20 13:45:07 UTC", mine="1")
    time.sleep(0.05)
    (inbound / f"{ME}+{NAME}+2099-01-01 00:00:00 UTC+x").symlink_to("/nowhere")
    (inbound / f"x+{NAME}+2099-01-01 00:00:00 UTC+y").write_text("a file")
    collect(config)
    assert (submitted / ME / NAME / "mine.ipynb").read_text() == "1"


def test_a_later_hand_in_replaces_the_earlier_where_the_teacher_says_so(exchange):
    config, inbound, submitted = exchange
    hand_in(inbound, ME, "2026-11-20 13:45:07 UTC", mine="1")
    collect(config)
    time.sleep(0.05)
    hand_in(inbound, ME, "2026-11-20 13:45:08 UTC", mine="2")
    collect(config)
    assert (submitted / ME / NAME / "mine.ipynb").read_text() == "1"
    collect(config, update=True)
    assert (submitted / ME / NAME / "mine.ipynb").read_text() == "2"
    before = (submitted / ME / NAME / "mine.ipynb").stat().st_mtime_ns
    collect(config, update=True)
    assert (submitted / ME / NAME / "mine.ipynb").stat().st_mtime_ns == before


def test_feedback_goes_to_who_knows_the_secret(exchange, tmp_path):
    config, _, submitted = exchange
    for student, secret in (("ana", "a" * 128), ("ben", "../../x"), ("carl", None)):
        page = tmp_path / "course" / "grading" / "feedback" / student / NAME / f"{NAME}.html"
        page.parent.mkdir(parents=True)
        page.write_text(f"for {student}")
        page.chmod(0o600)
        (submitted / student / NAME).mkdir(parents=True)
        if secret:
            (submitted / student / NAME / "submission_secret.txt").write_text(secret)
    made = ReleaseFeedback(coursedir=CourseDirectory(config=config), config=config)
    made.authenticator = None
    made.start()
    (page,) = (tmp_path / "exchange" / "memkit" / "feedback").iterdir()
    assert page.name == f"{notebook_hash(secret='a' * 128, notebook_id=NAME)}.html"
    assert page.read_text() == "for ana" and page.stat().st_mode & 0o777 == 0o644
    assert page.parent.stat().st_mode & 0o777 == 0o711


def test_the_courses_own_settings_name_both(tmp_path, monkeypatch):
    """And a student's server is set to the same course."""
    monkeypatch.chdir(tmp_path)
    told = PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()
    student = PyFileConfigLoader("nbgrader_config.py", path=str(ROOT / "deploy" / "jupyter"))
    assert told.ExchangeFactory.collect == f"{Collect.__module__}.Collect"
    assert told.ExchangeFactory.release_feedback == f"{ReleaseFeedback.__module__}.ReleaseFeedback"
    assert student.load_config().CourseDirectory.course_id == told.CourseDirectory.course_id
