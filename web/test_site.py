"""The site as a reader has it: from a plain server, below a sub-path, with every other host cut.

`make test-site` makes it first.
"""

import re
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from browser import ROOT, open_chromium

from memkit.course.questions import questions

pytestmark = pytest.mark.flaky(reruns=1)  # as tests/conftest.py does, and why
SITE = ROOT / "site"
FOUND = {page.relative_to(SITE).as_posix() for page in SITE.rglob("*.html")}
PAGES = sorted(page for page in FOUND if not page.startswith("_static/"))  # the theme's parts
CHAPTERS = [page for page in PAGES if page.startswith("notebooks/")]
TOWER = "notebooks/11-from-new-to-a-frame.html"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# A button's name says what stands on it, and more, and in another order: that is meant. Words of
# code look as their class says: of each class the first is looked at, or it would take most of the
# time.
AXE_RUN = """async () => {
    const seen = new Set();
    const again = [...document.querySelectorAll('.highlight pre span[class]')].filter(word => {
        const known = seen.has(word.className);
        seen.add(word.className);
        return known;
    });
    const found = await axe.run(
        {include: ['#main-content'], exclude: again},
        {rules: {'label-content-name-mismatch': {enabled: false}},
         resultTypes: ['violations'], preload: false});
    return found.violations;
}"""
LIGHT = {"color_scheme": "light", "viewport": {"width": 1280, "height": 720}}
DARK = {"color_scheme": "dark", "viewport": {"width": 390, "height": 844}}  # and a phone
NO_OTHER_HOST = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
HEAVIEST = 1_500_000  # bytes of a page with all that it loads but its fonts, as they are unpacked
WEIGHT = """() => performance.getEntries().filter(
    entry => entry.decodedBodySize && !entry.name.includes('.woff')
).reduce((sum, entry) => sum + entry.decodedBodySize, 0)"""
MOVING = "player => !!player.querySelector('.mk-slider:enabled')?.offsetParent"
# What is drawn, but for names that are made anew each time.
PICTURE = """player => {
    const drawn = [...player.querySelectorAll('.mk-grid')].map(grid => grid.innerHTML);
    const painted = [...player.querySelectorAll('canvas')].map(canvas => canvas.toDataURL());
    const all = [...drawn, ...painted].join();
    return all.replaceAll(/ (style|class)=""|mk-[a-z]+-[a-z0-9]+-\\d+/g, '');
}"""
# A picture that compares two runs has a number of its own for each: the player's counts.
AT = """([player, step]) =>
    player.querySelector('.mk-where').textContent.startsWith(`step ${step + 1} of `)"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Where the site lies: below a path of its own."""
    folder = tmp_path_factory.mktemp("www")
    Path(folder, "below").mkdir()
    Path(folder, "below", "course").symlink_to(SITE)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/below/course/"
        server.shutdown()


@pytest.fixture(scope="module")
def chromium():
    with open_chromium(NO_OTHER_HOST) as browser:
        yield browser


class Reader:
    """One page; `wrong` is what its console said and what it asked of other hosts."""

    def __init__(self, context, address):
        self.page, self.address, self.wrong = context.new_page(), address, []
        note = self.wrong.append
        self.page.on("console", lambda m: note(m.text) if m.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: note(str(error)))
        self.page.on("response", lambda r: note(f"{r.status} {r.url}") if r.status >= 400 else None)
        self.page.on("request", self._look_where)

    def _look_where(self, request):
        address = urlsplit(request.url)
        if address.hostname != "127.0.0.1" and address.scheme not in ("data", "blob"):
            self.wrong.append(f"another host: {request.url}")

    def open(self, name):
        self.page.goto("about:blank")  # an address that differs behind # alone would load nothing
        self.page.goto(self.address + name)
        self.page.wait_for_selector("html[data-widgets='drawn']", state="attached")
        self.page.wait_for_function(
            """() => [...document.querySelectorAll('.mk-stage')].every(
                stage => stage.querySelector('[data-step]'))"""
        )

    def answer(self):
        """All questions, in some way: then all is shown that waits for that."""
        for question in self.page.locator(".mk-predict").all():
            first = question.get_by_role("radio").first
            if first.is_visible() and first.is_enabled():  # the ward asks one after the other
                first.check()
                question.get_by_role("button", name="That is my answer").click()
        assert self.page.locator(".mk-closed").count() == 0

    def players(self):
        found = self.page.query_selector_all(".mk-player")
        return [player for player in found if player.evaluate(MOVING)]

    def stands_at(self, player, step):
        if not self.page.evaluate(AT, [player, step]):  # mostly it does, and to wait takes longer
            self.page.wait_for_function(AT, arg=[player, step], polling=20)


