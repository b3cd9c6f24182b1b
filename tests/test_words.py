"""Words: what is said to be the article's stands in it, none comes before it is explained, and few
make a sentence."""

import re
import tomllib
from functools import cache
from pathlib import Path

import nbformat
import pytest

from memkit import course, data

ROOT = Path(__file__).resolve().parent.parent
CHAPTERS = {int(path.name[:2]): path for path in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))}
GLOSSARY = ROOT / "notebooks" / "glossary.ipynb"
ARTICLE = set(
    (Path(data.__file__).parent / "article" / "terms.txt").read_text(encoding="utf-8").split("\n")
) - {""}
TITLES = ("golang 内存分配", "可视化Go内存管理")  # of texts, which are cited


@cache
def texts(path):
    cells = nbformat.read(path, as_version=4).cells
    return [cell.source for cell in cells if cell.cell_type == "markdown"]


def terms(text):
    r"""[(Chinese term, whether a star, \*, follows)], with the Latin word that begins one."""
    for title in TITLES:
        text = text.replace(title, "")
    found = re.findall(r"((?:(?:BSS|Data|Text|Linux) )?[\u4e00-\u9fff]+)(\\\*)?", text)
    return [(term, bool(star)) for term, star in found]


@pytest.mark.parametrize("path", [*CHAPTERS.values(), GLOSSARY], ids=lambda path: path.stem)
def test_a_term_without_a_star_is_the_article_s_and_one_with_a_star_is_not(path):
    for term, star in terms("\n".join(texts(path))):
        assert star != (term in ARTICLE), term


def test_what_is_the_article_s_is_seen():
    assert terms("page 页 · page table 页表\\* · data Data 段") == [
        ("页", False), ("页表", True), ("Data 段", False),
    ]  # fmt: skip


@cache
def read(chapter):
    return prose("\n".join(texts(CHAPTERS[chapter])))


@cache
def words():
    """[(word, what it is, chapter)] of the glossary."""
    rows = re.findall(r"^\| (.+?) \| (.+?) \| (\d\d) \|", "\n".join(texts(GLOSSARY)), re.M)
    return [(word, told, int(chapter)) for word, told, chapter in rows]


def prose(text):
    """A text without its headings, tables, code, and the titles that links have.

    A single word of code is a word that is marked.
    """
    text = re.sub(r"`(\w+)`", r"*\1*", text)
    return re.sub(r"```[^`]*```|`[^`]*`|^#.*$|^\|.*$|\[[^\]]*\]\([^)]*\)", "", text, flags=re.M)


def first(word, text):
    """Where a word comes first, and whether it is marked there: (place or None, bool)."""
    plural = "" if word.endswith("s") else "(?:e?s)?"
    pattern = rf"(\*{{0,2}})(?<![\w-]){re.escape(word)}{plural}(?![\w-])"
    found = re.search(pattern, text, 0 if word.isupper() or len(word) < 4 else re.I)
    return (found.start(), bool(found[1])) if found else (None, False)


@pytest.mark.parametrize("word, told, chapter", words(), ids=[row[0] for row in words()])
def test_no_word_comes_before_the_chapter_that_explains_it(word, told, chapter):
    early = {n: first(word, read(n)) for n in range(1, chapter)}
    # Where it is marked it is explained, as something else: P and page cache have two meanings.
    assert [n for n, (at, marked) in early.items() if at is not None and not marked] == []
    at, marked = first(word, read(chapter))
    assert at is not None, "it does not come there"
    assert marked, f"it is not marked where it comes first: {read(chapter)[at - 60 : at + 40]}"


def test_the_glossary_is_in_the_order_of_the_chapters_and_short():
    chapters = [chapter for *_, chapter in words()]
    assert chapters == sorted(chapters) and len(chapters) > 60
    assert all(len(told.split()) <= 30 for _, told, _ in words())
    names = [word for word, *_ in words()]
    assert len(set(names)) == len(names)


# Sentences


def sentences(text):
    """Its sentences, which a colon or a semicolon ends as well; a piece of code is one word."""
    text = re.sub(r"```[^`]*```|^\|.*$", "", text, flags=re.M)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", re.sub(r"`[^`]*`", "code", text))
    return re.split(r"[.?!:;]\W*\s|\n\s*\n|\n(?=- |\d\. |#)| · ", text)


def long_ones(text):
    return [one for one in sentences(text) if len(one.split()) > 30]


@pytest.mark.parametrize(
    "path",
    [*CHAPTERS.values(), *sorted((ROOT / "solutions").glob("*/*.ipynb"))],
    ids=lambda p: p.stem,
)
def test_a_sentence_has_at_most_30_words(path):
    assert long_ones("\n\n".join(texts(path))) == []


def test_so_have_the_sentences_of_the_questions():
    toml = (Path(course.__file__).parent / "questions.toml").read_text(encoding="utf-8")
    for question in tomllib.loads(toml).values():
        assert long_ones("\n\n".join([question["question"], *question["options"].values()])) == []


def test_a_long_sentence_is_seen():
    assert long_ones("one " * 30 + ". " + "one " * 31 + ": `a b c`; two · three") == ["one " * 31]
