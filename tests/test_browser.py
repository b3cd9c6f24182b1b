"""Every chapter, opened and run in real JupyterLab, and its players moved by keyboard."""

import re
import signal
from pathlib import Path

import pytest
from browser import ROOT, THEMES, Player
from fits import misfits
from slides import SIZE, fits, page_through, presented

NOTEBOOKS = sorted(path.name for path in (ROOT / "notebooks").glob("[0-9]*.ipynb"))


ENDED = "The kernel that made this has ended: run the cell again."
DIE = f"import os; os.kill(os.getpid(), {signal.SIGKILL.value})"
KILL = """async code => {
    const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    const gone = new Promise(done => kernel.statusChanged.connect((_, status) => {
        if (/restarting|dead/.test(status)) done();
    }));
    kernel.requestExecute({code});
    await gone;
}"""
# What each widget says when its first button is pressed, or else its first menu is used.
PRESS = """() => [...document.querySelectorAll('.mk-player, .mk-live')].flatMap(root => {
    const visible = (what) => [...root.querySelectorAll(what)].find(one => one.offsetParent);
    const button = visible('.widget-button:enabled');
    const menu = visible('.widget-dropdown select:enabled');
    if (button) button.click();
    else if (menu) menu.dispatchEvent(new Event('change', {bubbles: true}));
    else return [];
    return [root.querySelector('.mk-refusal').textContent];
})"""
WITH_FORMS = {"02", "03", "04", "05", "07"}  # chapters


def play(player):
    """By the keyboard, a step forward and back; then all steps: what each of the first shows."""
    player.press("Home")
    player.arrives(0)
    for key, step in (("ArrowRight", 1), ("ArrowLeft", 0)):
        player.press(key)
        player.arrives(step)
    seen = player.walk(to_the_end=True)
    assert len(seen["rows"]) == 1, "the controls move while one steps"
    assert len(set(seen["forward"])) == len(seen["forward"])
    assert seen["back"] == seen["forward"], "forward and back, and a picture differs"
    return seen["forward"]


def run(page, name, theme="light"):
    page.page.set_viewport_size(SIZE)
    page.page.emulate_media(reduced_motion="reduce")  # what flies is no part of a picture
    page.open_notebook(f"notebooks/{name}", theme)
    assert page.run_all() == []
    players = page.players()
    assert page.page.query_selector(".mk-player, .mk-live"), "a chapter has something to play"
    shown = [play(player) for player in players]
    assert page.errors == []
    assert page.foreign == [], "the course must work with no internet"
    return shown


def without_its_kernel(page, name, shown):
    """Every player shows the same pictures as before, and a button says why it does nothing."""
    page.page.evaluate(KILL, DIE)
    page.page.keyboard.press("Escape")  # JupyterLab tells it in a dialog
    for player, pictures in zip(page.players(), shown, strict=True):
        seen = player.walk()
        assert seen["forward"] == seen["back"] == pictures
    said = page.page.evaluate(PRESS)
    assert set(said) <= {ENDED}
    assert said or name[:2] not in WITH_FORMS


def lecture(page):
    """Nothing is cut on any slide at 1280 x 720, and a picture on its slide obeys its keys.

    Only two memories over a chart may be taller than the screen: they have the slide for
    themselves, which scrolls under their controls.
    """
    players, played, seen = page.players(), 0, set()
    with presented(page):
        for slide in page_through(page):
            seen |= set(slide["cells"])
            assert slide["cells"] and slide["cut"] == [], slide
            alone = slide["pictures"] == len(slide["cells"]) == 1
            assert fits(slide) or (alone and slide["curves"] and slide["scrolls"]), slide
            for player in filter(Player.is_on_the_slide, players):
                player.press("Home")
                start = player.picture()
                player.press("End")
                assert player.becomes("!=", start), slide
                played += 1
    assert played >= len(players), "a player that no slide shows"
    assert seen == set(range(max(seen) + 1)), "a cell that no slide shows"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_runs_and_plays_in_jupyterlab(page, name):
    shown = run(page, name)
    without_its_kernel(
        page, name, shown
    )  # a picture's lines depend on its width, so this comes first
    assert misfits(page.page) == []
    page.page.set_viewport_size(SIZE)
    lecture(page)
    # What ipywidgets says of a button that reaches nobody.
    assert set(page.errors) <= {"Cannot send"}


