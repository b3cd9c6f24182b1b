// Keys: whose they are. JupyterLab takes letters for its commands, and the keys of a lecture turn
// its slides. It asks the element that has the focus whether it may, so there the mark must be.

export const MARK = "data-lm-suppress-shortcuts";
const FIELDS = ".jp-OutputArea select, .jp-OutputArea input[type=text]";

export const mark = (node) => node.setAttribute(MARK, "true");

// Whether a key typed there is text, or a choice in a list.
const types = (node) =>
  node.matches("select, textarea, input:not([type=range], [type=checkbox], [type=radio])");
const presses = (node) => node.matches("button, summary, a, input[type=checkbox], input[type=radio]");
const moves = (node) => node.matches("input[type=radio], [role=slider], .mk-drag input");

// Whether `key` means something to the element itself.
export const isTaken = (node, key) =>
  types(node) || (key === " " && presses(node)) || (/^(Arrow|Home|End)/.test(key) && moves(node));

// The keys of a widget, everywhere within `root`: act(event) says true where the key was its own.
export function listen(root, act, signal) {
  root.tabIndex = 0;
  mark(root);
  root.addEventListener("focusin", ({ target }) => mark(target), { signal });
  root.addEventListener(
    "keydown",
    (event) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTaken(event.target, event.key) || !act(event)) return;
      event.preventDefault(); // so that a slider does not move a second time
      event.stopPropagation();
    },
    { signal },
  );
}

// For the whole page, once.
export function listenOnPage() {
  document.addEventListener("focusin", ({ target }) => {
    if (target.matches?.(FIELDS)) mark(target);
  });
}

// Calls act(root) once `el` is within an element that matches, which is when its page shows it.
export function whenWithin(el, selector, act, signal) {
  const look = () => {
    if (signal.aborted) return;
    if (el.isConnected) act(el.closest(selector));
    else requestAnimationFrame(look);
  };
  look();
}
