"""The questions that chapters ask before they show: questions.toml beside this file."""

import tomllib
from importlib import resources


def questions():
    """All of them: name -> {question, options: {option: explanation}, answer}."""
    return tomllib.loads(resources.files("memkit.course").joinpath("questions.toml").read_text())


def question(name):
    """One of them; ValueError for a name that there is not."""
    known = questions()
    if name not in known:
        raise ValueError(f"there is no question {name!r}; there are {', '.join(known)}.")
    return known[name]
