"""What one does with a picture in the browser: save it, copy its words; and one that is broken."""

from memkit.widgets.stage import SITE

MAP = """from memkit import vm, widgets
view = widgets.ProcessMap(vm.Machine(64).spawn())
view"""


def test_a_picture_is_saved_and_its_words_are_copied(page):
    """From the menu, by keyboard."""
    page.open_notebook(page.lab.notebook("saved", MAP))
    assert page.run_all() == []
    view, keys = page.page.locator(".mk-player"), page.page.keyboard
    page.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    for downs, begin in ((0, b"<svg "), (1, b"\x89PNG")):
        view.locator(".mk-more").focus()
        keys.press("Enter")
        for _ in range(downs):
            keys.press("ArrowDown")
        with page.page.expect_download() as download:
            keys.press("Enter")
        assert download.value.path().read_bytes().startswith(begin)
    keys.press("Enter")
    keys.press("End")
    keys.press("Enter")
    view.get_by_text("copied").wait_for(timeout=10_000)
    words = page.page.evaluate("navigator.clipboard.readText()")
    assert words.startswith("Process 1 has ") and "\tstack\trw-\t" in words
    assert page.errors == []


DRAWN_BADLY = """import ipywidgets
from memkit.pictures.language import empty, picture
from memkit.widgets.stage import Stage
good = picture(0, "Good.", [], [])
stage = Stage()
stage.show(["one", "two", "three"], [lambda i: {**good, "step": i} if i != 1 else
    {"kind": "frames", "step": 1, "words": []}])
box = ipywidgets.VBox([stage])
box.add_class("mk-player")
box"""


def test_one_bad_picture_is_one_sentence(page):
    page.open_notebook(page.lab.notebook("bad", DRAWN_BADLY))
    assert page.run_all() == []
    view, keys = page.page.locator(".mk-player"), page.page.keyboard
    view.focus()
    keys.press("ArrowRight")
    view.get_by_role("alert").get_by_text("Step 1 cannot be drawn: ").wait_for(timeout=10_000)
    keys.press("ArrowRight")
    view.locator(".mk-sentence").get_by_text("Good.").wait_for(timeout=10_000)
    assert page.errors == []


def test_a_chapter_s_picture_offers_its_address_on_the_site(page):
    page.open_notebook("notebooks/00-start-here.ipynb")
    assert page.run_all() == []
    page.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    view = page.page.locator(".mk-tiers")
    view.locator(".mk-next").click()
    view.locator(".mk-more").click()
    view.get_by_role("menuitem", name="copy a link to this").click()
    view.get_by_text("copied").wait_for(timeout=10_000)
    copied = page.page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{SITE}notebooks/00-start-here.html#widgets-tiersview-steps,step=2"
    assert page.errors == []
