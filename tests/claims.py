"""The numbers that a chapter's text tells, and where each comes from.

Each is shown: it stands in the chapter's code or in what a cell prints. Or it is claimed:
`claims.toml` has an expression that gives it, or a reason why it needs none.
"""

import re
import tomllib
from pathlib import Path

import nbformat

CLAIMS = tomllib.loads(Path(__file__).with_name("claims.toml").read_text(encoding="utf-8"))
NUMBER = r"0x[0-9a-fA-F_]+|\d[\d,_]*(?:\.\d+)*"
COUNTED = 12  # numbers up to this are said as words are
# Not numbers of anything: versions, years, chapters and sections, names of machines, links.
NAMES = (
    r"(?m)^\*\d+ minutes\..*\*$",  # how long a chapter is: the README's too
    r"\[[^\]]*\]\([^)]*\)",
    r"\b(?:Go|glibc|Linux|gperftools|libCacheSim|[Uu]ntil|[Ss]ince|[Ii]n|[Uu]p to Go|from|to Go)"
    r"\s+\d+\.\d+(?:\.\d+)?",
    r"[Cc]hapters?\s\d\d(?:(?:, | and | to )\d\d)*",
    r"\(\d\d(?:, \d\d)*\)",
    r"\(4\.\d\)",
    r"\b(?:19|20)\d\d\b",
    r"x86-64|i386|\b(?:16|32|48|64)-bit|\d+ bits",
)


def value(number):
    """0x1f, 1,234 and 1_234 as what they are."""
    plain = number.replace(",", "").replace("_", "").rstrip(".")
    return int(plain, 16) if plain.startswith("0x") else float(plain)


def numbers(text):
    """{value: as it is written} of all numbers, but for parts of versions such as 1.2.3."""
    found = [one.rstrip(",.") for one in re.findall(NUMBER, text)]
    return {value(one): one for one in found if one.count(".") < 2}


def told(notebook):
    """The numbers of the text that are large enough to be wrong."""
    found = {}
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            found |= numbers(re.sub("|".join(NAMES), " ", cell.source))
    return {
        number: text for number, text in found.items() if number > COUNTED or number != int(number)
    }


def shown(notebook):
    """The numbers of the code and of what it printed, in a notebook that has run."""
    found = {}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            found |= numbers(cell.source)
            for output in cell.outputs:
                found |= numbers(output.get("text", ""))
                for kind in ("text/plain", "text/html"):
                    found |= numbers(output.get("data", {}).get(kind, ""))
    return found


def asking(chapter):
    """The cell that computes what is claimed: it prints {number: value, or what went wrong}."""
    wanted = {number: how for number, how in CLAIMS[chapter].items() if number != "said"}
    return nbformat.v4.new_code_cell(
        f"""import json
def _claimed(how):
    try:
        return float(eval(how, globals()))
    except Exception as error:
        return repr(error)
print(json.dumps({{number: _claimed(how) for number, how in {wanted!r}.items()}}))"""
    )


def wrong(chapter, computed):
    """{number: what it is instead} of the claims that do not hold, to the last digit written."""
    return {
        number: got
        for number, got in computed.items()
        if type(got) is str or round(got, len(number.partition(".")[2])) != value(number)
    }