@pytest.fixture(scope="module")
def still(chromium):
    """What the pages share is loaded once, as it is for a reader who goes from page to page."""
    context = chromium.new_context(**LIGHT, reduced_motion="reduce")
    yield context
    context.close()


@pytest.fixture
def reader(still, address):
    reader = Reader(still, address)
    yield reader
    reader.page.close()


@pytest.fixture
def light(chromium, address):
    context = chromium.new_context(**LIGHT)
    yield Reader(context, address)
    context.close()


def test_it_has_every_chapter_and_exercise():
    for folder in ("notebooks", "exercises"):
        for notebook in (ROOT / folder).rglob("*.ipynb"):
            assert notebook.relative_to(ROOT).with_suffix(".html").as_posix() in PAGES


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_whole(reader, name, record_property):
    """No error, no other host, nothing wider than the screen, nothing axe-core objects to, in light
    and wide, and in dark on a phone; no heavier than it may be; each film to its end and back."""
    page = reader.page
    reader.open(name)
    weight = page.evaluate(WEIGHT)
    record_property("weighs", [name, weight])
    assert weight < HEAVIEST
    assert page.query_selector_all(".jupyter-widgets-error-widget") == []
    charts = (
        "[...document.querySelectorAll('.mk-chart')].map(c => c.querySelectorAll('path').length)"
    )
    assert all(paths > 3 for paths in page.evaluate(charts))
    page.add_script_tag(path=AXE)
    fits_and_reads(page)
    reader.answer()
    fits_and_reads(page)
    for player in reader.players():
        plays(reader, player)
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(DARK["viewport"])
    reader.open(name)
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.add_script_tag(path=AXE)
    reader.answer()
    fits_and_reads(page)
    assert reader.wrong == []


def fits_and_reads(page):
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    found = page.evaluate(AXE_RUN)
    assert [f"{v['id']}: {node['html'][:120]}" for v in found for node in v["nodes"]] == []


def plays(reader, player):
    """All the way, the first steps one by one, and the first picture is what it was."""
    page = reader.page
    last = player.evaluate("player => Number(player.querySelector('.mk-slider').max)")
    player.focus()
    page.keyboard.press("Home")
    reader.stands_at(player, 0)
    first = player.evaluate(PICTURE)
    for step in range(1, min(last, 15) + 1):
        page.keyboard.press("ArrowRight")
        reader.stands_at(player, step)
    page.keyboard.press("End")
    reader.stands_at(player, last)
    assert player.evaluate(PICTURE) != first
    page.keyboard.press("Home")
    reader.stands_at(player, 0)
    same = f"([player, picture]) => ({PICTURE})(player) === picture"
    page.wait_for_function(same, arg=[player, first], polling=50)


def test_the_first_page_plays_by_itself(light):
    light.open("index.html")
    light.page.wait_for_selector(".mk-grid[data-step='2']")


def test_a_question_is_answered(light):
    light.open("notebooks/00-start-here.html")
    question = light.page.locator(".mk-predict")
    question.get_by_role("radio").first.check()
    question.get_by_role("button", name="That is my answer").click()
    assert question.locator(".mk-verdict p").count() >= 2
    assert question.get_by_role("radio").first.is_disabled()


NEEDS_PYTHON = "This needs Python: open the notebook to use it."


def test_what_answers_a_question_waits_for_the_reader(light):
    light.open("notebooks/08-mspan-and-size-classes.html")
    shown = light.page.get_by_text("nelems=124")
    text = light.page.locator("p", has_text="the collector need not scan it")
    assert not shown.is_visible() and not text.is_visible()
    assert light.page.get_by_role("heading", name="Watch a span fill").is_visible()
    light.answer()
    assert shown.is_visible() and text.is_visible()
    assert light.wrong == []


def test_what_needs_python_says_so(light):
    light.open("notebooks/05-memory-problems.html")
    light.answer()
    menu = light.page.locator(".mk-heap-lab select").first
    note = menu.locator(
        "xpath=ancestor::div[contains(@class, 'cell_output')]//p[@class='mk-recorded']"
    )
    assert note.text_content().startswith("Recorded.")
    menu.select_option("best")
    light.page.get_by_role("alert").get_by_text(NEEDS_PYTHON).first.wait_for()


