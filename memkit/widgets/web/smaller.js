// How a slide that is a little taller than the screen is made smaller: by one size for all its steps,
// as the tallest so far needs, since nothing may grow and shrink while one steps.

const LEAST = 0.8; // of its size; what would need less stays as it is, and scrolls
const STEP = 0.97; // small ones: a smaller picture is also a wider one, which has fewer lines

// The next size of a slide of which the screen shows this share; 0 where it is to stay as it is.
export function smaller(size, share) {
  const next = size * Math.max(STEP, share);
  return next < LEAST ? 0 : next;
}

// Show nodes at a size; 0 and 1 are their own.
export function showSmaller(nodes, size) {
  for (const { style } of nodes) {
    if (size && size !== 1) style.setProperty("--mk-smaller", size);
    else style.removeProperty("--mk-smaller");
  }
}
