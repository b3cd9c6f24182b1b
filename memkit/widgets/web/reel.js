// The reel of a stage's model: its film, and the step that is shown. That is kept here, in the
// browser: a step is drawn first, and Python is told afterwards.

import { Life } from "./alive.js";
import { Film } from "./film.js";

// Python hears of a step when it has stood for so many ms, or else twice a second: each word to it
// makes JupyterLab draw its kernel's light, which takes longer than a picture.
const REST = 100;
const LONGEST = 500;
const SHOWN = ["total", "names", "closer", "opened", "heading", "first", "picked", "refusal"];

// All views of one model share it.
export class Reel {
  film = new Film();
  views = new Set();

  constructor(model, signal) {
    this.model = model;
    this.life = new Life(model, signal);
    model.on("change:film", () => this.restart());
    model.on("change:index", () => this.stand(model.get("index")));
    model.on(SHOWN.map((name) => `change:${name}`).join(" "), () => this.changed());
    model.on("msg:custom", (message, buffers) => this.receive(message, buffers));
    signal?.addEventListener("abort", () => clearTimeout(this.timer));
    this.begin();
  }

  get total() {
    return Math.max(this.model.get("total"), this.film.length);
  }

  get first() {
    return this.model.get("first");
  }

  // A step of the old film may still be on its way to Python, and Python's on its way here is then
  // not heard: so the new one begins where it says itself, and Python is told.
  restart() {
    const [start, total] = ["start", "total"].map((name) => this.model.get(name));
    this.begin(start < 0 ? Math.min(this.at, total - 1) : start);
    this.keep("index", this.at);
  }

  // The old film is shown until the first pictures of the new one are there.
  begin(at = this.model.get("index")) {
    const film = new Film();
    this.coming = film;
    this.at = at;
    clearTimeout(this.timer);
    this.timer = 0;
    this.read(film);
    // What Python sent before this began to listen has reached nobody.
    const want = this.model.get("pieces").length;
    const missing = () => film.length < this.model.get("total") && film === this.coming && !this.life.trouble;
    film.reading.then(() => missing() && this.model.send({ want })).catch(() => {});
  }

  async read(film) {
    try {
      await film.take(this.model.get("pieces"));
    } catch (problem) {
      const error = `This film cannot be read: ${problem.message}.`;
      film.panes = [Array(Math.max(1, this.model.get("total"))).fill({ step: "error", error })];
    }
    if (film !== this.coming || !film.panes.length) return;
    const fresh = film !== this.film;
    this.film = film;
    for (const view of this.views) view.draw({ fresh });
  }

  // The pieces lie in the model, so that they are saved with it; they are no news to Python.
  receive({ film, piece }, [bytes]) {
    if (film !== this.model.get("film") || !bytes) return;
    this.model.get("pieces")[piece] = bytes;
    this.read(this.coming);
  }

  changed() {
    this.due ??= Promise.resolve().then(() => {
      this.due = undefined;
      if (this.film !== this.coming) return; // what has changed is of the new film, as its pictures are
      for (const view of this.views) view.draw();
    });
  }

  stand(i) {
    if (i === this.at) return;
    this.at = i;
    this.changed();
  }

  move(i) {
    const to = Math.max(0, Math.min(this.total - 1, i));
    if (to === this.at) return;
    this.at = to;
    if (this.model.get("refusal")) this.keep("refusal", ""); // the same may be refused again
    for (const view of this.views) view.draw({ moved: true });
    const now = performance.now();
    if (!this.timer) this.silent = now;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.tell(), Math.min(REST, this.silent + LONGEST - now));
  }

  tell() {
    this.timer = 0;
    this.keep("index", this.at);
  }

  // In the model, and in Python where there is one. At once: what a model has not yet saved it sets
  // once more when it saves, whatever Python has said since.
  keep(name, value) {
    this.model.set(name, value);
    if (!this.life.trouble) this.model.save_changes();
  }
}
