"""What Moodle and Canvas import: their columns, and no mark where there is none."""

import csv
import shutil

import pytest

from memkit.classroom import lms
from memkit.classroom.batch import COLUMNS, NotGraded, write_grades
from memkit.classroom.names import student_id

ONE, TWO = "ch01-overlays-to-virtual-memory", "ch02-paging-and-the-mmu"


def row(student, exercise, score, most):
    made = dict.fromkeys(COLUMNS, "")
    made |= {"assignment": exercise, "student_id": student, "score": score, "max_score": most}
    return made | {"remark": "=1+1"}


ROWS = [
    NotGraded(student_id("Yan", "4713"), "", "no notebook").row(),
    row(student_id("Ana Ray", "4711"), ONE, "7.5", "8"),
    row("ben", ONE, "8", "8"),
    row(student_id("王小明", "4712"), ONE, "0", "8"),
    row(student_id("Ana Ray", "4711"), TWO, "5", "6"),
]


@pytest.fixture
def grading(tmp_path):
    write_grades(tmp_path / "grades.csv", ROWS)
    return tmp_path


def tables(grading, platform):
    """{name: rows} of all that an export writes."""
    made = {}
    for path in lms.export(grading, platform):
        assert path.parent == grading
        with path.open(newline="", encoding="utf-8") as table:
            made[path.name] = list(csv.reader(table))
    return made


def test_moodles_worksheet_has_the_three_columns_it_asks_for(grading):
    made = tables(grading, "moodle")
    head = ["Identifier", "Grade", "Last modified (grade)"]  # importgradeslib.php, init()
    assert made[f"moodle-{ONE}.csv"] == [
        head,
        ["Participant 4711", "7.5", "-"],
        ["Participant 4712", "0", "-"],
    ]
    assert made[f"moodle-{TWO}.csv"] == [head, ["Participant 4711", "5", "-"]]


def test_moodles_gradebook_takes_logins(grading):
    assert tables(grading, "moodle")["moodle-logins.csv"] == [["username", ONE], ["ben", "8"]]


def test_moodle_gets_one_file_where_all_come_from_it(grading):
    write_grades(grading / "grades.csv", ROWS[1:2])
    assert tables(grading, "moodle").keys() == {f"moodle-{ONE}.csv"}


def test_canvas_has_a_row_a_student_and_a_column_an_exercise(grading):
    """gradebook_importer.rb: "Student", "ID", the last of the student's columns is "Section"."""
    assert tables(grading, "canvas") == {
        "canvas.csv": [
            ["Student", "ID", "SIS Login ID", "Section", ONE, TWO],
            ["Points Possible", "", "", "", "8", "6"],
            ["Ana-Ray-4711", "4711", "", "", "7.5", "5"],
            ["ben", "", "ben", "", "8", ""],
            ["王小明-4712", "4712", "", "", "0", ""],
        ]
    }


def test_who_has_no_mark_gets_none(grading):
    for platform in lms.PLATFORMS:
        for table in tables(grading, platform).values():
            assert not any("4713" in cell for line in table for cell in line)


def test_one_sentence_where_nothing_was_graded(tmp_path, monkeypatch, capsys):
    (tmp_path / "grading").mkdir()
    monkeypatch.chdir(tmp_path)
    assert lms.main(["canvas"]) == 2
    place = tmp_path / "grading" / "grades.csv"
    assert capsys.readouterr().err == f"memkit: there is no {place} yet; make grade first.\n"
    write_grades(place, ROWS)
    assert lms.main(["canvas"]) == 0
    assert capsys.readouterr().out == f"memkit: {place.parent / 'canvas.csv'}\n"
    shutil.rmtree(tmp_path / "grading")