def test_runs_and_plays_in_the_dark_theme(page):
    run(page, NOTEBOOKS[-1], theme="dark")


def test_a_thread_stays_where_it_is_when_the_theme_changes(page):
    """JupyterLab shows nothing for a moment then, and what is measured in it lies nowhere."""
    page.open_notebook(f"notebooks/{NOTEBOOKS[0]}")
    assert page.run_all() == []
    page.players()[0].press("End")
    thread = "document.querySelector('.mk-thread path').getAttribute('d')"
    page.page.wait_for_function(f"{thread}.length > 20")
    drawn = page.page.evaluate(thread)
    for theme in ("dark", "light"):
        page.page.evaluate(
            "theme => jupyterapp.commands.execute('apputils:change-theme', {theme})", THEMES[theme]
        )
        light = str(theme == "light").lower()
        page.page.wait_for_selector(f"body[data-jp-theme-light='{light}']", state="attached")
        page.page.wait_for_timeout(500)  # what would be drawn wrongly is drawn by then
        assert page.page.evaluate(thread) == drawn


def test_what_answers_a_question_waits_for_the_learner(page):
    """Run All, and the answer and the text on it are not there; they come with a commitment."""
    page.open_notebook(f"notebooks/{NOTEBOOKS[8]}")
    assert page.run_all(answers="wait") == []
    shown = page.page.locator("pre", has_text="nelems=124")
    text = page.page.locator("p", has_text="the collector need not scan it")
    assert not shown.is_visible() and not text.is_visible()
    assert page.page.locator("h2", has_text="Watch a span fill").is_visible()
    page.page.locator(".mk-predict input").first.focus()
    page.page.keyboard.press("Space")  # it is no matter what one answers
    page.page.keyboard.press("Tab")
    page.page.keyboard.press("Enter")
    shown.wait_for(state="visible")
    text.wait_for(state="visible")
    assert not page.page.locator(".mk-first").first.is_visible()


AGAIN = """from memkit.widgets import bundle
bundle._living = None
second = bundle.bundle()"""
ASK, ANSWER = (f"from memkit import widgets; widgets.{verb}('walk')" for verb in ("ask", "after"))


def test_an_answer_opens_where_another_kernel_has_brought_the_bundle_again(page):
    """The question is drawn by one copy of it, and what waits for it by the other."""
    page.open_notebook(page.lab.notebook("again", ASK, AGAIN, f"{ANSWER}; print('so it is')"))
    assert page.run_all(answers="wait") == []
    shown = page.page.locator("pre", has_text="so it is")
    page.page.locator(".mk-first").wait_for()
    page.page.locator(".mk-predict label").first.click()
    page.page.locator(".mk-commit").click()
    shown.wait_for(state="visible", timeout=5000)


# What draws, late at that, and every way not to: the words that name each.
DRAWS = "el.textContent = 'here'"
WIDGETS = [
    ("Any(js=" + repr(f"await new Promise(go => setTimeout(go, 900)); {DRAWS}") + ")", None),
    ("widgets.HBox([widgets.Output(), widgets.HBox()])", None),
    ("display({VIEW: {'model_id': '0' * 32}}, raw=True)", "no view of its model"),
    ("Any(js='throw new Error()')", "nothing in lm-Widget"),
    ("Any(js='')", "nothing in lm-Widget"),
    ("Any(js='}')", "nothing in lm-Widget"),
    (
        "widgets.VBox([widgets.HTML('over'), Any(js='throw 1')])",
        "nothing in lm-Widget",
    ),
    (f"Any(js={DRAWS!r}).add_class('mk-grid')", "a grid without a picture"),
    (f"Any(js={DRAWS!r}).add_class('mk-player')", "a player that takes no keys"),
]
ANY = """import anywidget, ipywidgets as widgets
VIEW = "application/vnd.jupyter.widget-view+json"
def Any(js):
    return anywidget.AnyWidget(_esm="export default { async render({ el }) { %s } }" % js)
"""


def test_a_dead_widget_is_seen(page):
    page.open_notebook(page.lab.notebook("dead", ANY, *(source for source, _ in WIDGETS)))
    with pytest.raises(AssertionError) as seen:
        page.run_all(seconds=3)
    # On a busy machine ipywidgets shows an error of its own for this, which run_all returns.
    own = "Any(js='}')" if page.page.locator(".jupyter-widgets-error-widget").count() else None
    named = [
        f"cell {at}: {words}"
        for at, (source, words) in enumerate(WIDGETS, 1)
        if words and source != own
    ]
    assert str(seen.value) == f"never drawn: {named}"


