// The stage: shows a film, pane by pane, under its controls.

import { make, say } from "./dom.js";
import { watchForms } from "./form.js";
import { listen, whenWithin } from "./keys.js";
import { Menu } from "./menu.js";
import { Pane } from "./pane.js";
import { Player } from "./player.js";
import { Reel } from "./reel.js";
import { Room } from "./room.js";

const ROOT = ".mk-player, .mk-live";

class View {
  width = 0; // px, as of the last time that it changed
  panes = [];
  refused = "";

  constructor(reel, el, signal) {
    this.reel = reel;
    this.model = reel.model;
    this.el = el;
    this.signal = signal;
    el.classList.add("mk-stage");
    this.heading = make("p", el, "mk-heading");
    this.player = new Player(el, reel);
    this.menu = new Menu(this.player.node, this, signal);
    this.room = make("div", el, "mk-room");
    this.inner = make("div", this.room, "mk-panes");
    this.asks = { open: (tier) => this.open(tier), pick: (key) => this.pick(key) };
    this.space = new Room(
      this.room,
      this.inner,
      { measure: (i) => this.measure(i), steps: () => reel.film.length },
      signal,
    );
    this.node = this.inner; // what the menu saves
    this.listen();
    this.draw();
  }

  get at() {
    return this.reel.at;
  }

  draw({ moved = false, fresh = false } = {}) {
    const { reel, model } = this;
    if (fresh) this.space.begin();
    if (moved) this.refused = "";
    say(this.heading, model.get("heading"));
    this.player.draw();
    const pictures = reel.film.panes;
    const closers = Object.entries(model.get("closer"));
    const opened = model.get("opened");
    pictures.forEach((_, k) => {
      this.panes[k] ??= new Pane(this.inner, this.asks);
      // Before the first is drawn: two side by side share the width.
      this.panes[k].node.classList.toggle("mk-side", model.get("names")[k] === "mk-side");
    });
    const closer = this.panes[model.get("closer")[opened]]?.node;
    for (const { node } of this.panes) {
      if (node !== closer && node.parentElement !== this.inner) this.inner.append(node);
    }
    const context = { opened, closer, picked: model.get("picked"), width: this.width, fresh };
    const inner = { ...context, opened: "", closer: null }; // a closer view has none of its own
    pictures.forEach((steps, k) => {
      const pane = this.panes[k];
      pane.reserve(reel.film.longest(k));
      const tiers = closers.filter(([, place]) => place === k).map(([tier]) => tier);
      pane.name = [model.get("names")[k], tiers.length ? "mk-closer" : ""].filter(Boolean).join(" ");
      pane.isCloser = tiers.length > 0;
      pane.node.hidden = pane.isCloser && !tiers.includes(opened);
      // What has not come yet shows as soon as it comes; until then the last picture stays.
      if (pane.node.hidden) pane.node.dataset.step = "closed";
      else if (reel.at < steps.length) pane.draw(steps[reel.at], pane.isCloser ? inner : context);
    });
    if (closer) this.panes[0].drawer?.settle?.(); // it made room in the picture that holds it
    for (const pane of this.panes.splice(pictures.length)) pane.node.remove();
    this.say(model.get("refusal") || this.refused);
  }

  // px that the panes need at step i; drawn and gone before anybody sees it.
  measure(i) {
    const { film } = this.reel;
    const width = this.inner.clientWidth;
    if (!width || !film.has(i)) return 0;
    this.probe ??= { node: make("div", null, "mk-panes mk-probe"), panes: [] };
    const { node, panes } = this.probe;
    node.style.width = `${width}px`;
    this.room.append(node);
    film.panes.forEach((steps, k) => {
      if (this.panes[k]?.isCloser || !steps[i]) return;
      panes[k] ??= Object.assign(new Pane(node, this.asks), { name: this.model.get("names")[k] || "" });
      panes[k].reserve(film.longest(k));
      panes[k].draw(steps[i], { opened: "", picked: "", width });
    });
    const high = node.offsetHeight;
    node.remove();
    return high;
  }

