"""Whose a hand-in is, and what of it can be read, by what platforms make of names.

Sources of the names: Moodle's mod/assign/classes/downloader.php, Canvas's lib/content_zipper.rb,
nbgrader's exchange/default/submit.py and its guide (zip_collect), and, for Blackboard and
Brightspace, scripts by which teachers sort their downloads.
"""

import errno
import io
import os
import struct
import unicodedata
import zipfile
from pathlib import Path

import pytest
from classes import NAMES
from hypothesis import given
from hypothesis import strategies as st

from memkit.classroom import unpack
from memkit.classroom.names import shown, student_id, whose
from memkit.classroom.submissions import find, last


def pack(path, members):
    """A zip of {name: text, or bytes}, all written at the same time."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def zipped(members):
    """The bytes of such a zip."""
    stream = io.BytesIO()
    pack(stream, members)
    return stream.getvalue()


@pytest.fixture
def shelf(tmp_path):
    (tmp_path / "shelf").mkdir()
    return tmp_path / "shelf"


@pytest.fixture
def found(tmp_path, shelf):
    """A function: the HandIns in a zip of {name: data}, or of names."""

    def find_in(members, name="all.zip"):
        members = members if isinstance(members, dict) else dict.fromkeys(members, "{}")
        return find(pack(tmp_path / name, members), shelf)

    return find_in


# Whose it is


@pytest.mark.parametrize(
    "names, found",
    [
        (["ana.ipynb", "ben-ray.ipynb"], [("ana", None), ("ben-ray", None)]),
        (
            ["ana/ch01.ipynb", "ben/ch01-x/ch01-x.ipynb", "ben/notes.txt"],
            [("ana", "ch01"), ("ben", "ch01")],
        ),
        (["all/ana.ipynb", "all/ben.ipynb"], [("ana", None), ("ben", None)]),
        (["all/ana/ch02.ipynb", "all/ben/ch02.ipynb"], [("ana", "ch02"), ("ben", "ch02")]),
        (["ana/ch01-x/ch01-x.ipynb"], [("ana", "ch01")]),
        (
            ["Ana Ray_4711_assignsubmission_file_/ch01-x.ipynb"],
            [("Ana-Ray-4711", "ch01")],
        ),
        (["Ana Ray_4711_assignsubmission_file_ch01-x.ipynb"], [("Ana-Ray-4711", "ch01")]),
        (
            ["rayana_4711_90210_ch01-x-1.ipynb", "rayben_LATE_4712_90211_ch01-x.ipynb"],
            [("rayana-4711", "ch01"), ("rayben-4712", "ch01")],
        ),
        (
            ["ana.ipynb", "__MACOSX/._ana.ipynb", ".ipynb_checkpoints/ana-checkpoint.ipynb"],
            [("ana", None)],
        ),
        (["../../etc/ana.ipynb", "/abs/ben.ipynb"], [("abs", None), ("etc", None)]),
        # the same with a folder around, as some zips have it
        (["CS 1/Ana Ray_4711_assignsubmission_file_/ch01-x.ipynb"], [("Ana-Ray-4711", "ch01")]),
        (
            ["G 1/A_1_assignsubmission_file_/x.ipynb", "G 2/B_2_assignsubmission_file_/x.ipynb"],
            [("A-1", None), ("B-2", None)],
        ),
        (["subs/ps1_hacker_attempt_2016-01-30-20-30-10_p.ipynb"], [("hacker", None)]),
        # a folder is its student's, whatever lies in it
        (["ana/Ben_4_assignsubmission_file_/ch01.ipynb", "ben/ch01.ipynb"],
         [("Ben-4", "ch01"), ("ben", "ch01")]),
        (["ana/ch01_ben_attempt_2099-01-01-00-00-00_x.ipynb", "ben/ch01.ipynb"],
         [("ana", "ch01"), ("ben", "ch01")]),
        (["all.zip/late/ana.ipynb"], [("late", None)]),
        (["all/ana.ipynb"], [("ana", None)]),  # all.zip, made of a folder of that name
        # one student, with a scratch notebook or the chapter's beside the work
        (["Ray/work.ipynb", "Ray/Untitled.ipynb"], [("Ray", None), ("Ray", None)]),
        (["Ray/01-overlays-to-virtual-memory.ipynb", "Ray/work.ipynb"],
         [("Ray", None), ("Ray", None)]),
        # of whom there is only what is hidden
        (["ana/.ipynb_checkpoints/ch01-checkpoint.ipynb", "ben/ch01.ipynb"],
         [("ana", "ch01"), ("ben", "ch01")]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("zipped", [True, False])
def test_the_name_says_whose_it_is(names, found, zipped, tmp_path):
    shelf, source = tmp_path / "shelf", tmp_path / "all"
    shelf.mkdir()
    if zipped:
        source = pack(tmp_path / "all.zip", {name: name for name in names})
    elif any(name.startswith(("/", "..", "all.zip")) for name in names):
        return  # only a zip can have such names
    else:
        for name in names:
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_text(name)
    hand_ins = find(source, shelf)
    got = [(hand_in.student, hand_in.exercise) for hand_in in hand_ins]
    assert got == found
    for hand_in in hand_ins:
        assert hand_in.path.parent == shelf
        assert hand_in.path.read_text().endswith(hand_in.origin)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([shelf.name, source.name])


PLATFORMS = {  # a name as the platform makes it -> id, exercise, time
    "moodle, folders": (
        "{name}_{n}_assignsubmission_file_/ch01-topic.ipynb",
        ("{id}-{n}", "ch01", ""),
    ),
    "moodle, newer": ("{name}_{n}_assignsubmission_file/work.ipynb", ("{id}-{n}", None, "")),
    "moodle, flat": ("{name}_{n}_assignsubmission_file_ch02.ipynb", ("{id}-{n}", "ch02", "")),
    "canvas": ("{word}_{n}_90210_ch01-topic-2.ipynb", ("{word}-{n}", "ch01", "")),
    "canvas, late": ("{word}_LATE_{n}_90210_ch01.ipynb", ("{word}-{n}", "ch01", "LATE")),
    "blackboard": (
        "Exercise 1_{word}_attempt_2026-11-20-13-45-07_ch01-topic.ipynb",
        ("{word}", "ch01", "2026-11-20 13:45:07"),
    ),
    "blackboard, numbers in the title": (
        "ch01_2_{word}_attempt_2026-11-20-13-45-07_any.ipynb",
        ("{word}", "ch01", "2026-11-20 13:45:07"),
    ),
    "brightspace": (
        "{n}-67890 - {name} - Nov 20, 2026 145 PM/ch01-topic.ipynb",
        ("{id}-{n}", "ch01", "2026-11-20 13:45:00"),
    ),
    "brightspace, flat": (
        "{n}-67890 - {name}- Nov 20, 2026 1205 AM - ch01-my-2 work.ipynb",
        ("{id}-{n}", "ch01", "2026-11-20 00:05:00"),
    ),
    "brightspace, elsewhere": (
        "{n}-67890 - {name} - 20 November, 2026 13:45/any.ipynb",
        ("{id}-{n}", None, "2026-11-20 13:45:00"),
    ),
    "exchange": (
        "{word}+ch01-topic+2026-11-20 13:45:07.123456 UTC+aB-3_x/ch01-topic.ipynb",
        ("{word}", "ch01", "2026-11-20 13:45:07"),
    ),
}


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("name", NAMES)
def test_platforms_names_in_ten_alphabets(platform, name):
    """The student is the same one, however often the date or the file's name changes."""
    form, wanted = PLATFORMS[platform]
    word = "".join(c for c in name if c.isalnum() or unicodedata.category(c)[0] == "M").casefold()
    word = unicodedata.normalize("NFC", word)
    values = {"name": name, "n": 4711, "word": word, "id": student_id(name, "1")[:-2]}
    student, exercise, timestamp, _ = whose(tuple(form.format(**values).split("/")))
    if platform in ("blackboard", "blackboard, numbers in the title", "exchange"):
        values["word"] = student_id(word)
    assert (student, exercise, timestamp) == (
        wanted[0].format(**values), wanted[1], wanted[2],
    )  # fmt: skip