BROKEN = """import ipywidgets, traitlets
class Broken(ipywidgets.DOMWidget):
    _view_module = traitlets.Unicode("@jupyter-widgets/controls").tag(sync=True)
    _view_name = traitlets.Unicode("NoSuchView").tag(sync=True)
ipywidgets.VBox([Broken()])"""
ELSEWHERE = "http://192.0.2.1/x.png"  # RFC 5737: an address for examples, where nobody is
FOREIGN = f"from IPython.display import HTML; HTML('<img src={ELSEWHERE}>')"


def test_what_goes_wrong_is_seen(page):
    page.open_notebook(page.lab.notebook("wrong", BROKEN, FOREIGN, "1 / 0"))
    division, widget = page.run_all()
    assert division == "ZeroDivisionError: division by zero"
    assert "javascript error" in widget
    assert set(page.foreign) == {ELSEWHERE}
    assert page.errors != []


def test_what_a_slide_cuts_is_seen(page):
    wide = "from IPython.display import HTML; HTML('<div style=\"width: 3000px\">wide</div>')"
    page.open_notebook(page.lab.notebook("wide", "1", wide, "print('all of it')"))
    assert page.run_all() == []
    with presented(page):
        first, second, third = page_through(page)
    assert [slide["cells"] for slide in (first, second, third)] == [[0], [1], [2]]
    assert first["cut"] == third["cut"] == [] != second["cut"]


# Run All of every chapter is looked at above: by keyboard one uses a picture of it, and what leads
# to that.


def test_the_microscope_is_used_by_keyboard_alone(page):
    """Type an address, drag it, choose the access, break an entry and put it back: keys only."""
    page.open_notebook(
        page.lab.excerpt(
            "02",
            "from-memkit-import-data-reco",
            "table-vm-pagetable-vm-x86-64",
            "widgets-microscope-table-va-2",
        )
    )
    assert page.run_all() == []
    view = page.page.locator(".mk-microscope").last
    sentence = view.locator(".mk-sentence")
    keys = page.page.keyboard

    def says(text):
        sentence.get_by_text(text).wait_for(timeout=10_000)

    def tab_to(name):
        """Press Tab until the control of that name has the focus."""
        here = """() => {
            const on = document.activeElement;
            const text = [...(on.labels ?? [])].map(label => label.innerText).join(' ').trim();
            return text || on.innerText.trim();
        }"""
        for _ in range(20):
            if (last := page.page.evaluate(here)) == name:
                return
            keys.press("Tab")
        raise AssertionError(f"no control is called {name!r}: the last one is {last!r}")

    def write(text):
        keys.press("Control+a")
        keys.type(text)

    view.locator(".mk-address input").focus()
    write("0x7fffffffe042")
    says("0x7fffffffe042 is 0x7042")
    tab_to("drag")
    keys.press("ArrowRight")
    says("0x7fffffffefff is 0x7fff")
    keys.press("ArrowLeft")
    says("0x7fffffffe000 is 0x7000")
    tab_to("access")
    keys.press("ArrowDown")
    says("0x7fffffffe000 is 0x7000")
    keys.press("ArrowDown")
    says("error code 21 (P U I)")
    keys.press("Home")
    says("0x7fffffffe000 is 0x7000")
    tab_to("frame")
    write("0x9")
    keys.press("Enter")
    says("0x7fffffffe000 is 0x9000")
    tab_to("P present")
    keys.press("Space")
    says("not present")
    for _ in range(2):
        keys.press("Shift+Tab")  # over the flags to the button before them
    tab_to("put all back")
    keys.press("Space")
    says("0x7fffffffe000 is 0x7000")
    assert page.errors == []


