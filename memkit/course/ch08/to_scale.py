"""A bar to scale of (bytes, state, text, touched); the rest of `whole` is left blank."""

from memkit import pictures
from memkit.pictures.language import NOTHING


def bar(parts, whole, label="", caption=""):
    parts = [part for part in parts if part[0] > 0]
    rest = whole - sum(part[0] for part in parts)
    return pictures.bar([*parts, *[(rest, NOTHING, "", False)] * (rest > 0)], label, caption)