@pytest.mark.parametrize(
    "name, student",
    [
        ("Default group_assignsubmission_file_/x.ipynb", student_id("Default group")),
        ("anon_xZ9k2_90210_x.ipynb", student_id("anon_xZ9k2")),
        ("LATE_anon_xZ9k2_90210_x.ipynb", student_id("anon_xZ9k2")),
        ("ray_ana_4711_90210_x.ipynb", "ray_ana-4711"),
        ("rayana_LATE_90210_x.ipynb", "rayana"),  # no number of the student
        ("rayana_90210_ch01-x-1.ipynb", "rayana-90210"),
        ("Exercise 1_ana_ray_attempt_2026-11-20-13-45-07_x.ipynb", "ana_ray"),
        ("Exercise 1_aray_attempt_2026-11-20-13-45-07.ipynb", "aray"),
        ("Exercise 1_1234567_attempt_2026-11-20-13-45-07_x.ipynb", "1234567"),
        ("ps1_hacker_attempt_2016-01-30-20-30-10_problem1.ipynb", "hacker"),
        ("1-2 - Anne-Marie Ray - Nov 20, 2026 145 PM/x.ipynb", "Anne-Marie-Ray-1"),
        ("ana+x+ch01+2026-11-20 13:45:07 UTC/ch01.ipynb", student_id("ana+x")),
        # what only looks like a platform's
        ("hw_2026_11_ana.ipynb", "hw_2026_11_ana"),
        ("group_101_ana.ipynb", "group_101_ana"),
        ("1-2 - ana.ipynb", student_id("1-2 - ana")),
        ("an_attempt.ipynb", "an_attempt"),
        # misnamed
        ("x.ipynb.txt", "x"),
        ("x.ipynb.json", "x"),
        ("x.ipynb (1)", "x"),
        ("x.IPYNB", "x"),
        ("ch01.ipynb - Ina.ipynb", student_id("ch01.ipynb - Ina")),
        # a dot in a name
        ("carla.ray", "carla.ray"),
        ("carla.ray.pdf", "carla.ray"),
        ("anton.tar.gz", "anton"),
        # a name with a line in it
        ("A\nB_101_assignsubmission_file_/x.ipynb", "A-B-101"),
    ],
)
def test_names_at_the_edge(name, student):
    assert whose(tuple(name.split("/")))[0] == student


