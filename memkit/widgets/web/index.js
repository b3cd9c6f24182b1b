// The whole of it: sent once for a kernel, by a widget that shows nothing. Every other widget of
// ours waits for the component of its name, in a place named after this very text (bundle.py).

import { after } from "./after.js";
import { listenOnPage } from "./keys.js";
import { listenInLecture } from "./lecture.js";
import { predict } from "./predict.js";
import { progress } from "./progress.js";
import { slider } from "./slider.js";
import { stage } from "./stage.js";
import { style } from "./style.js";

const COMPONENTS = { after, predict, progress, slider, stage };

function wear(id) {
  const sheet = document.getElementById(id) ?? document.createElement("style");
  sheet.id = id;
  sheet.textContent = style;
  document.head.append(sheet);
}

export default {
  initialize({ model }) {
    const name = model.get("name");
    globalThis[name] ??= {};
    const home = globalThis[name];
    if (!home.listens) {
      listenOnPage();
      listenInLecture();
    }
    home.listens = true;
    wear(name);
    home.resolve?.(COMPONENTS);
    home.ready = Promise.resolve(COMPONENTS); // a kernel that comes later, or an edited file
  },
};
