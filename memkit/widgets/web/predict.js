// Predict: a question with options; the answer locks, and only then an explanation appears.
// All of it stands in the model, so that a question answers without Python.

import { tell } from "./after.js";
import { Life } from "./alive.js";
import { make } from "./dom.js";
import { mark } from "./keys.js";

// What the one who chose an option reads, paragraph by paragraph.
export function verdict({ options, explanations, answer, chosen }) {
  if (chosen < 0) return [];
  if (chosen === answer) return ["Right.", explanations[chosen]];
  return ["Not so.", explanations[chosen], `The answer: ${options[answer]}.`, explanations[answer]];
}

export function predict() {
  let life;
  return {
    initialize({ model, signal }) {
      life = new Life(model, signal);
      const told = () => tell(model.get("name"), model.get("chosen") >= 0);
      told();
      model.on("change:chosen", told);
      signal?.addEventListener("abort", () => model.off("change:chosen", told));
    },
    render({ model, el, signal }) {
      const name = `mk-predict-${Math.random().toString(36).slice(2)}`;
      const error = make("p", el, "mk-empty mk-error");
      error.setAttribute("role", "alert");
      const form = make("form", el);
      const set = make("fieldset", form);
      make("legend", set, "", model.get("question"));
      const labels = model.get("options").map((text, i) => {
        const label = make("label", set);
        const input = make("input", label);
        Object.assign(input, { type: "radio", name, value: i });
        input.addEventListener("change", () => {
          commit.disabled = false;
        });
        make("span", label, "", text);
        return label;
      });
      const commit = make("button", form, "mk-commit", "That is my answer");
      commit.type = "submit";
      commit.disabled = true;
      const told = make("div", form, "mk-verdict");
      told.setAttribute("aria-live", "polite");
      mark(el); // or JupyterLab takes the keys

      form.addEventListener("submit", (event) => {
        event.preventDefault();
        const chosen = form.querySelector("input:checked");
        if (!chosen || model.get("chosen") >= 0) return;
        model.set("chosen", Number(chosen.value));
        if (!life.trouble) model.save_changes();
      });

      function draw() {
        error.textContent = model.get("error");
        error.hidden = !model.get("error");
        form.hidden = !error.hidden;
        const [options, explanations, answer, chosen] = ["options", "explanations", "answer", "chosen"].map(
          (trait) => model.get(trait),
        );
        const done = chosen >= 0;
        set.disabled = commit.hidden = done;
        labels.forEach((label, i) => {
          if (i === chosen) label.firstChild.checked = true;
          label.className = done && i === answer ? "mk-right" : "";
        });
        told.replaceChildren();
        for (const text of verdict({ options, explanations, answer, chosen })) make("p", told, "", text);
        el.dataset.answered = done;
      }
      draw();
      model.on("change:chosen", draw);
      signal.addEventListener("abort", () => model.off("change:chosen", draw));
    },
  };
}
