"""What a learner sees in JupyterLab: no answer yet, or a wrong one beside the right one."""

import importlib
import re

import pytest
from browser import Player

from memkit.course import Task

CHAPTERS = [f"ch{n:02}" for n in range(1, 12)]

# What is cut off at the side, and text in a column so narrow that it runs down letter by letter.
UNREADABLE = """view => {
    const edge = view.getBoundingClientRect(), found = [];
    for (const node of view.querySelectorAll('*')) {
        const box = node.getBoundingClientRect();
        if (!box.width || !box.height) continue;
        const name = `${node.nodeName} ${node.className.baseVal ?? node.className}`;
        if (box.left < edge.left - 8 || box.right > edge.right + 8) found.push(`cut: ${name}`);
        if (node.matches('.mk-caption, .mk-label') && box.height > 90 && box.width < 90)
            found.push(`narrow: ${node.textContent}`);
    }
    return found;
}"""


@pytest.mark.parametrize("part", range(3))
def test_mistakes_are_drawn_so_that_one_can_read_them(page, part):
    """Two wrong ideas of every task of the course, in three notebooks: one would weigh too much."""
    calls = [
        f"{chapter}.{name}.show({chapter}.{idea.__name__})"
        for chapter in CHAPTERS[part::3]
        for name, task in vars(importlib.import_module(f"memkit.course.{chapter}")).items()
        if isinstance(task, Task)
        for idea in task.wrong[:2]
    ]
    chapters = f"from memkit.course import {', '.join(CHAPTERS)}"
    page.page.set_viewport_size({"width": 1280, "height": 900})
    page.open_notebook(page.lab.notebook("answers", chapters, *calls))
    assert page.run_all() == []
    views = page.page.query_selector_all(".mk-comparison")
    assert len(views) == len(calls)
    for call, view in zip(calls, views, strict=True):
        view.scroll_into_view_if_needed()
        assert len(view.query_selector_all("[data-step]")) == 2, call
        assert view.evaluate(UNREADABLE) == [], call
    assert page.errors == []


WRONG = """def second_chance(refs, frames):
    memory, gone = [], []
    for page in refs:
        if page not in memory:
            memory.append(page)
        if len(memory) > frames:
            gone.append(memory.pop(0))
    return gone"""
EDIT = """async ([id, source]) => {
    const {commands, shell} = jupyterapp, {content} = shell.currentWidget;
    const at = content.widgets.findIndex(cell => cell.model.id === id);
    content.activeCellIndex = at;
    if (source !== null) content.activeCell.model.sharedModel.setSource(source);
    await commands.execute('notebook:run-cell');
    return content.widgets[at].outputArea.node.innerText;
}"""
SHOW = """async source => {
    const {commands, shell} = jupyterapp, {content} = shell.currentWidget;
    await commands.execute('notebook:insert-cell-below');
    content.activeCell.model.sharedModel.setSource(source);
    await commands.execute('notebook:run-cell');
}"""


def test_a_learner_sees_the_message_and_no_traceback(page):
    """An exercise as it comes, run from top to bottom. A kernel leaves out what waits when a cell
    fails, and runs what reaches it only after ipykernel's stop_on_error_timeout."""
    name = "ch01-overlays-to-virtual-memory"
    page.open_notebook(f"exercises/{name}/{name}.ipynb")
    page.run_all()
    outputs = page.page.locator(".jp-OutputArea-output")
    outputs.get_by_text("not started yet").first.wait_for(timeout=10_000)
    shown = outputs.all_inner_texts()
    for text in shown:
        assert text.startswith("ch01 · ") and "not started yet" in text and "Error:" not in text
    assert page.errors == []


def test_a_learner_is_wrong_and_looks(page):
    """The exercise alone: a wrong answer, what check says, the call that it names, and the keys."""
    name = "ch03-memory-as-a-cache-of-disk"
    page.open_notebook(f"exercises/{name}/{name}.ipynb")
    page.page.evaluate(EDIT, ["import", None])
    page.page.evaluate(EDIT, ["second-chance", WRONG])
    said = page.page.evaluate(EDIT, ["second-chance-check", None])
    call = re.search(r"to see it +(\S+\(second_chance\)) +your run above", said)
    assert call and "looks like    plain FIFO" in said, said
    page.page.evaluate(SHOW, call[1])
    view = page.page.locator(".mk-comparison")
    above, below = (view.locator(".mk-sentence").nth(n) for n in (0, 1))
    above.get_by_text("Yours: place 3, page 3: fault, page 1 goes.").wait_for(timeout=10_000)
    right = "Right: place 3, page 3: fault, the hand passes by page 1, and page 2 goes."
    below.get_by_text(right).wait_for(timeout=10_000)
    player = Player(page.page, view.element_handle())
    player.press("ArrowLeft")
    above.get_by_text("Yours: place 2").wait_for(timeout=10_000)
    player.press("End")
    below.get_by_text("Right: place 3").wait_for(timeout=10_000)
    assert page.errors == []