def test_a_name_of_any_length_is_read_at_once():
    """In a student's zip, say: a platform's pattern takes the square of a length, or more."""
    for name in ("1-1 -" + " " * 20_000 + "x", "a_" + "1_" * 32_000, "9" * 20_000 + "_999_x"):
        assert whose((name, "ch01.ipynb"))[0] == student_id(name)
    assert whose(("1-1 -" + " " * 390 + "x", "ch01.ipynb"))[1] == "ch01"


def test_no_two_names_share_an_id():
    names = [
        *("Ana Ray", "Ana-Ray", "ana ray", "ana-ray", "ANA RAY", "Ana  Ray", "Ana Ray ", "Ana_Ray"),
        *("सीता", "सिता", "🙂", "🙃", "👩‍🎓", "👨‍🎓", "☺", "☺️", "", " ", "-", "..", "nobody"),
        *("straße", "strasse", "STRASSE", "José", "Jose", "jose", "ﬁ", "fi", "ana", "Ana", "ANA"),
        *("x" * 300, "x" * 301, "𝒜" * 80, "𝒜" * 81, "a\nb", "a\tb", "a\x1b", "a\u202eb", "a\udcff"),
        *("=1+1", "1+1", "@ana", "+ana", "ana*", "ana?", "ana[1]", "{ana}", "ana/../ben", "a~b"),
    ]
    ids = [student_id(name) for name in names]
    assert len({unicodedata.normalize("NFC", made) for made in ids}) == len(names)
    for made in ids:
        fit(made)
        assert student_id(made) == made  # so that a teacher may name a file by it


