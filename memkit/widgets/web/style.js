// The look of all widgets, as one text.

import collector from "./collector.css";
import frames from "./frames.css";
import growth from "./growth.css";
import heap from "./heap.css";
import overlays from "./overlays.css";
import player from "./player.css";
import process from "./process.css";
import progress from "./progress.css";
import scoreboard from "./scoreboard.css";
import base from "./style.css";
import tcmalloc from "./tcmalloc.css";
import tower from "./tower.css";
import ward from "./ward.css";

export const style = [
  base,
  player,
  frames,
  process,
  growth,
  heap,
  overlays,
  ward,
  collector,
  tower,
  tcmalloc,
  scoreboard,
  progress,
].join("\n");