def test_the_replacement_lab_is_used_by_keyboard_alone(page):
    """Step, jump to where two policies differ, type a string, choose a policy and frames."""
    page.open_notebook(
        page.lab.excerpt("03", "from-memkit-import-data-rec", "widgets-replacementlab-bela")
    )
    assert page.run_all() == []
    lab = page.page.locator(".mk-replacement").first
    above, below = (lab.locator(".mk-sentence").nth(n) for n in (0, 1))
    keys = page.page.keyboard

    def says(sentence, text):
        sentence.get_by_text(text).wait_for(timeout=10_000)

    lab.locator(".mk-kind").focus()
    keys.type("they")  # chooses the option that begins so
    lab.locator(".mk-next").focus()
    says(above, "Reference 1, page 1: fault")
    keys.press("n")
    says(above, "Reference 4, page 4: fault, it goes to frame 0; page 1 had to go.")
    says(below, "Reference 4, page 4: fault, it goes to frame 3.")
    for _ in range(3):
        keys.press("n")
    says(above, "Reference 7, page 5: fault, it goes to frame 0; page 4 had to go.")
    says(below, "Reference 7, page 5: fault, it goes to frame 0; page 1 had to go.")
    keys.press("End")
    says(below, "Reference 12, page 5: fault")
    says(lab.locator(".mk-chart"), "10 with 4: Belady's anomaly")
    string = lab.locator(".mk-refs input")
    string.focus()
    keys.press("Control+a")
    keys.type("1 2 x")
    keys.press("Enter")
    lab.get_by_role("alert").get_by_text("'x', is a letter among numbers.").wait_for(timeout=10_000)
    # The sentence stands at its field, and the last good picture is there, dimmed.
    assert lab.locator(".mk-refs input[aria-invalid]").count() == 1
    assert lab.locator(".mk-form .mk-at-field").count() == lab.locator(".mk-stale").count() == 1
    says(below, "Reference 12, page 5: fault")
    keys.press("Control+a")
    keys.type("1 1 2 3")
    keys.press("Enter")
    says(above, "Reference 4, page 3: fault")  # as far on as before, which is its end
    assert lab.locator("[aria-invalid], .mk-at-field, .mk-stale").count() == 0
    keys.press("Tab")
    keys.type("clock")
    keys.press("Tab")
    keys.type("2")
    lab.locator(".mk-slider").focus()
    keys.press("End")
    says(above, "page 1 had to go; the hand cleared the bit of frames 0 and 1.")
    assert page.errors == []


SOLVE = "from memkit.course import ch08; ch08.slot_size.check(ch08.slot_size.spec)"


def test_progress_is_seen_and_reset_by_keyboard_alone(page):
    """Answer the first page's question, solve a task in another tab, come back, start over."""
    page.open_notebook("notebooks/00-start-here.ipynb")
    page.execute("from memkit.course import progress; progress.reset()")  # what others answered
    assert page.run_all() == []
    view = page.page.locator(".mk-progress")
    view.scroll_into_view_if_needed()
    file = Path(view.locator("code").text_content())
    assert file.is_relative_to(page.lab.root.parent)
    over = view.get_by_role("button", name="start over")
    keys = page.page.keyboard

    def says(text):
        view.locator(".mk-sentence").get_by_text(text).wait_for(timeout=10_000)

    says("Nothing yet: the first question")
    assert over.is_disabled()
    page.page.locator(".mk-predict input").first.focus()
    keys.press("Space")
    keys.press("Enter")
    page.page.locator(".mk-verdict").get_by_text("Not so.").wait_for(timeout=10_000)
    view.scroll_into_view_if_needed()
    says(re.compile("^1 of .* 0 of .* right. Next: chapter 01, the memory a plan needs"))
    page.page.evaluate(
        """async ([path, code]) => {
            const home = jupyterapp.shell.currentWidget;
            const {sessionContext} = await jupyterapp.commands.execute('docmanager:open', {path});
            await sessionContext.ready;
            await sessionContext.session.kernel.requestExecute({code}).done;
            window.endTheOther = () => sessionContext.shutdown();
            jupyterapp.shell.activateById(home.id);
        }""",
        ["exercises/ch08-mspan-and-size-classes/ch08-mspan-and-size-classes.ipynb", SOLVE],
    )
    says(re.compile("^1 of .* 1 of .* right. Next: chapter 08, the waste of a batch"))
    view.get_by_role("img", name="the slot for a request: right").wait_for(timeout=10_000)
    over.focus()
    for leave in ("Escape", "Enter"):  # the focus waits on "no"
        keys.press("Enter")
        view.get_by_text("Delete the file").wait_for(timeout=10_000)
        keys.press(leave)
        view.get_by_text("Delete the file").wait_for(state="hidden", timeout=10_000)
    assert len(file.read_text().splitlines()) == 2
    keys.press("Enter")
    keys.press("Shift+Tab")
    keys.press("Enter")
    says("Nothing yet: the first question")
    assert not file.exists()
    assert page.errors == []
    page.page.evaluate("endTheOther()")


