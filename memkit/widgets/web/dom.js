// Elements: how they are made, and how they change in place.

const SVG = "http://www.w3.org/2000/svg";
let serial = 0;

export function make(tag, parent, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  if (parent) parent.append(node);
  return node;
}

export function shape(tag, parent, attributes) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (parent) parent.append(node);
  return node;
}

// Text that is said once: the same words again are no news for a screen reader, and what is not
// written costs no layout.
const said = new WeakMap();
export function say(node, text) {
  if (said.get(node) === (text || "")) return;
  said.set(node, text || "");
  node.textContent = text || "";
  node.hidden = !text;
}

export function dress(node, className) {
  if (node.className !== className) node.className = className;
}

// How wide a place is, in px. To ask is dear after something has changed, so it is asked when it may
// have changed: with the width of the stage.
const widths = new WeakMap();
export function widthOf(node, stage) {
  const known = widths.get(node);
  if (known?.stage === stage && known.width) return known.width;
  const width = node.clientWidth;
  widths.set(node, { stage, width });
  return width;
}

// Where a node is, and where the mouse, in px as a style sheet counts them: slides are enlarged by `zoom`.
export function boxOf(node) {
  const { x, y, width, height } = node.getBoundingClientRect();
  const zoom = node.currentCSSZoom ?? 1;
  return new DOMRect(x / zoom, y / zoom, width / zoom, height / zoom);
}

export function pointOf({ clientX, clientY, target }) {
  const zoom = target.currentCSSZoom ?? 1;
  return [clientX / zoom, clientY / zoom];
}

// A name for what is found by its id; a page has only one of it.
export const unique = (what) => `mk-${what}-${Math.random().toString(36).slice(2, 8)}-${serial++}`;

export function button(parent, className, name, act) {
  const node = make("button", parent, className);
  node.type = "button";
  node.setAttribute("aria-label", name);
  node.addEventListener("click", act);
  return node;
}

// Lines at 45 degrees, for what is filled half.
export function hatch(defs, id, width = 5) {
  const pattern = shape("pattern", defs, {
    id,
    width,
    height: width,
    patternUnits: "userSpaceOnUse",
    patternTransform: "rotate(45)",
  });
  shape("line", pattern, { x1: 0, y1: 0, x2: 0, y2: width, class: "mk-hatch" });
}

export function arrowHead(defs, id, className, size = 8) {
  const marker = shape("marker", defs, {
    id,
    viewBox: "0 0 8 8",
    refX: 7,
    refY: 4,
    markerWidth: size,
    markerHeight: size,
    orient: "auto",
    markerUnits: "userSpaceOnUse",
  });
  shape("path", marker, { d: "M0 0L8 4L0 8z", class: className });
}

const SMALL = 9; // px: a smaller place would be covered by a line within it

// The mark of a place that a step touched, or that differs from another picture's: the page's colour
// inside and the mark's own outside, so that it stands out from every fill. `out`: px farther outside,
// around another mark.
export function ring(parent, { x, y, width, height }, kind = "mk-touched", out = 0) {
  const g = shape("g", parent, { class: kind });
  const shift = out + (Math.min(width, height) < SMALL ? 2.25 : 0);
  const line = (off, name) =>
    shape("rect", g, {
      x: x - off,
      y: y - off,
      width: Math.max(1, width + 2 * off),
      height: Math.max(1, height + 2 * off),
      rx: 2,
      class: name,
    });
  line(shift - 1.25, "mk-ring-in");
  line(shift + 1, "mk-ring");
  return g;
}