def test_composed_or_not_a_name_is_the_same():
    for name in NAMES:
        forms = {student_id(unicodedata.normalize(form, name)) for form in ("NFC", "NFD")}
        assert len(forms) == 1


def fit(made):
    """For files, spreadsheets, web pages, and the patterns in which nbgrader looks for it."""
    assert made and made[0] not in "=+-@./ " and not made.endswith((".", " "))
    assert not set(made) & set("/\\*?[]{}\"'<>|:&#%+ \t\r\n")
    assert made.isprintable() and len(made.encode()) <= 200


@given(st.text(st.characters(codec=None)), st.none() | st.from_regex(r"\A[0-9]{1,30}\Z"))
def test_an_id_is_fit_for_files_and_spreadsheets(name, number):
    fit(student_id(name, number))


@given(st.lists(st.text(max_size=6), min_size=2, max_size=2, unique=True))
def test_two_names_have_two_ids(names):
    one, two = (unicodedata.normalize("NFC", name) for name in names)
    assert one == two or student_id(one) != student_id(two)


# Which attempt is the last


def attempts(find_in, *names):
    hand_ins = find_in(names)
    assert len({hand_in.student for hand_in in hand_ins}) == 1
    chosen = last(hand_ins, range(len(hand_ins)))
    return chosen and chosen.origin


@pytest.mark.parametrize(
    "names",
    [  # the last one stands last
        ("E_ana_attempt_2026-11-09-10-00-00_x.ipynb", "E_ana_attempt_2026-11-10-09-00-00_x.ipynb"),
        ("1-2 - Ana - Nov 20, 2026 945 PM/x.ipynb", "1-2 - Ana - Nov 21, 2026 1205 AM/x.ipynb"),
        ("ana_47_90210_x.ipynb", "ana_47_90210_x-1.ipynb"),
        ("ana_47_90210_x-2.ipynb", "ana_47_90210_x-10.ipynb"),
        ("ana_47_9999_x-1.ipynb", "ana_LATE_47_10000_x.ipynb"),
        ("a+x+2026-01-02 00:00:00 UTC+z/x.ipynb", "a+x+2026-01-02 00:00:01 UTC+a/x.ipynb"),
    ],
)
def test_the_last_attempt_is_known(names, found):
    assert attempts(found, *names) == names[-1]
    assert attempts(found, *names[::-1]) == names[-1]


def test_where_nothing_tells_no_attempt_is_the_last(found):
    assert attempts(found, "ana/a.ipynb", "ana/b.ipynb", "ana/ch01.ipynb") is None
    assert attempts(found, *(f"1-2 - Ana - Nov 20, 2026 945 PM/{x}.ipynb" for x in "ab")) is None


def test_files_tell_by_when_they_were_written_unless_copied_together(tmp_path, shelf):
    for name, moment in (("a", 1_000_000), ("b", 1_000_050), ("c", 999_000)):
        path = tmp_path / "in" / "ana" / f"ch01-{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")
        os.utime(path, (moment, moment))
    hand_ins = find(tmp_path / "in", shelf)
    assert last(hand_ins, "abc") is None
    assert last(hand_ins, "aac").origin == "ana/ch01-b.ipynb"  # the two are the same
    assert last(hand_ins[::2], "ac").origin == "ana/ch01-a.ipynb"


def test_a_time_beside_the_notebook_is_its_time(found):
    (hand_in,) = found(
        {"ana/ch01-x/timestamp.txt": "2026-11-20 13:45:07.12 UTC", "ana/ch01-x/ch01-x.ipynb": "{}"}
    )
    assert hand_in.timestamp == "2026-11-20 13:45:07"
    (hand_in,) = found({"ana/timestamp.txt": "\ufeff2026-11-20 13:45:07", "ana/ch01.ipynb": "{}"})
    assert hand_in.timestamp == "2026-11-20 13:45:07"
    for text in (
        *(b"", b"yesterday", b"\xff" * 5000, b"2026-13-45 99:99:99", b"Friday morning 2026 1345"),
        "\u00b2 Nov 2026 1345".encode(),
    ):
        (hand_in,) = found({"ana/ch01-x/timestamp.txt": text, "ana/ch01-x/ch01-x.ipynb": "{}"})
        assert hand_in.timestamp == ""