NO_PROC = "from pathlib import Path; from memkit.vm import procfs; procfs.PROC = Path('/nowhere')"


def test_chapter_04_runs_where_there_is_no_proc(page):
    """macOS, Windows, a container that hides it: the recorded process, and the sentence says so."""
    page.open_notebook("notebooks/04-a-process-in-memory.ipynb")
    kernel = "jupyterapp.shell.currentWidget.sessionContext.session.kernel"
    page.page.evaluate(f"code => {kernel}.requestExecute({{code}}).done", NO_PROC)
    assert page.run_all() == []
    real = page.page.locator(".mk-real-process")
    real.locator(".mk-sentence").get_by_text("Recorded: Linux 6.18").wait_for(timeout=10_000)
    assert real.locator(".mk-do-map").is_disabled()
    assert page.errors == []


def test_the_process_map_is_used_by_keyboard_alone(page):
    """Grow, write, fork by letters; go back; pick an area; type a bad address, then one."""
    page.open_notebook(page.lab.excerpt("04", "import", "process-map"))
    assert page.run_all() == []
    view = page.page.locator(".mk-process-map").first
    sentence, told = view.locator(".mk-sentence"), view.locator(".mk-told")
    keys = page.page.keyboard

    def says(where, text):
        where.get_by_text(text).first.wait_for(timeout=10_000)

    view.locator('[data-key][tabindex="0"]').focus()
    for letter, text in (
        ("h", "The heap now ends at 0x812a000"),
        ("w", "frame 0 is filled with zeros"),
    ):
        keys.press(letter)
        says(sentence, text)
    for _ in range(5):  # the five numbers above the process
        keys.press("ArrowDown")
    says(told, "TASK_SIZE")
    keys.press("ArrowUp")
    says(told, "mm_struct.pgtables_bytes")
    for letter, text in (
        ("k", "Process 1 forks"),
        ("w", "copy on write, frame 0 to frame 1"),
    ):
        keys.press(letter)
        says(sentence, text)
    keys.press("ArrowLeft")
    says(sentence, "Process 1 forks")
    keys.press("End")
    says(sentence, "copy on write")
    keys.press("ArrowDown")  # over the numbers above the child
    says(told, "task_struct.pid")
    address = view.locator(".mk-address input")
    address.focus()
    keys.press("Control+a")
    keys.type("here")
    for _ in range(2):  # over "read" to "write"
        keys.press("Tab")
    keys.press("Space")
    view.get_by_role("alert").get_by_text("not 'here'.").wait_for(timeout=10_000)
    address.focus()
    keys.press("Control+a")
    keys.type("0x8049000")
    for _ in range(2):
        keys.press("Tab")
    keys.press("Space")
    says(sentence, "Process 2: SIGSEGV (ACCERR): write to 0x8049000, which is r-x.")
    assert page.errors == []


def test_the_heap_lab_is_used_by_keyboard_alone(page):
    """Step to the refusal, write other requests, a wrong one too, and choose another policy."""
    page.open_notebook(
        page.lab.excerpt("05", "import-random-from-memkit-im", "widgets-heaplab-96-80-a-48-6")
    )
    assert page.run_all() == []
    lab = page.page.locator(".mk-heap-lab").first
    above, below = (lab.locator(".mk-sentence").nth(n) for n in (0, 1))
    keys = page.page.keyboard

    def says(sentence, text):
        sentence.get_by_text(text).wait_for(timeout=10_000)

    lab.locator(".mk-kind").focus()
    keys.type("no")  # chooses the option that begins so
    lab.locator(".mk-next").focus()
    says(above, "Request 1 of 6, A: malloc(96) needs 96 B")
    keys.press("n")
    says(above, "Request 6 of 6, E: malloc(40) needs 40 B; first fit looks at 1 block and takes")
    says(below, "best fit looks at 2 blocks and finds none large enough.")
    says(lab, "no room for E")
    requests = lab.locator(".mk-requests input")
    requests.focus()
    keys.press("Control+a")
    keys.type("+8 -B")
    keys.press("Enter")
    lab.get_by_role("alert").get_by_text("The requests free block B").wait_for(timeout=10_000)
    keys.press("Control+a")
    keys.type("+40 +8 -A +24 +24")
    keys.press("Enter")
    says(above, "Request 5 of 5, D: split")  # as far on as before, which is its end
    keys.press("Tab")
    keys.type("buddy")
    says(lab.locator(".mk-title").first, "buddy system")
    lab.locator(".mk-slider").focus()
    keys.press("End")
    says(above, "Request 5 of 5, D: malloc(24): the block of 32 B at 0x0.")
    assert page.errors == []


