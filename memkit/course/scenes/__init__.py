"""What the scenes of several chapters draw: an answer, however wrong, in a chapter's pictures.

counted      the row of an answer that counts events; the calls of threads
floors       a step's picture, of floors alone
to_scale     a bar as long as its shares say
claimed      a number that an answer claims, as text, whatever it is
"""
