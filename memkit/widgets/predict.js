// Predict: a question with options; the answer locks, and only then an explanation appears.

function render({ model, el }) {
  const name = `mk-predict-${Math.random().toString(36).slice(2)}`;
  const form = document.createElement("form");
  const set = document.createElement("fieldset");
  const legend = document.createElement("legend");
  legend.textContent = model.get("question");
  set.append(legend);
  const labels = model.get("options").map((text, i) => {
    const label = document.createElement("label");
    const input = document.createElement("input");
    input.type = "radio";
    input.name = name;
    input.value = i;
    input.addEventListener("change", () => { commit.disabled = false; });
    const told = document.createElement("span");
    told.textContent = text;
    label.append(input, told);
    set.append(label);
    return label;
  });
  const commit = document.createElement("button");
  commit.type = "submit";
  commit.className = "mk-commit";
  commit.textContent = "That is my answer";
  commit.disabled = true;
  const verdict = document.createElement("div");
  verdict.className = "mk-verdict";
  verdict.setAttribute("aria-live", "polite");
  const error = document.createElement("p");
  error.className = "mk-empty mk-error";
  error.setAttribute("role", "alert");
  form.append(set, commit, verdict);
  el.append(error, form);
  el.setAttribute("data-lm-suppress-shortcuts", "true"); // or JupyterLab takes the keys

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = form.querySelector("input:checked");
    if (!chosen || model.get("verdict").length) return;
    model.set("chosen", Number(chosen.value));
    model.save_changes();
  });

  function draw() {
    error.textContent = model.get("error");
    error.hidden = !model.get("error");
    form.hidden = !error.hidden;
    const told = model.get("verdict");
    const chosen = model.get("chosen");
    set.disabled = told.length > 0;
    commit.hidden = told.length > 0;
    labels.forEach((label, i) => {
      const input = label.firstChild;
      if (i === chosen) input.checked = true;
      label.className = told.length && i === model.get("right") ? "mk-right" : "";
    });
    verdict.replaceChildren(...told.map((text) => {
      const line = document.createElement("p");
      line.textContent = text;
      return line;
    }));
    el.dataset.answered = told.length > 0;
  }
  draw();
  model.on("change:verdict", draw);
  return () => model.off("change:verdict", draw);
}

export default { render };
