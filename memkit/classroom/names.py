"""What the name of a hand-in tells: whose it is, of which exercise, and when it came.

    ana.ipynb                                               a notebook a student
    ana/ch01-topic.ipynb, ana/ch01-topic/ch01-topic.ipynb   a folder a student (nbgrader's way)
    ana+ch01-topic+2026-11-20 13:45:07 UTC+r4nd0m/          nbgrader's exchange
    Ana Ray_4711_assignsubmission_file_/any.ipynb           Moodle, "download all submissions"
    rayana_LATE_4711_90210_any-1.ipynb                      Canvas, "download submissions"
    Exercise 1_aray_attempt_2026-11-20-13-45-07_any.ipynb   Blackboard; nbgrader's zip_collect
    4711-90210 - Ana Ray - Nov 20, 2026 145 PM/any.ipynb    Brightspace

What a student wrote decides nothing about whose it is: neither the text of a file nor a name inside
a folder or zip that is a student's.

Source: Moodle's mod/assign/classes/downloader.php, Canvas's lib/content_zipper.rb, nbgrader's
exchange/default/submit.py and docs (zip_collect); for Blackboard and Brightspace, which are closed,
the public scripts of teachers who sort their downloads.
"""

import base64
import hashlib
import re
import unicodedata
from datetime import datetime

LONGEST_NAME = 400  # characters of what a platform may have made; some patterns take their square
LONGEST = 150  # bytes of a name in an id; with number and mark it stays below 200
MOODLE = re.compile(
    r"(?P<who>.+?)(_(?P<id>\d+))?_assignsubmission_(?P<kind>[a-z]+)(_(?P<rest>.*))?",
    re.S,
)
CANVAS = re.compile(
    r"((?P<late>LATE)_)?(?P<who>anon_[^\W_]+|.+?(?=(_LATE)?_\d{2,}_\d{3,}_)|.+?(?=_LATE_\d{3,}_))"
    r"(_(?P<late2>LATE))?(_(?P<id>\d{2,}))?_(?P<number>\d{3,})_(?P<rest>.+)"
)
# The same with one number, of the student or of the file: kept, so that no two become one.
CANVAS_ONE = re.compile(r"(?P<who>[^_]+)_(?P<id>\d{3,})(?P<number>)_(?P<rest>ch\d\d\b.*)", re.I)
BLACKBOARD = re.compile(
    r"(?P<exercise>[^_]+)_(\d+_)*(?P<who>.+?)"
    r"_attempt_(?P<time>\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d)(_(?P<rest>.+)|\..+)?"
)
BRIGHTSPACE = re.compile(
    r"(?P<id>\d+)-\d+ *- *(?P<who>\S.*?) *- *"
    r"(?P<time>([^\W\d]+\.? \d{1,2}|\d{1,2} [^\W\d]+\.?),? \d{4},? \d{1,2}[:h]?\d\d( ?[AP]M)?)"
    r"( *- *(?P<rest>.+))?",
    re.I,
)
EXCHANGE = re.compile(
    r"(?P<who>.+)\+(?P<exercise>[^+]+)\+(?P<time>\d{4}-\d\d-\d\d[ T_]\d\d.\d\d.\d\d[^+]*)(\+[^+]*)?"
)
DAY = re.compile(  # Nov 20, 2026 145 PM; 20 November 2026 13:45
    r"(\w+)\.? (\w+)\.?,? (\d{4}),? (\d{1,2})[:h]?(\d\d)(?: ?([AP])M)?", re.I
)
MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec"
NOTEBOOK = re.compile(r"(?P<stem>.+)\.ipynb\b.*", re.I | re.S)
ENDING = re.compile(  # of other files; what else stands behind a dot may be a name
    r"(\.tar)?\.(7z|bz2|csv|docx?|gz|html?|jpe?g|json|lnk|md|odt|pdf|png|py|rar|rtf|tar|tgz|txt|url"
    r"|webloc|xlsx?|xz|zip)\Z",
    re.I,
)
MARKED = re.compile(r"[\w.-]+~[a-z2-7]{6}")  # an id that student_id() made of another name