def test_the_ward_is_used_by_keyboard_alone(page):
    """Run a program, name a disease, read the report, jump to it, go to the next patient."""
    page.open_notebook(page.lab.excerpt("05", "import-random-from-memkit-im", "widgets-ward"))
    assert page.run_all() == []
    ward = page.page.locator(".mk-ward")
    sentence, report = ward.locator(".mk-sentence"), ward.locator(".mk-report")
    keys = page.page.keyboard

    def says(place, text):
        place.get_by_text(text).wait_for(timeout=10_000)

    ward.locator(".mk-next").focus()
    keys.press("End")
    says(sentence, "The program has ended.")
    says(report, "when you have named the disease")
    ward.locator(".mk-predict input").first.focus()
    keys.press("Space")
    for _ in range(5):
        keys.press("ArrowDown")  # leak ... overflow
    keys.press("Enter")
    says(ward.locator(".mk-verdict"), "Right.")
    says(report, "overflow: line 4 writes 13 B at")
    says(ward, "named right: 1 of 1")
    ward.locator(".mk-kind").focus()
    keys.type("over")
    ward.locator(".mk-slider").focus()
    keys.press("Home")
    says(sentence, "Line 1 has run")
    keys.press("n")
    says(sentence, "Line 4 has run")
    menu, second = ward.locator(".mk-patient select"), "struct node *first = calloc(1, 24)"
    for _ in range(3):  # on a busy machine JupyterLab may take the focus once more
        menu.focus()
        keys.press("Home")
        keys.press("ArrowDown")
        page.page.wait_for_timeout(2000)
        if sentence.get_by_text(second).count():
            break
    says(sentence, second)
    says(report, "when you have named the disease")
    assert page.errors == []


def test_the_scoreboard_is_used_by_keyboard_alone(page):
    """Choose a workload, type sizes, right and wrong ones, choose threads and GOGC: keys only."""
    page.open_notebook(page.lab.excerpt("07", "imports", "scoreboard"))
    assert page.run_all() == []
    board = page.page.locator(".mk-scoreboard")
    sentence = board.locator(".mk-sentence")
    keys = page.page.keyboard

    def says(text):
        sentence.get_by_text(text).wait_for(timeout=10_000)

    says("Locks taken in 36,667 calls: free list 36,667, ptmalloc 3,334, TCMalloc 132, Go 2.")
    sizes = board.locator(".mk-sizes input")
    sizes.focus()
    keys.press("Control+a")
    keys.type("16 x")
    keys.press("Enter")
    board.get_by_role("alert").get_by_text("'x' is none.").wait_for(timeout=10_000)
    keys.press("Control+a")
    keys.type("100000")
    keys.press("Enter")
    says("Locks taken in 462 calls: free list 462")
    keys.press("Shift+Tab")
    keys.type("waves")
    says("Locks taken in 496 calls: free list 496")
    keys.press("Tab")
    keys.press("Tab")
    keys.type("16")  # threads
    keys.press("Tab")
    keys.type("400")
    board.get_by_text("Go, GOGC 400: 1 collection", exact=True).wait_for(timeout=10_000)
    assert board.locator(".mk-bar").count() == 12
    assert page.errors == []


def test_tcmalloc_is_played_by_keyboard_alone(page):
    """Step down the three floors, jump to where a batch moves, read the locks in words."""
    page.open_notebook(
        page.lab.excerpt(
            "06",
            "from-memkit-import-data-mall",
            "heap-malloc-tcmalloc-nthread",
            "widgets-tcmallocview-steps",
            "def-hand-over-heap-objects-2",
            "heap-malloc-tcmalloc-nthre-2",
            "widgets-tcmallocview-steps-2",
        )
    )
    assert page.run_all() == []
    keys = page.page.keyboard

    def says(view, text):
        view.locator(".mk-sentence").get_by_text(text).wait_for(timeout=10_000)

    first, second = (page.page.locator(".mk-tcmalloc").nth(n) for n in (0, 1))
    locks = first.locator(".mk-count")
    first.focus()
    for _ in range(3):
        keys.press("ArrowRight")
    says(first, "thread 0 gets 1 object of class 4 (48 B), uses one and keeps 0")
    assert locks.all_inner_texts() == [
        "0 of 1 call: no lock",
        "lock taken 2 times",
        "lock taken 1 time",
    ]
    first.locator(".mk-words summary").focus()
    keys.press("Enter")
    first.get_by_role("cell", name="lock taken 2 times").first.wait_for(timeout=10_000)
    second.locator(".mk-kind").focus()
    keys.type("slot f")  # chooses the option that begins so
    second.locator(".mk-next").focus()
    keys.press("n")
    says(second, "a batch of class 5 (64 B) goes into a transfer slot: 1 of 16 are used")
    keys.press("ArrowLeft")
    says(second, "thread 1 has 33 of class 5 (64 B), 32 allowed: it gives back 32")
    assert page.errors == []


