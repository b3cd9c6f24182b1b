// What one part of a picture is: said beside the mouse, and beside a cursor that the arrow keys move
// once the picture has the focus. A click, or Enter, holds it: then it is said at every step.

import { boxOf, make } from "./dom.js";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// Parts that are elements, each with its words in data-says.
export class Elements {
  constructor(place) {
    this.place = place;
  }

  get all() {
    return [...this.place.querySelectorAll("[data-says]")];
  }

  any() {
    return this.place.querySelector("[data-says]") !== null;
  }

  at({ target }) {
    const found = target.closest("[data-says]");
    return found ? this.all.indexOf(found) : null;
  }

  first() {
    return this.all.length ? 0 : null;
  }

  // The nearest one in that direction, rather in line than near.
  next(k, [right, down]) {
    const here = middle(this.box(k));
    let best = k;
    let least = Number.POSITIVE_INFINITY;
    this.all.forEach((node, i) => {
      const [x, y] = middle(boxOf(node));
      const [dx, dy] = [x - here[0], y - here[1]];
      const on = dx * right + dy * down;
      const off = Math.abs(dx * down) + Math.abs(dy * right);
      if (i !== k && on > 1 && on + 3 * off < least) [best, least] = [i, on + 3 * off];
    });
    return best;
  }

  box(k) {
    return this.all[k] && boxOf(this.all[k]);
  }

  says(k) {
    return this.all[k]?.dataset.says;
  }
}

const middle = (box) => [box.x + box.width / 2, box.y + box.height / 2];

export class Cursor {
  // parts: any(), at(event), first(), next(part, [right, down]), box(part), says(part); null is no part.
  // Where they have pick(part), a part is not held but taken.
  constructor(place, parts) {
    Object.assign(this, { place, parts, held: null, keyed: null });
    this.frame = make("div", place, "mk-cursor-box");
    this.bubble = make("div", place, "mk-bubble");
    this.bubble.setAttribute("role", "status");
    place.setAttribute("role", "group");
    place.setAttribute("aria-label", "the picture: arrow keys go through its parts");
    this.show(null);
    this.ended = new AbortController();
    const listen = (name, act) => place.addEventListener(name, act, { signal: this.ended.signal });
    listen("pointermove", (event) => this.show(this.pointed(event)));
    listen("pointerleave", () => this.show(this.keyed ?? this.held));
    listen("click", (event) => this.click(event));
    listen("keydown", (event) => this.onKey(event));
    listen("focusout", () => this.leave());
  }

  // Another drawer has the place.
  end() {
    this.ended.abort();
    for (const name of ["role", "aria-label", "tabindex"]) this.place.removeAttribute(name);
  }

  pointed(event) {
    return event.target.closest("button, a, summary, [role=button]") ? null : this.parts.at(event);
  }

  onKey(event) {
    if (event.target !== this.place || event.ctrlKey || event.metaKey || event.altKey) return;
    const way = ARROWS[event.key];
    if (way)
      this.keyed = this.keyed === null ? (this.held ?? this.parts.first()) : this.parts.next(this.keyed, way);
    else if (event.key === "Enter" && this.keyed !== null) this.hold(this.keyed);
    else if (event.key === "Escape" && this.shown !== null) this.hold(null);
    else return;
    if (way) this.show(this.keyed);
    event.preventDefault();
    event.stopPropagation();
  }

  // The mouse leaves the keys to the player.
  click(event) {
    this.hold(this.pointed(event));
    if (document.activeElement === this.place) {
      this.place.parentElement.closest("[tabindex]")?.focus({ preventScroll: true });
    }
  }

  hold(part) {
    if (part !== null && this.parts.pick) return this.parts.pick(part);
    const same = part !== null && JSON.stringify(part) === JSON.stringify(this.held);
    this.held = same ? null : part;
    if (part === null) this.keyed = null;
    this.show(this.held ?? this.keyed);
  }

  leave() {
    this.keyed = null;
    this.show(this.held);
  }

  // After a picture was drawn anew.
  follow() {
    if (this.parts.any()) this.place.tabIndex = 0;
    else this.place.removeAttribute("tabindex");
    const part = this.keyed ?? this.held;
    if (part !== null || this.shown !== null) this.show(part);
  }

  show(part) {
    const says = part === null ? "" : this.parts.says(part);
    const box = says && this.parts.box(part);
    this.shown = box ? part : null;
    this.frame.hidden = this.bubble.hidden = !box;
    if (!box) return;
    const origin = boxOf(this.place);
    const [left, top] = [box.x - origin.x, box.y - origin.y];
    Object.assign(this.frame.style, {
      left: `${left - 3}px`,
      top: `${top - 3}px`,
      width: `${box.width + 6}px`,
      height: `${box.height + 6}px`,
    });
    this.frame.classList.toggle("mk-held", this.held !== null && part === this.held);
    if (this.bubble.textContent !== says) this.bubble.textContent = says;
    const room = origin.width - this.bubble.offsetWidth;
    const over = top - this.bubble.offsetHeight - 6;
    this.bubble.style.left = `${Math.max(0, Math.min(left, room))}px`;
    this.bubble.style.top = `${over > -40 ? over : top + box.height + 6}px`;
  }
}