def platform(part):
    """What a platform's name for a file or folder says, or None for any other name."""
    part = without_zip(part)
    if len(part) > LONGEST_NAME:
        return None
    for pattern in (MOODLE, BLACKBOARD, BRIGHTSPACE, EXCHANGE, CANVAS, CANVAS_ONE):
        if found := pattern.fullmatch(part):
            return found.groupdict()
    return None


def whose(parts):
    """(student's id, exercise or None, timestamp, number) of a hand-in's path, split at slashes."""
    first, *rest = parts
    if found := platform(first):
        who, number = found["who"], found.get("id")
        exercise = exercise_in("/".join([found.get("rest") or "", *rest]))
        exercise = exercise or exercise_in(found.get("exercise") or "")
        late = found.get("late") or found.get("late2")
        timestamp = time_in(found["time"]) if "time" in found else late or ""
        turn = re.search(r"-(\d+)\.[^-/]*$", found.get("rest") or "")
        order = None
        if "number" in found:
            order = int(found["number"] or 0), int(turn[1]) if turn else 0
        return student_id(who, number), exercise, timestamp, order
    named = NOTEBOOK.fullmatch(without_zip(first))
    name = named["stem"] if named else without_zip(first) if rest else ENDING.sub("", first)
    return student_id(name), exercise_in("/".join(rest or [first])), "", None


def without_zip(name):
    return re.sub(r"\.zip$", "", name, flags=re.I)


def student_id(name, number=None):
    """An id for a name, fit for files, spreadsheets, pages and nbgrader; no two names share one.

    A name of letters, digits and . _ - is its own id, and so is an id. Of any other what is
    readable stays, with the platform's number or, where there is none, six letters that come of the
    whole name. So it depends on the name alone.
    """
    name = unicodedata.normalize("NFC", name)
    if MARKED.fullmatch(name):
        return name
    plain = _readable(name)
    if number:
        return f"{plain}-{number[-20:]}"
    if plain == name:
        return plain
    mark = hashlib.sha256(name.encode(errors="surrogatepass")).digest()
    return f"{plain}~{base64.b32encode(mark).decode().lower()[:6]}"


def _readable(name):
    """The letters and digits of a name, with the marks on them; - for anything between."""
    kept = ""
    for character in name:
        kind = unicodedata.category(character)[0]
        if kind in "LN" or character in "-._" or (kind == "M" and kept[-1:] not in ("", *"-._")):
            kept += character
        elif not kept.endswith("-"):
            kept += "-"
    kept = kept.strip("-._").encode()[:LONGEST].decode(errors="ignore")
    return kept.rstrip("-._") or "nobody"


def exercise_in(words):
    found = re.search(r"(?<![a-z])ch\d\d", words.lower())
    return found and found.group()


def time_in(words):
    """A time as platforms write it, as "2026-11-20 13:45:07"; "" for what is none."""
    words = words.lstrip("\ufeff")
    if found := re.match(r"(\d{4}-\d\d-\d\d)\D(\d\d)\D(\d\d)\D(\d\d)", words):
        day, *clock = found.groups()
        written = f"{day} {':'.join(clock)}"
    elif found := DAY.fullmatch(words):
        one, other, year, hour, minute, half = found.groups()
        day, month = (one, other) if one.isdigit() else (other, one)
        month = MONTHS.find(month[:3].lower()) // 3 + 1
        hour = int(hour) if half is None else int(hour) % 12 + 12 * (half.lower() == "p")
        written = f"{year}-{month:02}-{day:0>2} {hour:02}:{minute}:00"
    else:
        return ""
    try:
        return str(datetime.fromisoformat(written))
    except ValueError:
        return ""


def shown(words):
    """Text as it may be printed: nothing in it moves the cursor, ends the line or turns it."""
    return "".join(
        c if c.isprintable() or c in "\u200c\u200d" else repr(c)[1:-1] for c in str(words)
    )
