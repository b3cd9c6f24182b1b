"""Read a hand-in from stdin; write its cells to stdout as one line of JSON, of bounded size.

The file may be a hundred megabytes, or no notebook at all: it is read here, where memory and time
are bounded, and only what counts goes out: the sources, without outputs and attachments, and what
each of them defines. The sources are parsed here, too, since a parser can be brought down by them.

Source: the notebook formats 1 to 4 as the nbformat package's documents and converters have them.
"""

import ast
import json
import re
import sys
import warnings

MOST = 10_000  # cells
LONGEST = 2_000_000  # characters of all sources together
PARSED = 200_000  # characters of a source that is looked into
SHOWN = 20_000  # characters of a text cell, which is only shown
NO_NOTEBOOK = "the file is not a Jupyter notebook: "
BINARY = {  # how files begin that are mistaken for notebooks: file(1)
    b"%PDF": "it is a PDF",
    b"PK\x03\x04": "it is a zip archive, or a document of an office program",
    b"PK\x05\x06": "it is a zip archive with nothing in it",
    b"\x1f\x8b": "it is a compressed archive",
    b"7z\xbc\xaf\x27\x1c": "it is a compressed archive",
    b"Rar!": "it is a compressed archive",
    b"\xd0\xcf\x11\xe0": "it is a document of an office program",
    b"{\\rtf": "it is a document of a word processor",
    b"\x89PNG": "it is a picture",
    b"\xff\xd8\xff": "it is a picture",
    b"GIF8": "it is a picture",
    b"SQLite format 3": "it is a data base",
}


def read(data):
    """The cells in these bytes, or {"broken": what is wrong in one sentence}.

    {"cells": [[kind, name, source, names, checks], ...], "remarks": [what was left out, ...]}:
    names and checks are those of `look_into`.
    """
    try:
        notebook = _notebook(data)
        return {"broken": notebook} if type(notebook) is str else _cells(notebook)
    except MemoryError:
        return {"broken": "the file is too large"}
    except RecursionError:
        return {"broken": f"{NO_NOTEBOOK}it is nested too deeply"}


