"""Steps as one sees them, at once and with a slow line between the browser and the kernel.

A key until its picture is laid out, in the page; an arrow that is held, a slider that is dragged,
in pictures a second; and what the kernel would need for one answer.
"""

import asyncio
import sys
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from browser import ROOT, Lab, find_chromium, open_chromium  # noqa: E402
from timing import Row  # noqa: E402

FRAME = 16.7  # ms
FLUENT = 30  # pictures a second
CHAPTERS = ("03", "06", "09", "11")  # of each, the player with the most steps
LINES = (0, 200)  # ms to the kernel and back

# {key: ms of each of 20 steps, hold and scrub: pictures a second}
MEASURE = """async player => {
    const slider = player.querySelector('.mk-slider');
    const send = (type, key, repeat = false) => player.dispatchEvent(
        new KeyboardEvent(type, {key, repeat, bubbles: true, cancelable: true}));
    const frame = () => new Promise(requestAnimationFrame);
    const rest = (ms) => new Promise(done => setTimeout(done, ms));
    const begin = async () => {
        send('keydown', 'Home');
        await rest(800);
    };
    player.scrollIntoView();
    await begin();
    const key = [];
    for (let i = 0; i < Math.min(20, slider.max); i++) {
        await rest(100);
        const start = performance.now();
        send('keydown', 'ArrowRight');
        player.getBoundingClientRect();
        key.push(performance.now() - start);
    }
    // Pictures a second, until the film or a second is over.
    const rate = async (move) => {
        await begin();
        let drawn = 0;
        const watch = new MutationObserver(() => { drawn += 1; });
        watch.observe(player.querySelector('.mk-grid'), {attributeFilter: ['data-step']});
        const start = performance.now();
        do {
            move();
            await frame();
        } while (performance.now() - start < 1000 && slider.value !== slider.max);
        const seconds = (performance.now() - start) / 1000;
        send('keyup', 'ArrowRight');
        await frame();
        watch.disconnect();
        return drawn / seconds;
    };
    let repeat = false;
    const hold = await rate(() => {
        send('keydown', 'ArrowRight', repeat);
        repeat = true;
    });
    const scrub = await rate(() => {
        slider.value = slider.valueAsNumber + 1;
        slider.dispatchEvent(new Event('input', {bubbles: true}));
    });
    return {key, hold, scrub};
}"""
ANSWER = """async () => {
    const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    const start = performance.now();
    await kernel.requestExecute({code: 'None'}).done;
    return performance.now() - start;
}"""


@contextmanager
def slow_line(port, ms):
    """The port of a way to `port` that takes ms / 2 in each direction."""
    loop, opened, ways = asyncio.new_event_loop(), threading.Event(), []

    async def carry(reader, writer):
        while data := await reader.read(65536):
            loop.call_later(ms / 2000, writer.write, data)
        loop.call_later(ms / 2000, writer.close)

    async def connect(reader, writer):
        there, back = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(carry(reader, back), carry(there, writer), return_exceptions=True)

    async def serve():
        server = await asyncio.start_server(connect, "127.0.0.1", 0)
        ways.append(server.sockets[0].getsockname()[1])
        opened.set()
        await server.serve_forever()

    served = loop.create_task(serve())
    threading.Thread(target=loop.run_forever, daemon=True).start()
    opened.wait()
    yield ways[0]
    loop.call_soon_threadsafe(served.cancel)
    loop.call_soon_threadsafe(loop.stop)


def measured(lab, chromium, line):
    for chapter in CHAPTERS:
        path = next((ROOT / "notebooks").glob(f"{chapter}-*.ipynb"))
        with lab.page(chromium) as page:
            page.open_notebook(f"notebooks/{path.name}")
            page.run_all(120)
            page.page.wait_for_timeout(3000)
            steps = "player => Number(player.querySelector('.mk-slider').max)"
            longest = max(page.players(), key=lambda player: player.element.evaluate(steps))
            seen = longest.element.evaluate(MEASURE)
            answer = median(page.page.evaluate(ANSWER) for _ in range(5))
        name = f"{chapter}, {line} ms line"
        yield Row(f"{name}: a key", median(seen["key"]), "ms", "one frame", FRAME)
        yield Row(f"{name}: held", seen["hold"], "/s", "what looks fluent", FLUENT)
        yield Row(f"{name}: dragged", seen["scrub"], "/s", "what looks fluent", FLUENT)
        yield Row(f"{name}: the kernel's answer", answer, "ms", "one frame", FRAME)


def rows():
    if find_chromium() is None:
        print("(no player: no Chromium found here; `make browser` gets one)")
        return
    with (
        tempfile.TemporaryDirectory() as folder,
        Lab(Path(folder)) as lab,
        open_chromium() as chromium,
    ):
        port = int(lab.url.rpartition(":")[2])
        for line in LINES:
            with slow_line(port, line) as way:
                lab.url = f"http://127.0.0.1:{way}"
                yield from measured(lab, chromium, line)
