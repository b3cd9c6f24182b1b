"""A bar of (share, state[, text, touched]) to scale; the rest of `whole` is left blank."""

from memkit import pictures
from memkit.pictures.language import NOTHING


def bar(parts, whole, label="", caption=""):
    parts = [part if len(part) > 2 else (*part, "", False) for part in parts if part[0] > 0]
    rest = whole - sum(part[0] for part in parts)
    return pictures.bar([*parts, *[(rest, NOTHING, "", False)] * (rest > 0)], label, caption)
