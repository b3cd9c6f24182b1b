// Objects on their way: read together with cells.js and grid.js, as one module.
// A picture may name journeys, [[floor, row, cell], [floor, row, cell]]: from where, to where.

const JOURNEY = 450; // ms

const still = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;
const drawPicture = Grid.prototype.draw;

Grid.prototype.draw = function drawAndTravel(picture) {
  const forward = this.shown !== undefined && picture.step === this.shown + 1;
  this.shown = picture.step;
  drawPicture.call(this, picture);
  for (const old of this.travellers || []) old.remove();
  this.travellers = forward && !still() ? travel(this, picture.journeys || []) : [];
};

// One square for each journey, which goes there and is gone.
function travel(grid, journeys) {
  const origin = grid.tower.getBoundingClientRect();
  const place = ([floor, row, cell]) => {
    const [x, top, bottom] = grid.floors[floor].rows[row].place(cell, origin);
    return `translate(${x - 6}px, ${(top + bottom) / 2 - 7}px)`;
  };
  return journeys.map(([from, to]) => {
    const square = shape("rect", grid.thread, { width: 12, height: 14, rx: 2, class: "mk-touched" });
    const going = square.animate(
      [{ transform: place(from) }, { transform: place(to) }],
      { duration: JOURNEY, easing: "ease-in-out" },
    );
    going.onfinish = () => square.remove();
    return square;
  });
}
