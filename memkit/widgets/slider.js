// A slider with a name, for screen readers too: positions 0 .. last, and what the position means.

function render({ model, el }) {
  const label = document.createElement("label");
  const name = document.createElement("span");
  const slider = document.createElement("input");
  slider.type = "range";
  slider.className = "mk-slider";
  label.append(name, slider);
  el.append(label);

  function draw() {
    name.textContent = model.get("name");
    slider.max = model.get("last");
    slider.value = model.get("at");
    slider.setAttribute("aria-valuetext", model.get("means"));
    slider.disabled = model.get("last") === 0;
  }
  slider.addEventListener("input", () => {
    model.set("at", Number(slider.value));
    model.save_changes();
  });
  // Around this slider keys belong to the form it is in, or else JupyterLab moves between cells.
  // It asks the element that has the focus first, so that is where the mark must be.
  const ours = (event) => event.target.setAttribute("data-lm-suppress-shortcuts", "true");
  let closed = false;
  const attach = () => {
    const form = el.closest(".mk-microscope, .mk-size-class");
    if (form) form.addEventListener("focusin", ours);
    else if (!closed) requestAnimationFrame(attach);
  };
  attach();
  draw();
  const traits = ["name", "last", "at", "means"].map((trait) => `change:${trait}`);
  for (const change of traits) model.on(change, draw);
  return () => {
    closed = true;
    for (const change of traits) model.off(change, draw);
  };
}

export default { render };
