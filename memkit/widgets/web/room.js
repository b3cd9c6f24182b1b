// Room for the tallest picture of a film, so that what stands below does not move while one steps.
// What has been shown is known; a few steps more are measured while nobody waits.

const SAMPLES = 16;
const idle = globalThis.requestIdleCallback ?? ((act) => setTimeout(act, 200));
const forget = globalThis.cancelIdleCallback ?? clearTimeout;

export class Room {
  // measure(i): px that step i needs; steps(): how many there are.
  constructor(node, inner, { measure, steps }, signal) {
    Object.assign(this, { node, inner, measure, steps });
    this.begin();
    const sized = new ResizeObserver(() => this.grow(inner.offsetHeight));
    sized.observe(inner);
    const seen = new IntersectionObserver((entries) => {
      this.seen = entries.at(-1).isIntersecting;
      this.look();
    });
    seen.observe(node);
    signal.addEventListener("abort", () => {
      sized.disconnect();
      seen.disconnect();
      forget(this.waits);
    });
  }

  // Of another film, or at another width, nothing is known.
  begin() {
    this.most = 0;
    this.node.style.minHeight = "";
    this.samples = null;
    this.look();
  }

  grow(height) {
    // What the learner has opened is no part of the film.
    if (height <= this.most || this.inner.querySelector("details[open], .mk-closer:not([hidden])")) return;
    this.most = height;
    this.node.style.minHeight = `${Math.ceil(height)}px`;
  }

  look() {
    if (this.waits || !this.seen) return;
    this.waits = idle(() => {
      this.waits = 0;
      this.samples ??= sample(this.steps());
      if (!this.samples.length) return;
      this.grow(this.measure(this.samples.pop()));
      this.look();
    });
  }
}

// Steps all over a film of n, the last one among them.
export function sample(n) {
  const k = Math.min(n - 1, SAMPLES);
  return Array.from({ length: Math.max(0, k) }, (_, i) => Math.round(((i + 1) * (n - 1)) / k));
}