def test_a_process_map_answers_what_the_text_names(light):
    light.open("notebooks/04-a-process-in-memory.html")
    cell = light.page.locator("#process-map")

    def says(text):
        cell.locator(".mk-sentence").get_by_text(text).wait_for()

    cell.get_by_role("button", name="grow heap (h)").click()
    says("The heap now ends at")
    cell.locator(".mk-player").press("w")
    says("a minor page fault")
    assert cell.locator(".mk-where").text_content() == "step 3 of 3"
    assert cell.locator("[data-tier='space'] .mk-page-cell.mk-on").is_visible()
    light.page.keyboard.press("ArrowLeft")  # as long as it is, it is a film
    says("The heap now ends at")
    cell.get_by_role("button", name="exit (x)").click()
    cell.get_by_role("alert").get_by_text(NEEDS_PYTHON).wait_for()
    cell.get_by_role("button", name="fork (k)").click()
    says("fork")
    assert not cell.get_by_role("alert").is_visible()
    assert light.wrong == []


def test_a_laboratory_runs_other_policies(light):
    light.open("notebooks/03-memory-as-a-cache-of-disk.html")
    cell = light.page.locator("#widgets-replacementlab-bela")
    curve = "c => c.querySelector('.mk-chart svg').innerHTML"
    before = cell.evaluate(curve)
    cell.get_by_role("button", name="last step").click()
    told = cell.locator(".mk-grid").first
    cell.get_by_label("policy").select_option("opt")
    told.get_by_text("7 faults").wait_for()  # and it stands where it stood
    light.page.wait_for_function(
        f"([c, was]) => ({curve})(c) !== was", arg=[cell.element_handle(), before]
    )
    cell.get_by_label("frames").first.select_option("8")
    cell.get_by_role("alert").get_by_text(NEEDS_PYTHON).first.wait_for()
    cell.get_by_label("policy").select_option("fifo")
    told.get_by_text("9 faults").wait_for()
    assert cell.get_by_label("frames").first.evaluate("menu => menu.selectedOptions[0].text") == "3"
    light.page.wait_for_function(
        f"([c, was]) => ({curve})(c) === was", arg=[cell.element_handle(), before]
    )
    assert light.wrong == []


def test_a_microscope_takes_an_address_key_by_key(light):
    light.open("notebooks/02-paging-and-the-mmu.html")
    cell = light.page.locator("#widgets-microscope-table-va")
    sentence, refusal = cell.locator(".mk-sentence"), cell.get_by_role("alert")
    address = cell.get_by_label("address")
    address.fill("")
    address.press_sequentially("0x7fff")
    sentence.get_by_text("page fault at 0x7fff").wait_for()
    assert not refusal.is_visible()
    cell.get_by_label("access").select_option("write")
    sentence.get_by_text("error code 6").wait_for()
    address.press_sequentially("9")
    refusal.get_by_text(NEEDS_PYTHON).wait_for()
    assert light.wrong == []


def test_a_word_is_found(light):
    light.open("index.html")
    light.page.goto(light.address + "search.html?q=thrashing")
    found = light.page.locator("#search-results li a").first
    found.wait_for()
    assert "03" in found.text_content()


def test_a_step_is_opened_by_the_address_that_its_menu_offers(light):
    context = light.page.context
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    light.open(f"{TOWER}#tower-169,step=9")
    cell = light.page.locator("#tower-169")
    assert cell.locator(".mk-where").text_content() == "step 9 of 18"
    assert cell.locator(".mk-player").evaluate("p => p.getBoundingClientRect().top < innerHeight")
    light.page.keyboard.press("ArrowRight")  # it has the keys
    light.page.wait_for_selector("#tower-169 .mk-grid[data-step='9']")
    cell.locator(".mk-more").click()
    cell.get_by_role("menuitem", name="copy a link to this").click()
    cell.get_by_text("copied").wait_for()
    copied = light.page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{light.address}{TOWER}#tower-169,step=10"
    light.page.goto(copied)
    assert cell.locator(".mk-where").text_content() == "step 10 of 18"


