// Who draws a picture of which kind. A drawer is made in a place, with what its parts can ask of
// the stage: open(tier), pick(key). Its draw(picture, context) changes in place what it has drawn;
// context: opened, picked, and fresh, where the same picture must be painted anew (another theme).

import { Collector } from "./collector.js";
import { Floors } from "./floors.js";
import { Frames } from "./frames.js";
import { Heap } from "./heap.js";
import { Overlays } from "./overlays.js";
import { ProcessMap } from "./process.js";
import { Saw } from "./saw.js";
import { Ward } from "./ward.js";

export const DRAWERS = {
  collector: Collector,
  floors: Floors,
  frames: Frames,
  heap: Heap,
  overlays: Overlays,
  process: ProcessMap,
  saw: Saw,
  ward: Ward,
};
