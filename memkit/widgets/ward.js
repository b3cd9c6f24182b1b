// The ward: a program line by line, the shadow of its blocks, and the doctor's report.
// Read after cells.js and sheet.js, as one module (see ward.py for the picture).

const SHADOW = { r: "mk-red-zone", u: "mk-unwritten", i: "mk-written", f: "mk-freed",
  "-": "mk-red-zone" };
const LINE_HIGH = 26;

class WardPicture extends Sheet {
  constructor(el) {
    super(el);
    this.body.className = "mk-ward-body";
    this.code = make("ol", this.body, "mk-code-lines");
    this.code.setAttribute("aria-label", "the program");
    this.floor = make("div", this.body, "mk-floor mk-shadows");
    this.floor.dataset.tier = "mheap";
    this.blocks = make("div", this.floor, "mk-floor-body");
    this.note = make("div", this.floor, "mk-caption");
    this.report = make("div", this.body, "mk-report");
    this.report.setAttribute("aria-live", "polite");
    this.score = make("div", this.body, "mk-score");
  }

  drawBody(picture) {
    this.code.replaceChildren();
    picture.code.forEach((line, n) => {
      const item = make("li", this.code, line.ran ? "" : "mk-later");
      item.classList.toggle("mk-now", line.now);
      if (line.now) item.setAttribute("aria-current", "step");
      make("span", item, "mk-pointer", line.now ? "\u25b6" : "").setAttribute("aria-hidden", "true");
      make("span", item, "mk-number", String(n + picture.first));
      make("span", item, "mk-told", line.text);
      if (line.sick) make("span", item, "mk-sick", "\u25c0 here");
    });
    const end = make("li", this.code, picture.ended ? "mk-now" : "mk-later");
    make("span", end, "mk-pointer", picture.ended ? "\u25b6" : "");
    make("span", end, "mk-number", "");
    make("span", end, "mk-told mk-end", "the end");
    this.drawBlocks(picture);
    say(this.note, picture.note);
    this.report.classList.toggle("mk-waiting", !picture.told);
    this.report.classList.toggle("mk-finding", picture.found);
    if (this.report.textContent !== picture.report) this.report.textContent = picture.report;
    say(this.score, picture.score);
  }

  drawBlocks(picture) {
    this.blocks.replaceChildren();
    if (!picture.blocks.length) make("div", this.blocks, "mk-caption", "No block has been allocated yet.");
    const width = Math.max(200, this.blocks.clientWidth || 500);
    const pitch = Math.min(20, (width - 4) / picture.per);
    for (const block of picture.blocks) {
      const node = make("div", this.blocks, "mk-shadow-block");
      make("div", node, "mk-label", block.label);
      const lines = Math.ceil(block.letters.length / picture.per);
      const svg = shape("svg", node, {
        width: pitch * picture.per + 4, height: lines * LINE_HIGH + 2, "aria-hidden": "true", class: "mk-shadow",
      });
      const touched = new Set(block.touched);
      const place = (k) => [2 + (k % picture.per) * pitch, 2 + Math.floor(k / picture.per) * LINE_HIGH];
      [...block.letters].forEach((letter, k) => {
        const [x, y] = place(k);
        shape("rect", svg, { x: x + 0.5, y, width: pitch - 1, height: LINE_HIGH - 4, class: `mk-byte ${SHADOW[letter]}` });
        shape("text", svg, { x: x + pitch / 2, y: y + 16, class: "mk-byte-letter" }).textContent = letter;
      });
      // One outline around each run of touched bytes in a line.
      for (let k = 0; k < block.letters.length; k++) {
        if (!touched.has(k)) continue;
        const first = k;
        while (touched.has(k + 1) && (k + 1) % picture.per) k++;
        const [x, y] = place(first);
        shape("rect", svg, { x, y: y - 0.5, width: (k - first + 1) * pitch, height: LINE_HIGH - 3, rx: 2, class: "mk-touched" });
      }
    }
  }
}

export default { render: (context) => renderSheet(WardPicture, context) };
