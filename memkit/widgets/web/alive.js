// Whether the Python that made a model still answers.
//
// anywidget shows a model's state and not its connection; its layout is a model of the same kernel
// that was made with it, and shows both.

const ENDED = "The kernel that made this has ended: run the cell again.";
export const STATIC = "This needs Python: open the notebook to use it.";
const OVER = new Set(["restarting", "autorestarting", "terminating", "dead"]);

export class Life {
  constructor(model, signal) {
    this.layout = model.get("layout");
    this.manager = model.widget_manager;
    this.kernel = this.manager?.kernel;
    this.over = false;
    // A restarted kernel is soon "idle" again, and another one.
    const heard = (_, status) => {
      this.over ||= OVER.has(status);
    };
    this.kernel?.statusChanged?.connect(heard);
    signal?.addEventListener("abort", () => this.kernel?.statusChanged?.disconnect(heard));
  }

  // "" where Python answers, or else what to say to who wants it to.
  get trouble() {
    const { kernel, manager, layout } = this;
    // A page without kernels may answer for a model all the same: then it is live.
    if (!manager || !("kernel" in manager)) return layout?.comm_live ? "" : STATIC;
    this.over ||= !kernel || kernel.isDisposed || manager.kernel !== kernel || OVER.has(kernel.status);
    return this.over || layout?.comm_live === false ? ENDED : "";
  }
}