  // Panes that one sees now.
  shown() {
    return this.panes.filter((pane) => !pane.node.hidden);
  }

  refuse(text) {
    this.refused = text;
    this.say(text);
  }

  // What was refused stands at the field that it names, and the last good picture stays, dimmed; or
  // else it stands in the place of the sentence.
  say(text) {
    const field = fieldOf(this.root, text);
    this.panes[0]?.refuse(field ? "" : text);
    this.inner.classList.toggle("mk-stale", Boolean(field));
    if (field === this.field && text === this.alert?.textContent) return;
    this.field?.removeAttribute("aria-invalid");
    this.alert?.remove();
    this.field = field;
    if (!field) return;
    this.alert = make("p", field.closest(".mk-form"), "mk-at-field mk-error", text);
    this.alert.setAttribute("role", "alert");
    field.setAttribute("aria-invalid", "true");
  }

  open(tier) {
    this.reel.keep("opened", this.model.get("opened") === tier ? "" : tier);
  }

  pick(key) {
    this.reel.keep("picked", key);
  }

  // A letter that stands for an action of Python's; true where it is one.
  act({ key }) {
    const action = this.model.get("letters")[key];
    if (!action) return false;
    const { trouble } = this.reel.life;
    if (trouble) this.refuse(trouble);
    else this.model.send({ act: action });
    return true;
  }

  listen() {
    const { el, signal } = this;
    whenWithin(
      el,
      ROOT,
      (found) => {
        const root = found ?? el;
        this.root = root;
        unclip(el);
        listen(root, (event) => this.player.press(event) || this.act(event), signal);
        if (root.matches(".mk-live:not(.mk-player)"))
          root.tabIndex = -1; // its fields take the keys
        else {
          root.setAttribute("role", "group");
          root.setAttribute("aria-label", "player: arrow keys step, space plays, n jumps");
        }
        watchForms(root, this.reel.life, (text) => this.refuse(text), signal);
      },
      signal,
    );
    // A key that was held is let go wherever the focus is by then.
    document.addEventListener("keyup", () => this.player.letGo(), { capture: true, signal });
    window.addEventListener("blur", () => this.player.letGo(), { signal });
    const wide = new ResizeObserver(() => {
      if (Math.abs(el.clientWidth - this.width) < 1) return;
      this.width = el.clientWidth;
      this.space.begin();
      this.draw();
      this.space.grow(this.inner.offsetHeight);
    });
    wide.observe(el);
    // A canvas has the colours of the theme's style sheet: painted anew when the theme has changed. While
    // it changes JupyterLab shows nothing, and a thread would go by where nothing lies.
    const themed = new MutationObserver(() => requestAnimationFrame(() => this.draw({ fresh: true })));
    themed.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-name"] });
    signal.addEventListener("abort", () => {
      wide.disconnect();
      themed.disconnect();
      this.player.stop();
      this.player.letGo();
    });
  }
}

export function stage() {
  let reel;
  return {
    initialize({ model, signal }) {
      reel = new Reel(model, signal);
    },
    render({ el, signal }) {
      const view = new View(reel, el, signal);
      reel.views.add(view);
      signal.addEventListener("abort", () => reel.views.delete(view));
    },
  };
}

// The field that a sentence speaks of, as it is labelled: "The address must be ...".
function fieldOf(root, text) {
  const named = ({ textContent }) => {
    const name = textContent.split(",")[0].trim().toLowerCase();
    const [said] = /^the [a-z ]+/.exec(text.toLowerCase()) ?? [""];
    return name && [name, name.split(" ").at(-1)].some((one) => `${said} `.startsWith(`the ${one} `));
  };
  const labels = text ? [...(root?.querySelectorAll(".mk-form .widget-text label") ?? [])] : [];
  return labels.find(named)?.closest(".widget-text").querySelector("input") ?? null;
}

// What clips a cell's output would also hold its controls back from the edge of the window.
function unclip(el) {
  const cell = el.closest(".jp-Cell, .cell");
  for (let node = el; cell?.contains(node); node = node.parentElement) node.classList.add("mk-unclipped");
}
