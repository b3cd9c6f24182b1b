// The player's controls: one row of buttons, a slider, "next <event>", and the same by keys.
// The index lives in Python; each change goes there and comes back as a picture.

const PAUSE = 900; // ms a step stays while playing
const icons = {
  first: "M4 3v12M14 4L8 9l6 5",
  back: "M12 4L6 9l6 5",
  play: "M5 4v10l8-5z",
  pause: "M5 4h2v10H5zM11 4h2v10h-2z",
  next: "M6 4l6 5-6 5",
  last: "M14 3v12M4 4l6 5-6 5",
};
const filled = new Set(["play", "pause"]); // the others are lines: a step is no play
const svg = (name) => `<svg viewBox="0 0 18 18" aria-hidden="true"><path d="${icons[name]}"${filled.has(name) ? "" : " fill=\"none\""}/></svg>`;

function button(parent, name, key, icon, act) {
  const node = document.createElement("button");
  node.type = "button";
  node.className = `mk-${name.split(" ")[0]}`;
  node.innerHTML = svg(icon);
  node.title = `${name} (${key})`;
  node.setAttribute("aria-label", name);
  node.addEventListener("click", act);
  parent.append(node);
  return node;
}

const MARK = "data-lm-suppress-shortcuts";

// JupyterLab takes letters for its commands, even in a drop-down list. It asks the element that has
// the focus whether it may, so that is where the mark must be.
document.addEventListener("focusin", ({ target }) => {
  if (target.matches(".jp-OutputArea select, .jp-OutputArea input[type=text]")) {
    target.setAttribute(MARK, "true");
  }
});

// In a lecture the page keys turn the slides, whoever has the focus: for them the mark is taken off.
window.addEventListener("keydown", ({ key, target }) => {
  if (document.body.dataset.jpDeckMode !== "presenting" || !/^Page(Up|Down)$/.test(key)) return;
  for (let node = target.closest?.(`[${MARK}]`); node; node = node.parentElement.closest(`[${MARK}]`)) {
    node.removeAttribute(MARK);
    setTimeout(() => node.setAttribute(MARK, "true"));
  }
}, true);

function render({ model, el }) {
  let timer = 0;
  const last = () => model.get("count") - 1;

  function go(i) {
    const index = Math.max(0, Math.min(last(), i));
    if (index === model.get("index")) return;
    model.set("index", index);
    model.save_changes();
  }
  const here = () => model.get("index");
  const move = (i) => { stop(); go(i); };
  const toFirst = () => move(0);
  const back = () => move(here() - 1);
  const forward = () => move(here() + 1);
  const toLast = () => move(last());

  function stop() {
    window.clearInterval(timer);
    timer = 0;
    drawPlay();
  }
  function toggle() {
    if (timer) return stop();
    if (here() >= last()) go(0);
    timer = window.setInterval(() => {
      go(here() + 1);
      if (here() >= last()) stop();
    }, PAUSE);
    drawPlay();
  }

  // The next step of the chosen kind, -1 for none.
  function found() {
    return model.get("kind_of").indexOf(Number(kind.value || 0), here() + 1);
  }
  const toNextKind = () => { if (found() > 0) move(found()); };

  const first = button(el, "first step", "Home", "first", toFirst);
  const previous = button(el, "step back", "\u2190", "back", back);
  const play = button(el, "play", "space", "play", toggle);
  const next = button(el, "next step", "\u2192", "next", forward);
  const end = button(el, "last step", "End", "last", toLast);
  previous.className = "mk-back";
  next.className = "mk-next";

  const slider = document.createElement("input");
  slider.type = "range";
  slider.min = 0;
  slider.className = "mk-slider";
  slider.setAttribute("aria-label", "step");
  slider.addEventListener("input", () => move(Number(slider.value)));
  const where = document.createElement("span");
  where.className = "mk-where";
  const kind = document.createElement("select");
  kind.className = "mk-kind";
  kind.setAttribute("aria-label", "kind of step to jump to");
  kind.addEventListener("change", drawIndex);
  const jump = document.createElement("button");
  jump.type = "button";
  jump.className = "mk-jump";
  jump.addEventListener("click", toNextKind);
  el.append(slider, where, jump, kind);

  function drawPlay() {
    const name = timer ? "pause" : "play";
    play.innerHTML = svg(name);
    play.setAttribute("aria-label", name);
    play.title = `${name} (space)`;
  }

  function drawIndex() {
    const i = here();
    const none = last() < 0;
    slider.value = i;
    slider.setAttribute("aria-valuetext", none ? "no steps" : `step ${i + 1} of ${last() + 1}`);
    where.textContent = none ? "no steps" : `step ${i + 1} of ${last() + 1}`;
    first.disabled = previous.disabled = none || i === 0;
    next.disabled = end.disabled = none || i === last();
    slider.disabled = play.disabled = none || last() === 0;
    const name = kind.selectedOptions[0]?.textContent || "";
    jump.textContent = `next`;
    jump.title = `next ${name} (n)`;
    jump.setAttribute("aria-label", `next ${name}`);
    jump.disabled = none || found() < 0;
    // A button that can no longer be pressed would lose the keyboard to nobody.
    const held = document.activeElement;
    if (el.contains(held) && held.disabled) slider.focus({ preventScroll: true });
  }

  function drawSteps() {
    slider.max = Math.max(0, last());
    const kept = kind.selectedOptions[0]?.textContent;
    kind.replaceChildren();
    model.get("kinds").forEach((name, i) => {
      kind.add(new Option(name, i, false, name === kept));
    });
    kind.hidden = jump.hidden = !model.get("kinds").length;
    drawIndex();
  }

  const keys = {
    Home: toFirst, ArrowLeft: back, " ": toggle, ArrowRight: forward, End: toLast, n: toNextKind,
  };
  function onKey(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const on = event.target;
    const types = on.matches("select, textarea, input:not([type=range])");
    const presses = event.key === " " && on.matches("button, summary, a");
    if (types || presses || !(event.key in keys)) return;
    event.preventDefault(); // so that the slider does not move a second time
    event.stopPropagation();
    keys[event.key]();
  }

  // The keys work anywhere in the player, which is there once this row is on the page.
  let player = null;
  const attach = () => {
    player = el.closest(".mk-player");
    if (!player) { if (!closed) requestAnimationFrame(attach); return; }
    player.tabIndex = 0;
    player.setAttribute("role", "group");
    player.setAttribute("aria-label", "player: arrow keys step, space plays, n jumps");
    player.setAttribute(MARK, "true"); // or JupyterLab takes the keys
    player.addEventListener("focusin", ours);
    player.addEventListener("keydown", onKey);
  };
  // JupyterLab asks the element that has the focus first: arrows in the list are the list's.
  const ours = (event) => event.target.setAttribute(MARK, "true");
  let closed = false;
  attach();

  drawSteps();
  drawPlay();
  model.on("change:index", drawIndex);
  model.on("change:kind_of", drawSteps);
  return () => {
    closed = true;
    window.clearInterval(timer);
    player?.removeEventListener("focusin", ours);
    player?.removeEventListener("keydown", onKey);
    model.off("change:index", drawIndex);
    model.off("change:kind_of", drawSteps);
  };
}

export default { render };