def test_a_time_that_a_student_may_have_written_is_none(found):
    folder = "Ana_4_assignsubmission_file_"
    for members in (
        {f"{folder}/timestamp.txt": "2020-01-01 00:00:00", f"{folder}/x.ipynb": "{}"},
        {"ana.zip": zipped({"x.ipynb": "{}", "timestamp.txt": "2020-01-01 00:00:00"})},
    ):
        assert [hand_in.timestamp for hand_in in found(members)] == [""]


# What is a hand-in


def words(hand_ins):
    return [(hand_in.student, hand_in.broken) for hand_in in hand_ins]


def test_zips_are_opened(found):
    inner = zipped({"x/ch01.ipynb": "1"})
    hand_ins = found(
        {
            "Ana_1_assignsubmission_file_/work.zip": zipped({"deep/work.ZIP": inner}),
            "ben_21_90210_work.zip": zipped({"ch01.ipynb": "2"}),
            "carl.ipynb.zip": zipped({"ch01.ipynb": "3"}),
            "dora.ipynb": zipped({"ch01.ipynb": "4"}),  # renamed, so that it may be uploaded
        }
    )
    assert [(h.student, h.exercise, h.path.read_text()) for h in hand_ins] == [
        ("Ana-1", "ch01", "1"),
        ("ben-21", "ch01", "2"),
        ("carl", "ch01", "3"),
        ("dora", "ch01", "4"),
    ]


def test_a_platforms_zips_in_a_folder_are_opened_for_all_students(tmp_path, shelf):
    (tmp_path / "in").mkdir()
    names = [f"Student {n}_{n}_assignsubmission_file_/ch01.ipynb" for n in range(30)]
    pack(
        tmp_path / "in" / "ch01.zip",
        {n: zipped({"a.ipynb": n}) for n in ()} | {n: n for n in names},
    )
    work = {f"S_{n}_assignsubmission_file_/w.zip": zipped({"a.ipynb": "1"}) for n in range(40, 70)}
    pack(tmp_path / "in" / "ch02.zip", work)
    (tmp_path / "in" / "ben.ipynb").write_text("{}")
    hand_ins = find(tmp_path / "in", shelf)
    assert len({h.student for h in hand_ins}) == 61 and not any(h.broken for h in hand_ins)


@pytest.mark.parametrize(
    "name", ["x.ipynb.txt", "x.ipynb.json", "X.IPYNB", "x.json", "x.txt", "x.ipynb~", "x.ipynb.bak"]
)
def test_misnamed_notebooks_are_taken(name, found):
    (hand_in,) = found({f"ana/{name}": '\ufeff {"cells": []}'})
    assert hand_in.path.read_text(encoding="utf-8-sig") == ' {"cells": []}'


@pytest.mark.parametrize(
    "name", ["x.py", "x.pdf", "x.docx", "x.tar.gz", "x.rar", "x.html", "notes.txt", "x", "x.json"]
)
def test_what_is_no_notebook_is_named(name, found):
    hand_ins = found({f"ana/{name}": "print(1)", "ben.ipynb": "{}"})
    assert words(hand_ins) == [
        ("ana", f"no notebook, only {name}; ask for the .ipynb"),
        ("ben", ""),
    ]


@pytest.mark.parametrize(
    "name",
    ["ch01.ipynb - Colab.pdf", "ch01.ipynb.html", "ch01.ipynb.gz", "ch01.ipynb - Shortcut.lnk"],
)
def test_what_is_only_called_after_a_notebook_is_none(name, found):
    """A print of it, or a link to it: no score, since there is nothing to be graded."""
    (hand_in,) = found({f"ana/{name}": b"\x1f\x8b{"})
    assert words([hand_in]) == [("ana", f"no notebook, only {name}; ask for the .ipynb")]


