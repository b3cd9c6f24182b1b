// A pane shows one picture: its sentence, what its drawer makes of it, the same in words.
// Its name and the picture's look are classes, which say how it is drawn.

import { Cursor, Elements } from "./cursor.js";
import { dress, make, say } from "./dom.js";
import { DRAWERS } from "./drawers.js";
import { fillTable } from "./words.js";

const NONE = { step: "empty" };

export class Pane {
  name = "";
  kind = "";
  drawer = null;
  drawn = []; // the picture, and what else was drawn of it

  constructor(parent, asks) {
    this.asks = asks;
    this.node = make("div", parent, "mk-grid");
    this.telling = make("div", this.node, "mk-telling");
    this.sentence = make("p", this.telling, "mk-sentence");
    this.sentence.setAttribute("aria-live", "polite");
    this.refusal = make("p", this.telling, "mk-refusal mk-error");
    this.refusal.setAttribute("role", "alert");
    this.empty = make("p", this.node, "mk-empty");
    this.place = make("div", this.node, "mk-drawn");
    this.words = make("details", this.node, "mk-words");
    make("summary", this.words, "", "in words");
    this.table = make("table", make("div", this.words, "mk-table"));
    this.words.addEventListener("toggle", () => this.drawWords());
    this.refuse("");
  }

  // Room for the longest sentence of the film: the picture below stays where it is.
  reserve(sentence) {
    if (this.telling.dataset.longest !== sentence) this.telling.dataset.longest = sentence;
  }

  draw(picture, context) {
    const { kind, step, look } = picture ?? NONE;
    let { sentence, error, empty } = picture ?? NONE;
    dress(this.node, ["mk-grid", this.name, look].filter(Boolean).join(" "));
    this.node.dataset.step = step ?? "";
    const drawn = [picture, context.opened, context.picked, context.width];
    if (!context.fresh && drawn.every((one, i) => one === this.drawn[i])) return;
    this.drawn = drawn;
    const draws = kind in DRAWERS ? kind : "";
    if (draws !== this.kind) this.begin(draws);
    try {
      this.drawer?.draw(picture, context);
      this.cursor?.follow();
    } catch (problem) {
      console.warn(problem);
      this.begin(""); // whatever it is now, the next picture begins anew
      sentence = "";
      error = `Step ${step} cannot be drawn: ${problem.message}.`;
    }
    say(this.sentence, sentence);
    this.telling.hidden = !sentence && this.refusal.hidden;
    say(this.empty, error || empty);
    this.empty.classList.toggle("mk-error", Boolean(error));
    if (error) this.empty.setAttribute("role", "alert");
    else this.empty.removeAttribute("role");
    this.words.hidden = !draws || Boolean(error);
    this.drawWords();
  }

  // Pictures of another kind.
  begin(kind) {
    this.kind = kind;
    this.place.replaceChildren();
    this.cursor?.end();
    this.drawer = this.cursor = null;
    if (!kind) return;
    const inner = make("div", this.place);
    this.drawer = new DRAWERS[kind](inner, this.asks);
    this.cursor = new Cursor(this.place, this.drawer.parts ?? new Elements(inner));
  }

  // A red sentence in the place of the sentence, over a picture that stays as it is.
  refuse(text) {
    say(this.refusal, text);
    this.sentence.classList.toggle("mk-unsaid", Boolean(text));
    this.telling.hidden = this.sentence.hidden && !text;
  }

  get picture() {
    return this.drawn[0];
  }

  drawWords() {
    if (this.words.open) fillTable(this.table, this.picture?.words ?? []);
  }
}