def test_the_collector_is_watched_by_keyboard_alone(page):
    """Step to where the barrier shades, jump to the lost objects, read the words of both sides."""
    page.open_notebook(
        page.lab.excerpt(
            "10",
            "import-numpy-as-np-from-memkit",
            "def-paper-options-gc-golang-co",
            "gc-paper-unit-object-with-reco",
            "def-move-barrier-gc-paper-unit",
            "guarded-move-barrier-true-brok",
        )
    )
    assert page.run_all() == []
    view = page.page.locator(".mk-collector-view").nth(1)
    left, right = (view.locator(".mk-sentence").nth(n) for n in (0, 1))
    keys = page.page.keyboard

    def says(place, text):
        place.get_by_text(text).first.wait_for(timeout=10_000)

    view.locator(".mk-kind").focus()
    keys.type("write")  # chooses the option that begins so
    view.locator(".mk-next").focus()
    says(left, "a collection begins: the write barrier is on")
    says(right, "a collection begins: the write barrier is missing")
    keys.press("n")
    says(left, "write barrier at slot 1 of A")
    says(right, "waits for the other run")
    view.locator(".mk-kind").focus()
    keys.type("lost")
    view.locator(".mk-next").focus()
    keys.press("n")
    says(right, "2 objects in reach, and never found: what is at C, D")
    says(view, "4 white, 0 grey, 2 black; lost: C, D.")
    keys.press("End")
    says(view, "4 freed; lost: C.")
    keys.press("ArrowLeft")
    keys.press("Home")
    says(left, "a collection begins")
    words = view.locator(".mk-words summary").nth(1)
    words.focus()
    keys.press("Enter")
    says(view.locator(".mk-table").nth(1), "mark; write barrier missing")
    assert page.errors == []


def test_the_tower_is_used_by_keyboard_alone(page):
    """Jump to the faults, open two floors, step on while one is open, and close it again."""
    page.open_notebook(page.lab.excerpt("11", "imports", "first-object", "tower-first"))
    assert page.run_all() == []
    view = page.page.locator(".mk-tower").first
    floors, closer = view.locator(".mk-six"), view.locator(".mk-closer:not([hidden])")
    keys = page.page.keyboard

    def says(grid, text):
        grid.locator(".mk-sentence").get_by_text(text).wait_for(timeout=10_000)

    def tab_to(name):
        for _ in range(20):
            if page.page.evaluate("document.activeElement.innerText") == name:
                return
            keys.press("Tab")
        raise AssertionError(f"no button {name!r} is reached")

    view.focus()
    keys.press("n")
    says(floors, "writing 0xc000001000: a minor page fault; 3 page tables")
    keys.press("n")
    says(floors, "writing 0xc000000000: a minor page fault; frame 1")
    keys.press("ArrowRight")
    says(floors, "PTE[0] says frame 1 now, present and writable")
    thread = floors.locator(".mk-thread path").get_attribute("d")
    assert thread.count("M") == 9, "ten places, nine pieces of thread"
    tab_to("span")
    keys.press("Enter")
    closer.get_by_text("168 slots of 48 B · 1 in use").wait_for(timeout=10_000)
    tab_to("walk")
    keys.press(" ")
    says(closer, "0xc000000000 is 0x1000: 4 entries are read on the way.")
    for _ in range(2):
        keys.press("ArrowLeft")  # the arrows still step, and the closer view goes along
    says(floors, "there is no frame there")
    closer.locator(".mk-sentence").get_by_text("error code 6").wait_for(timeout=10_000)
    keys.press("Enter")
    closer.wait_for(state="hidden", timeout=10_000)
    assert page.errors == []