def look_into(source):
    """({name: "def", "stub" or "other"}, [[chapter, task, function], ...]) of a cell's source.

    The names are those that it binds at its top level: to a function that does something, to one
    that is still to be written, or to whatever else. The calls are the checks that it makes. The
    names of a source that is no Python are None.
    """
    try:
        tree = _parsed(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None, []
    names, checks, ahead = {}, [], tree.body[::-1]
    while ahead:
        node = ahead.pop()
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                names[node.name] = "stub" if _unwritten(node) else "def"
                continue
            case ast.Assign(value=ast.Lambda()):
                names |= {t.id: "def" for t in node.targets if type(t) is ast.Name}
                continue
            case ast.Lambda() | ast.ListComp() | ast.SetComp() | ast.DictComp():
                continue
            case ast.GeneratorExp():
                continue
            case ast.Name(name, ast.Store()):
                names.setdefault(name, "other")
            case ast.alias(name, shown) if name != "*":
                names.setdefault(shown or name.partition(".")[0], "other")
            case ast.Call(
                ast.Attribute(ast.Attribute(ast.Name(chapter), task), "check"),
                [ast.Name(function), *_],
            ) if re.fullmatch(r"ch\d\d", chapter):
                checks.append([chapter, task, function])
        ahead += list(ast.iter_child_nodes(node))[::-1]
    return names, checks


def _parsed(source):
    if len(source) > PARSED:
        raise ValueError("this is too long")
    try:
        return ast.parse(source)
    except SyntaxError:  # IPython's own lines: %matplotlib inline, !ls, memory?, x = !ls
        return ast.parse("\n".join(map(_plain, source.splitlines())))


def _plain(line):
    words = line.strip()
    if words.startswith(("%", "!", "?")) or words.endswith("?"):
        return line[: len(line) - len(line.lstrip())] + "pass"
    return re.sub(r"= *[%!].*", "= None", line)


def _unwritten(node):
    """Whether a function does nothing yet: its exercise's stub, untouched or emptied."""
    for statement in node.body:
        match statement:
            case ast.Pass() | ast.Expr(ast.Constant()):
                pass
            case ast.Raise(ast.Name("NotImplementedError")):
                pass
            case ast.Raise(ast.Call(ast.Name("NotImplementedError"))):
                pass
            case _:
                return False
    return type(node) is not ast.ClassDef


def _notebook(data):
    """The notebook in these bytes, a dict; or what they are instead, a sentence."""
    if not data.strip(b"\0 \t\r\n"):
        return "the file is empty" + (": nothing but white space is in it" if data else "")
    for start, words in BINARY.items():
        if data.startswith(start):
            return NO_NOTEBOOK + words
    text = _text(data)
    del data
    if not text:
        return "the file is empty: nothing but white space is in it"
    try:
        # Numbers stay as they are written: one of 5,000 digits is no reason to read nothing.
        notebook = json.loads(text, strict=False, parse_int=str)
    except json.JSONDecodeError as error:
        return NO_NOTEBOOK + _instead(text, error)
    if type(notebook) is not dict or not {"cells", "worksheets"} & notebook.keys():
        return f"{NO_NOTEBOOK}it is JSON that has no cells"
    return notebook


def _text(data):
    """The text, in whichever of the encodings that editors write."""
    encoding = json.detect_encoding(data)
    for name in (encoding, "cp1252") if encoding.startswith("utf-8") else (encoding,):
        try:
            return data.decode(name).strip("\ufeff\0\x1a \t\r\n")
        except UnicodeDecodeError:
            pass
    return data.decode("latin-1" if encoding.startswith("utf-8") else encoding, "replace")


def _instead(text, error):
    """What a text is that is no JSON."""
    if re.search(r"(?m)^(<{7}|>{7}) ", text):
        return "git has left both sides of a merge in it, between <<<<<<< and >>>>>>>"
    if text.startswith("<"):
        return "it is a web page, as of a login or of a notebook that was saved as HTML"
    if text.startswith("{"):
        if error.msg.startswith("Unterminated string") or (
            error.pos >= len(text) - 6 and error.msg != "Extra data"
        ):
            return "it is cut off in the middle, its end is missing"
    elif {"def", "import", "from"} & set(text[:PARSED].split()) and _is_python(text):
        return "it is a Python script"
    return f"it is no JSON (line {error.lineno}, column {error.colno})"


def _is_python(text):
    try:
        return bool(_parsed(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def _cells(notebook):
    cells, remarks = notebook.get("cells"), []
    if "cells" not in notebook:  # formats 1 to 3
        sheets = notebook["worksheets"] if type(notebook["worksheets"]) is list else []
        cells = [cell for sheet in sheets for cell in _dict(sheet).get("cells") or ()]
    if type(cells) is not list or cells and not any(type(cell) is dict for cell in cells):
        return {"broken": f"{NO_NOTEBOOK}what it calls cells are none"}
    cells = [_cell(cell) for cell in cells if type(cell) is dict]
    if not any(kind == "code" for kind, *_ in cells):  # a converter has made text of it all
        for cell in cells:
            code = _unfenced(cell[2])
            names, checks = look_into(code)
            if names or checks:
                cell[:] = ["code", cell[1], code, names, checks]
    if not cells:
        remarks.append("the notebook has no cells")
    if language := _language(_dict(notebook.get("metadata"))):
        remarks.append(f"the notebook's kernel is {language}, not Python")
    # What is left out where there is not room for all: texts before code, what only runs before
    # what defines something, the longest before what is short.
    order = sorted(range(len(cells)), key=lambda i: (_rank(cells[i]), len(cells[i][2]), i))
    if len(order) > MOST:
        remarks.append(f"{len(order) - MOST:,} of the notebook's {len(order):,} cells are left out")
    room = LONGEST
    for number in order[:MOST]:
        kind, _, source, *_ = cell = cells[number]
        if len(source) > room:
            cell[2:] = f"# {len(source):,} characters: too long to be graded", {}, []
            if kind == "code":
                remarks.append(f"cell number {number + 1} is left out: {len(source):,} characters")
        room -= len(cell[2])
    return {"cells": [cells[number] for number in sorted(order[:MOST])], "remarks": remarks[:20]}


def _rank(cell):
    kind, _, _, names, checks = cell
    return 0 if "def" in (names or {}).values() else 1 if checks or kind == "code" else 2


def _cell(cell):
    """[kind, name, source, names, checks] of a cell of any format."""
    metadata = _dict(cell.get("metadata"))
    name = _dict(metadata.get("nbgrader")).get("grade_id") or cell.get("id") or ""
    source = _joined(cell.get("source", cell.get("input", cell.get("code", cell.get("text", "")))))
    kind = str(cell.get("cell_type", "")).lower()
    names, checks = None, []
    if kind in ("", "code"):
        names, checks = look_into(source)
        if not kind:
            code = names is not None or {"outputs", "input", "execution_count"} & cell.keys()
            kind = "code" if code else "markdown"
    else:
        # Code that was made text by a slip of the keyboard, or by a converter, behind fences.
        code = _unfenced(source)
        if re.search(r"\bdef |\blambda\b|\.check\(", code):
            names, checks = look_into(code)
        if names or checks:
            source = code
        elif kind == "heading":
            source = f"# {source}"
        kind = "markdown"
    if kind == "markdown" and not names:
        source = _shortened(source)
    return [kind, str(name)[:100], source, names, checks]


def _unfenced(text):
    """The code in a text: what stands between fences, the words around it as comments."""
    lines, fence = [], ""
    for line in text.strip().splitlines():
        found = re.match(r" *(```+|~~~+)", line)
        if found and (not fence or found[1].startswith(fence)):
            fence = "" if fence else found[1]
            lines.append(None)
        else:
            lines.append((bool(fence), line))
    if None not in lines:
        return text.strip()
    lines = [line for line in lines if line]
    return "\n".join(line if inside else f"# {line}".rstrip() for inside, line in lines)


def _joined(source):
    if type(source) is not list:
        return "" if source is None else str(source)
    lines = [str(line) for line in source]
    # Some converters drop the line ends that the format wants in the list.
    between = "" if any(line.endswith("\n") for line in lines[:-1]) else "\n"
    return between.join(lines)


def _shortened(text):
    """A text to be shown: without the pictures in it, and of bounded size."""
    text = re.sub(
        r"data:[^\s)\"'>]{200,}", lambda m: f"{m[0][:30]}... ({len(m[0]):,} characters)", text
    )
    if len(text) > SHOWN:
        text = f"{text[:SHOWN]}\n... ({len(text):,} characters) ..."
    return text


def _language(metadata):
    """The language of a notebook that is for another one than Python, or ""."""
    for key, name in (("language_info", "name"), ("kernelspec", "language")):
        language = _dict(metadata.get(key)).get(name)
        if type(language) is str and language:
            return "" if "python" in language.lower() else language[:40]
    return ""


def _dict(value):
    return value if type(value) is dict else {}


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # of sources that are parsed
    print('{"ready": true}', flush=True)
    try:
        answer = read(sys.stdin.buffer.read())
    except MemoryError:
        answer = {"broken": "the file is too large"}
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode(errors="replace") + b"\n")
