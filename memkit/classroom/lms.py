"""The grades in the columns that a learning platform imports: `make export LMS=moodle` or canvas.

moodle  grading/moodle-<exercise>.csv, for "Upload grading worksheet" of an assignment, where the
        hand-ins came from Moodle; grading/moodle-logins.csv, for "Grades > Import > CSV file" with
        "username" mapped to "username", where the ids are logins, as a hub's are
canvas  grading/canvas.csv, for "Import" of the gradebook

An id that ends in - and a number has the platform's number, as names.py put it there; any other is
a login. A row without a score has no mark: it is left out, or its cell is empty, which changes
nothing on either platform.

Source: Moodle's mod/assign/feedback/offline/importgradeslib.php (the three columns that it asks
for, in English) and docs "Grade import"; Canvas's lib/gradebook_importer.rb.
"""

import argparse
import csv
import io
import re
import sys
from collections import defaultdict
from pathlib import Path

from .batch import write_whole

NUMBERED = re.compile(r".+-(\d+)")


def moodle(rows):
    """{name of a file: its rows, the head first} for Moodle, of the rows of grades.csv."""
    files = defaultdict(list)
    for row in rows:
        found = NUMBERED.fullmatch(row["student_id"])
        if found and row["score"]:
            table = files[f"moodle-{row['assignment']}.csv"]
            table.append([f"Participant {found[1]}", row["score"], "-"])
    head = ["Identifier", "Grade", "Last modified (grade)"]
    files = {name: [head, *table] for name, table in files.items()}
    logins = [row for row in rows if not NUMBERED.fullmatch(row["student_id"])]
    exercises, marks, _ = _across(logins)
    if marks:
        table = [[student, *_cells(got, exercises)] for student, got in marks.items()]
        files["moodle-logins.csv"] = [["username", *exercises], *table]
    return files


def canvas(rows):
    """The same for Canvas: one file, a row a student, a column an exercise."""
    exercises, marks, most = _across(rows)
    table = [
        ["Student", "ID", "SIS Login ID", "Section", *exercises],
        ["Points Possible", "", "", "", *(most[exercise] for exercise in exercises)],
    ]
    for student, got in marks.items():
        found = NUMBERED.fullmatch(student)
        number, login = (found[1], "") if found else ("", student)
        table.append([student, number, login, "", *_cells(got, exercises)])
    return {"canvas.csv": table}


def _across(rows):
    """(exercises, {student: {exercise: score}}, {exercise: points possible}), of all scores."""
    marks, most = defaultdict(dict), {}
    for row in rows:
        if row["score"]:
            marks[row["student_id"]][row["assignment"]] = row["score"]
            most[row["assignment"]] = row["max_score"]
    return sorted(most), dict(sorted(marks.items())), most


def _cells(got, exercises):
    return [got.get(exercise, "") for exercise in exercises]


PLATFORMS = {"moodle": moodle, "canvas": canvas}


def export(grading, platform):
    """Write what PLATFORMS[platform] makes of grading/grades.csv; returns the files' paths."""
    try:
        with (grading / "grades.csv").open(newline="", encoding="utf-8") as table:
            rows = list(csv.DictReader(table))
    except FileNotFoundError:
        raise ValueError(f"there is no {grading / 'grades.csv'} yet; make grade first.") from None
    made = []
    for name, lines in PLATFORMS[platform](rows).items():
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(lines)
        write_whole(grading / name, text.getvalue())
        made.append(grading / name)
    return made


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="make export LMS=", description=__doc__.splitlines()[0])
    parser.add_argument("platform", choices=PLATFORMS)
    options = parser.parse_args(arguments)
    try:
        for path in export(Path.cwd() / "grading", options.platform):
            print(f"memkit: {path}")
    except ValueError as wrong:
        print(f"memkit: {wrong}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
