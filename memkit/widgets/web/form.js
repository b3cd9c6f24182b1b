// What a form near a picture needs Python for: every button and field within `root` that is not
// the picture's own. Where Python is gone, whoever tries one reads why nothing happens.

const ASKS = {
  click: "button",
  change: "input, select, textarea",
  input: "input[type=range], .noUi-handle",
};
const OWN = ".mk-stage, .mk-predict"; // what answers by itself

export function watchForms(root, life, refuse, signal) {
  for (const [event, selector] of Object.entries(ASKS)) {
    root.addEventListener(
      event,
      ({ target }) => {
        if (!target.closest(selector) || target.closest(OWN)) return;
        const { trouble } = life;
        if (trouble) refuse(trouble);
      },
      { capture: true, signal },
    );
  }
}