def test_who_has_one_name_is_not_hidden(found):
    """Moodle puts a dot before it."""
    assert words(found([". Priya_101_assignsubmission_file_/x.ipynb"])) == [("Priya-101", "")]


def test_what_only_a_mac_wrote_is_named(found):
    folder = "Ana_4_assignsubmission_file_"
    hand_ins = found([f"{folder}/._ch01.ipynb", "Ben_5_assignsubmission_file_/ch01.ipynb"])
    mac = "what a Mac writes beside a file, and not the file; ask for the .ipynb"
    assert words(hand_ins) == [("Ana-4", mac), ("Ben-5", "")]


def test_a_zip_with_backslashes_has_no_student_called_like_its_folder(found):
    hand_ins = found({"class\\": "", "class\\ana.ipynb": "{}", "class\\ben.ipynb": "{}"})
    assert words(hand_ins) == [("ana", ""), ("ben", "")]


def test_files_beside_a_notebook_and_a_platforms_own_are_no_hand_ins(found):
    hand_ins = found(
        [
            *("ana/ch01.ipynb", "ana/work.pdf", "ana/data.csv", "ana/.DS_Store", "ana/Thumbs.db"),
            *("index.html", "__MACOSX/ana/._ch01.ipynb", ".ipynb_checkpoints/b-checkpoint.ipynb"),
            *("Ben_2_assignsubmission_onlinetext_/onlinetext.html",),
            *("Ben_2_assignsubmission_onlinetext_onlinetext.html",),
            *("E_carl_attempt_2026-11-20-13-45-07.txt", "dora/ch01/timestamp.txt"),
        ]
    )
    assert [hand_in.origin for hand_in in hand_ins] == ["ana/ch01.ipynb"]
    with pytest.raises(ValueError, match="holds no notebook"):
        found(["index.html", "dora/ch01/timestamp.txt", ".hidden/x.ipynb"])


def test_a_link_is_not_followed(tmp_path, shelf):
    (tmp_path / "in").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "secret.ipynb").write_text("secret")
    (tmp_path / "other" / "ch01.ipynb").write_text("secret")
    (tmp_path / "in" / "ana.ipynb").symlink_to(tmp_path / "secret.ipynb")
    (tmp_path / "in" / "ben").symlink_to(tmp_path / "other")
    (tmp_path / "in" / "carl.ipynb").symlink_to("carl.ipynb")
    os.mkfifo(tmp_path / "in" / "dora.ipynb")
    hand_ins = find(tmp_path / "in", shelf)
    assert [(h.student, h.path, h.broken.split(";")[0]) for h in hand_ins] == [
        *((name, None, "a link, which is not followed") for name in ("ana", "ben", "carl")),
        ("dora", None, "not a file that can be read"),
    ]
    assert list(shelf.iterdir()) == []


def test_a_link_in_a_zip_is_not_followed(tmp_path, shelf):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        link = zipfile.ZipInfo("ana.ipynb")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert words(find(tmp_path / "all.zip", shelf))[0][1].startswith("a link, which is not")


def damaged(how):
    """A zip with one whole member, ben.ipynb, and one that is damaged in some way, ana.ipynb."""
    data = bytearray(zipped({"ana.ipynb": "{}" * 100, "ben.ipynb": "{}"}))
    entry = data.find(b"PK\1\2")  # the table of contents; ana comes first
    if how == "password":
        data[entry + 8] |= 1
        data[6] |= 1
    elif how == "method":
        data[entry + 10 : entry + 12] = data[8:10] = struct.pack("<H", 99)
    elif how == "header":
        data[:4] = b"PKxx"
    elif how == "data":
        data[40:44] = b"\xff\xff\xff\xff"
    elif how == "checksum":
        data[entry + 16] ^= 0xFF
        data[14] ^= 0xFF
    elif how == "offset":
        data[entry + 42 : entry + 46] = struct.pack("<I", 0x7FFFFFFF)
    elif how == "version":
        data[entry + 6 : entry + 8] = struct.pack("<H", 99)
    elif how == "name":
        data[30] = ord("b")
    return bytes(data)


