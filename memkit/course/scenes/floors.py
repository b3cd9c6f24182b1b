"""A picture of floors, and the same in words."""

from memkit import pictures
from memkit.pictures.tiers import floor_words


def drawn(i, sentence, *floors):
    return pictures.picture(i, sentence, list(floors), floor_words(floors))
