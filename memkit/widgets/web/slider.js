// A slider with a name, for screen readers too: positions 0 .. last, and what the position means.

import { make } from "./dom.js";

const TRAITS = ["name", "last", "at", "means"];

export function slider() {
  return {
    render({ model, el, signal }) {
      const label = make("label", el);
      const name = make("span", label);
      const handle = make("input", label, "mk-slider");
      handle.type = "range";

      function draw() {
        name.textContent = model.get("name");
        handle.max = model.get("last");
        handle.value = model.get("at");
        handle.setAttribute("aria-valuetext", model.get("means"));
        handle.disabled = model.get("last") === 0;
      }
      handle.addEventListener("input", () => {
        model.set("at", Number(handle.value));
        model.save_changes();
      });
      draw();
      const changes = TRAITS.map((trait) => `change:${trait}`).join(" ");
      model.on(changes, draw);
      signal.addEventListener("abort", () => model.off(changes, draw));
    },
  };
}