HARMS = {
    "password": "the zip has a password; ask for it without one",
    "method": "it is packed in a way that is unknown here",
    **dict.fromkeys(("header", "data", "checksum", "name"), "the zip is damaged"),
    "offset": "",
}


@pytest.mark.parametrize("how", HARMS)
@pytest.mark.parametrize("inner", [False, True])
def test_a_damaged_member_costs_its_author_alone(how, inner, tmp_path, shelf):
    """Each member as it stands there; nothing is raised, and the others are whole."""
    source = tmp_path / "all.zip"
    if inner:
        with zipfile.ZipFile(source, "w") as archive:
            archive.writestr("ana.zip", damaged(how))
            archive.writestr("carl.ipynb", "{}")
    else:
        source.write_bytes(damaged(how))
    hand_ins = find(source, shelf)
    whole = {h.student for h in hand_ins if not h.broken}
    if inner:  # ana's zip has a whole notebook, too; what else is in it is told
        assert whole == {"ana", "carl"}
        assert HARMS[how] in hand_ins[0].notes[0]
    else:
        assert [h.student for h in hand_ins] == ["ana", "ben"] and whole == {"ben"}
        assert HARMS[how] in hand_ins[0].broken and ";" in hand_ins[0].broken


@pytest.mark.parametrize("how", ["version", "cut", "rubbish", "empty", "no files"])
def test_a_zip_that_cannot_be_opened(how, tmp_path, shelf):
    data = {
        "version": damaged("version"),
        "cut": damaged("")[:-60],
        "rubbish": b"PK\3\4" + os.urandom(200),
        "empty": b"",
        "no files": zipped({}),
    }[how]
    hand_ins = find(pack(tmp_path / "all.zip", {"ana.zip": data, "ben.ipynb": "{}"}), shelf)
    assert [h.student for h in hand_ins] == ["ana", "ben"]
    assert (
        "zip is damaged" in hand_ins[0].broken
        or "zip is empty" in hand_ins[0].broken
        or (how == "version" and "unknown here" in hand_ins[0].broken)
    )
    (tmp_path / "one.zip").write_bytes(data)
    with pytest.raises(ValueError, match=r"^SUBMISSIONS"):
        find(tmp_path / "one.zip", shelf)


def test_bombs_are_harmless(tmp_path, shelf, monkeypatch):
    """Deep, many, or large: each has its line, and little room is taken."""
    monkeypatch.setattr(unpack, "LARGEST", 3 << 20)
    monkeypatch.setattr(unpack.Room.__init__, "__defaults__", (3 << 20, 20, None))
    deep = zipped({"ch01.ipynb": "{}"})
    for _ in range(10):
        deep = zipped({"work.zip": deep})
    many = zipped({f"{n}.zip": zipped({"x.txt": ""}) for n in range(100)})
    mb = b"0" * (1 << 20)
    files = {
        "deep.zip": deep,
        "many.zip": many,
        "large.zip": zipped({"ch01.ipynb": mb * 10}),
        "sum.zip": zipped({f"ch01-{n}.zip": zipped({"x.ipynb": mb}) for n in range(10)}),
        "plain.ipynb": mb * 10,
        "good.zip": zipped({"ch01.ipynb": "{}"}),
    }
    hand_ins = {h.student: h for h in find(pack(tmp_path / "all.zip", files), shelf)}
    assert hand_ins.keys() == {name.partition(".")[0] for name in files}
    assert "zips in zips" in hand_ins["deep"].broken
    assert "too many zips" in hand_ins["many"].broken
    assert "larger than" in hand_ins["large"].broken and "larger" in hand_ins["plain"].broken
    assert not hand_ins["good"].broken
    assert sum(path.stat().st_size for path in shelf.iterdir()) < 20 << 20