PRINTED = """() => {
    const wrong = [];
    const sheet = document.querySelector('article').getBoundingClientRect();
    const say = (node, what) => wrong.push(`${node.className || node.nodeName} ${what}`);
    for (const node of document.querySelectorAll('article :is(.mk-widget, pre, .mk-grid, svg)')) {
        if (!node.checkVisibility()) continue;
        const box = node.getBoundingClientRect();
        if (box.right > sheet.right + 2) say(node, 'is cut at the right');
        if (box.height > 930) say(node, 'is higher than a sheet');
        if (node.scrollWidth > node.clientWidth + 2 && node.matches('pre')) say(node, 'scrolls');
        if (node.matches('.mk-widget') && getComputedStyle(node).breakInside !== 'avoid')
            say(node, 'may be cut by the edge of a page');
    }
    for (const answer of document.querySelectorAll('.mk-closed ~ :not(.mk-recorded), .mk-shut + *'))
        if (!answer.checkVisibility({visibilityProperty: true}) || !answer.offsetHeight)
            say(answer, 'is hidden');
    for (const text of document.querySelectorAll('.mk-predict :is(legend, label, .mk-verdict p)')) {
        const [ink, paper] = [text, document.body].map(node => getComputedStyle(node));
        const parts = colour => colour.match(/\\d+/g).slice(0, 3).map(Number);
        if (!text.offsetHeight || Math.max(...parts(ink.color)) > 90) say(text, 'is not in ink');
        if (Math.min(...parts(paper.backgroundColor)) < 250) say(text, 'is not on white');
    }
    for (const button of document.querySelectorAll('article :is(button, .mk-slider)'))
        if (button.checkVisibility() && button.closest('.mk-controls, .mk-form, .mk-predict'))
            say(button, 'is a control');
    return wrong;
}"""


def questions_of(page):
    source = (ROOT / page).with_suffix(".ipynb").read_text()
    known = questions()
    return [known[name] for name in re.findall(r'widgets\.ask\(\\"([\w-]+)\\"\)', source)]


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_printed_is_whole_and_answers(chromium, address, name):
    """Ink on white, no picture cut, nothing that waits, each question with its options and then its
    answer and why, as it is in questions.toml; and then the page is what it was."""
    context = chromium.new_context(color_scheme="dark", viewport=LIGHT["viewport"])
    dark = Reader(context, address)
    dark.open(name)
    page = dark.page
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(PRINTED) == []
    assert page.locator("html").get_attribute("data-theme") == "light"
    printed = " ".join(page.locator("article").inner_text().split())
    for asked in questions_of(name):
        parts = [asked["question"], *asked["options"], f"The answer: {asked['answer']}."]
        told = " ".join([*parts, asked["options"][asked["answer"]]])
        assert " ".join(told.split()) in printed
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.locator(".mk-widget[style*=zoom], .mk-verdict p").count() == 0
    assert dark.wrong == []
    context.close()


def test_slides_are_printed_a_page_each(light):
    """Also those that are not seen now, and no page is empty."""
    light.open("notebooks/08-mspan-and-size-classes.html#slide=3")
    made = light.page.pdf(prefer_css_page_size=True)
    assert made.count(b"/Type /Page\n") == light.page.locator(".mk-sheet").count() > 15
    assert b"/MediaBox [0 0 960 540]" in made


def test_a_lecturer_opens_all_answers(light):
    light.open("notebooks/08-mspan-and-size-classes.html#slide=1")
    closed = light.page.locator(".mk-closed")
    assert closed.count() > 0
    light.page.keyboard.press("a")
    assert closed.count() == 0
    light.page.reload()
    light.page.wait_for_selector("html[data-widgets='drawn']", state="attached")
    closed.first.wait_for(state="attached")
    light.page.get_by_role("button", name="open all answers (a)").click()
    assert closed.count() == 0
    light.page.keyboard.press("Escape")
    assert light.page.get_by_text("nelems=124").is_visible()


def test_a_chapter_is_given_as_slides(light):
    """Page Down shows all of it, a part at a time, also while a picture has the keys."""
    light.open(TOWER)
    page = light.page
    page.get_by_role("link", name="as slides").click()
    where = page.locator(".mk-remote span")
    seen, last = set(), int(where.text_content().split(" / ")[1])
    for number in range(1, last + 1):
        assert where.text_content() == f"{number} / {last}"
        seen.update(
            page.evaluate(
                """[...document.querySelectorAll('article div.cell')].filter(
                    cell => getComputedStyle(cell).visibility === 'visible').map(cell => cell.id)"""
            )
        )
        for player in light.players():
            if player.is_visible():
                player.focus()
        page.keyboard.press("PageDown")
    assert seen == set(page.evaluate("[...document.querySelectorAll('div.cell')].map(c => c.id)"))
    page.keyboard.press("PageUp")
    assert where.text_content() == f"{last - 1} / {last}"
    page.keyboard.press("Escape")
    page.get_by_role("link", name="as slides").wait_for()
    assert light.wrong == []
