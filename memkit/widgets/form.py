"""A form: fields to type in, to choose from and to press, in lines above a picture."""

import ipywidgets

# Full-width signs, and what looks like a minus, as the signs of a keyboard.
SIGNS = {0xFEE0 + sign: sign for sign in range(0x21, 0x7F)} | {0x3000: " "}
SIGNS |= dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2212), "-")
WIDE = {"description_width": "initial"}  # or a name of more than nine letters is cut


def text(says, value="", live=False):
    """A field that sends what was typed with Enter or when it is left; `live`: with each key."""
    return ipywidgets.Text(value, description=says, continuous_update=live, style=WIDE)


def plain(text):
    """What was typed, in the signs of a keyboard: full-width digits, and the minus of a text."""
    return str(text).translate(SIGNS).strip()


def number(name, text, example):
    """The number that a text names, hexadecimal or decimal. ValueError for anything else."""
    try:
        return int(plain(text).replace("_", "").replace(",", ""), 0)
    except ValueError:
        raise ValueError(f"The {name} must be a number such as {example}, not {text!r}.") from None


def refusal(problem, **labels):
    """A ValueError as a sentence that calls an argument as its field is labelled: va="address"."""
    text = str(problem)
    name, _, rest = text.partition(" ")
    text = f"the {labels[name]} {rest}" if name in labels else text
    return text[:1].upper() + text[1:]


def choice(says, options, value=None):
    """A menu; it stands at `value`, or at its first option."""
    at = {} if value is None else {"value": value}
    return ipywidgets.Dropdown(options=options, description=says, style=WIDE, **at)


def tick(says, value=False):
    return ipywidgets.Checkbox(bool(value), description=says, indent=False)


def button(name, says, act):
    """A button that does act(name)."""
    made = ipywidgets.Button(description=says)
    made.add_class(f"mk-do-{name}")
    made.on_click(lambda _: act(name))
    return made


def line(*fields):
    box = ipywidgets.HBox(fields)
    box.add_class("mk-form")
    return box