def test_a_table_of_contents_without_end_is_not_read(tmp_path, shelf):
    names = {f"{n:0200}": "" for n in range(40_000)}  # 10 MB of names, a few hundred kB packed
    (hand_in,) = find(pack(tmp_path / "all.zip", {"ana.zip": zipped(names)}), shelf)
    assert "holds more files than" in hand_in.broken


def test_what_may_not_be_read(tmp_path, shelf, monkeypatch):
    """As who is not root; root may read all."""
    for name in ("ana/ch01.ipynb", "ben/ch01.ipynb"):
        (tmp_path / "in" / name).parent.mkdir(parents=True)
        (tmp_path / "in" / name).write_text("{}")
    plain = Path.open

    def refuse(path, *args):
        if "ana" in path.parts:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return plain(path, *args)

    monkeypatch.setattr(Path, "open", refuse)
    ana, ben = find(tmp_path / "in", shelf)
    assert "permission denied" in ana.broken and "change its rights" in ana.broken
    assert not ben.broken


def test_a_folder_that_may_not_be_read_has_its_line(tmp_path, shelf, monkeypatch):
    for name in ("ana", "ben"):
        (tmp_path / "in" / name).mkdir(parents=True)
        (tmp_path / "in" / name / "ch01.ipynb").write_text("{}")
    plain = os.scandir

    def refuse(place):
        if str(place).endswith("ana"):
            raise PermissionError(errno.EACCES, "Permission denied", str(place))
        return plain(place)

    monkeypatch.setattr(os, "scandir", refuse)
    ana, ben = find(tmp_path / "in", shelf)
    assert ana.origin == "ana/*" and "permission denied" in ana.broken and not ben.broken


def test_a_full_disk_is_nobodys_fault(tmp_path, shelf):
    source = pack(tmp_path / "all.zip", {"ana.ipynb": "{}"})
    (shelf / "0").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        find(source, shelf)


def test_what_is_no_place_of_hand_ins(tmp_path, shelf):
    (tmp_path / "one.ipynb").write_text("{}")
    with pytest.raises(ValueError, match="a folder or a zip file, not"):
        find(tmp_path / "one.ipynb", shelf)
    with pytest.raises(ValueError, match="there is no such folder"):
        find(tmp_path / "none", shelf)
    with pytest.raises(ValueError, match="SUBMISSIONS=~nobody-here/x"):
        find("~nobody-here/x", shelf)


def test_home_is_found(tmp_path, shelf, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    pack(tmp_path / "x.zip", {"ana.ipynb": "{}"})
    assert [h.student for h in find("~/x.zip", shelf)] == ["ana"]


# Names as they are


def test_names_in_zips_that_do_not_say_utf_8(tmp_path, shelf):
    """Info-ZIP and many others write UTF-8 and leave the flag unset; Python then reads cp437."""
    data = zipped({"Ána/ch01.ipynb": "{}"}).replace(struct.pack("<H", 0x800), b"\0\0")
    (tmp_path / "all.zip").write_bytes(data)
    (hand_in,) = find(tmp_path / "all.zip", shelf)
    assert hand_in.student == student_id("Ána")


def test_names_that_are_not_utf_8(tmp_path, shelf):
    for name in (b"\xe9\xff.ipynb", b"\xe9\xfe.ipynb"):
        (tmp_path / "in").mkdir(exist_ok=True)
        with open(os.path.join(os.fsencode(tmp_path / "in"), name), "w") as file:
            file.write("{}")
    one, two = find(tmp_path / "in", shelf)
    assert one.student != two.student
    for hand_in in (one, two):
        hand_in.origin.encode("ascii")


@given(st.text(st.characters(codec=None)))
def test_what_is_printed_is_one_line(name):
    line = shown(name)
    assert len(line.splitlines()) <= 1 and not set(line) & set("\x1b\r\n\u202e\u2066\x07\x9b")
    line.encode()  # no lone surrogate
