// Progress: a table of the chapters, and a button that deletes what is noted when asked twice.

import { Life } from "./alive.js";
import { make } from "./dom.js";
import { mark } from "./keys.js";

function cell(row, tag, text, scope) {
  const made = make(tag, row, "", text);
  if (scope) made.scope = scope;
  return made;
}

const of = ([done, all]) => `${done} of ${all}`;

function drawRow(body, { number, title, questions, exercises }) {
  const row = make("tr", body);
  const head = cell(row, "th", "", "row");
  make("span", head, "mk-number", number);
  head.append(` ${title}`);
  cell(row, "td", of(questions));
  const tasks = cell(row, "td", exercises.length ? "" : "none");
  if (!exercises.length) return;
  make("span", tasks, "mk-tally", of([exercises.filter(([, right]) => right).length, exercises.length]));
  for (const [name, right] of exercises) {
    const box = make("span", tasks, right ? "mk-box mk-done" : "mk-box");
    box.setAttribute("role", "img");
    box.title = `${name}: ${right ? "right" : "open"}`;
    box.setAttribute("aria-label", box.title);
  }
}

function drawTable(table, { rows, sums }) {
  table.replaceChildren();
  make("caption", table, "", "What you have answered and solved");
  const head = make("tr", make("thead", table));
  for (const text of ["chapter", "questions answered", "exercises right"]) cell(head, "th", text, "col");
  const body = make("tbody", table);
  rows.forEach((row) => drawRow(body, row));
  const foot = make("tr", make("tfoot", table));
  cell(foot, "th", "all chapters", "row");
  cell(foot, "td", of(sums.questions));
  cell(foot, "td", of(sums.exercises));
}

function render({ model, el, signal }, life) {
  const sentence = make("p", el, "mk-sentence");
  sentence.setAttribute("aria-live", "polite");
  sentence.tabIndex = -1;
  const trouble = make("p", el, "mk-empty mk-error");
  trouble.setAttribute("role", "alert");
  const table = make("table", make("div", el, "mk-table"));
  const foot = make("div", el, "mk-controls");
  const button = (text) => {
    const made = make("button", foot, "", text);
    made.type = "button";
    return made;
  };
  const over = button("start over");
  const question = make("span", foot, "", "Delete the file, and with it all of this?");
  const yes = button("yes, delete");
  const no = button("no, keep");
  const place = make("p", el, "mk-note");
  place.append("Kept in your own file ");
  make("code", place, "", model.get("place"));
  mark(el); // or JupyterLab takes the keys

  // Where Python is gone the table stays as it was; who asks for a change reads why.
  function tell(message) {
    if (!life.trouble) model.send(message);
    else if (message !== "read") {
      trouble.textContent = life.trouble;
      trouble.hidden = false;
    }
  }
  function ask(asking) {
    over.hidden = asking;
    for (const node of [question, yes, no]) node.hidden = !asking;
  }
  function answer(deleting) {
    if (deleting) tell("start over");
    ask(false);
    (deleting ? sentence : over).focus();
  }
  over.addEventListener("click", () => {
    ask(true);
    no.focus();
  });
  yes.addEventListener("click", () => answer(true));
  no.addEventListener("click", () => answer(false));
  foot.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && over.hidden) answer(false);
  });

  function draw() {
    const now = model.get("table");
    if (sentence.textContent !== now.sentence) sentence.textContent = now.sentence; // said once
    trouble.textContent = model.get("trouble");
    trouble.hidden = !model.get("trouble");
    place.hidden = !trouble.hidden; // the trouble names it
    over.disabled = !now.sums.questions[0] && !now.sums.exercises[0];
    drawTable(table, now);
  }
  ask(false);
  draw();
  model.on("change:table change:trouble", draw);

  // The learner comes back: to this part of the page, this tab, this window, or with the pointer.
  const read = () => {
    if (!document.hidden) tell("read");
  };
  const seen = new IntersectionObserver((entries) => {
    if (entries.at(-1).isIntersecting) read();
  });
  seen.observe(el);
  document.addEventListener("visibilitychange", read);
  window.addEventListener("focus", read);
  el.addEventListener("pointerenter", read);
  signal.addEventListener("abort", () => {
    model.off("change:table change:trouble", draw);
    seen.disconnect();
    document.removeEventListener("visibilitychange", read);
    window.removeEventListener("focus", read);
  });
}

export function progress() {
  let life;
  return {
    initialize({ model, signal }) {
      life = new Life(model, signal);
    },
    render: (context) => render(context, life),
  };
}
