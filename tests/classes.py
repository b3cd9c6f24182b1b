"""A class that hands in exercise 01 in earnest: solutions with small slips, names of the world,
and the zips that Moodle, Canvas, Blackboard and Brightspace make of it."""

import random
import unicodedata
import zipfile
from dataclasses import dataclass

from hostile import SOLVED, notebook

NAMES = (
    *("Ana Ray", "Anne-Marie O'Neil", "José Núñez", "Łukasz Żółć", "Nguyễn Thị Ánh"),  # Latin
    *("Анна Рай", "Йордан Ёлкин"),  # Cyrillic
    *("Άννα Ράη", "محمد علي", "נעמי כהן"),  # Greek, Arabic, Hebrew
    *("सीता राम", "சீதா ராமன்", "สมชาย ใจดี"),  # Devanagari, Tamil, Thai
    *("王小明", "やまだ たろう", "김민준", "Աննա Ռայ", "ანა რაი"),  # Han, Kana, Hangul, ...
)

# The slip of one, and the points that are left; memory is worth 2, call and bytes_read 3 each.
SLIPS = (
    ({}, 8),
    ({"memory": "def memory(tree, align):\n    return tree[1]"}, 6),
    ({"memory": "def memory(tree, align)\n    return 0"}, 6),  # a colon forgotten
    ({"call": "def call(tree, loaded, name):\n    return loaded"}, 5),
    ({"bytes_read": "def bytes_read(tree, calls):\n    retrun 0"}, 5),
    ({"memory": "memory = 3", "call": "call = 4"}, 3),
    ({"memory": None, "call": None, "bytes_read": None}, 0),  # nothing done
)


@dataclass
class Student:
    name: str
    number: int  # the platform's
    word: str  # what Canvas and Blackboard call the student
    data: bytes  # the notebook
    marks: int


def students(size, seed=1):
    """A class of this size, the same each time; no two hand in the same bytes."""
    chance, made = random.Random(seed), []
    stubs = {cell["id"].replace("-", "_"): cell["source"] for cell in SOLVED["cells"]}
    for number in range(size):
        name = NAMES[number % len(NAMES)]
        if number >= len(NAMES):
            name = f"{name} {'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[number // len(NAMES) - 1]}"
        slip, marks = chance.choice(SLIPS)
        slip = {cell: "pass" if text is None else text for cell, text in slip.items()}
        assert slip.keys() <= stubs.keys()
        data = notebook(text=f"Handed in by {name}.", **slip)
        word = "".join(c for c in name if c.isalnum() or unicodedata.category(c)[0] == "M")
        made.append(Student(name, 4000 + number, word.casefold(), data, marks))
    return made


def moodle(student, number):
    return f"{student.name}_{student.number}_assignsubmission_file_/ch01.ipynb"


def canvas(student, number):
    late = "LATE_" if number % 5 == 0 else ""
    return f"{student.word}_{late}{student.number}_{90_000 + number}_ch01-overlays-1.ipynb"


def blackboard(student, number):
    return f"Exercise 1_{student.word}_attempt_2026-11-20-13-{number % 60:02}-07_any.ipynb"


def brightspace(student, number):
    return f"{student.number}-77 - {student.name} - Nov 20, 2026 1{number % 60:02} PM/any.ipynb"


PLATFORMS = (moodle, canvas, blackboard, brightspace)


def pack(path, made, platform):
    """Write the zip that a platform makes of these students' hand-ins."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, student in enumerate(made):
            name = platform(student, number)
            archive.writestr(name, student.data)
            if platform is blackboard:
                archive.writestr(name.replace("_any.ipynb", ".txt"), f"Name: {student.name}")
        if platform is brightspace:
            archive.writestr("index.html", "<html>")
    return path
