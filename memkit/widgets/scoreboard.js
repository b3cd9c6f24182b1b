// Keys typed into the scoreboard's form are the form's, or else JupyterLab takes them for its own:
// "a", "v", "s" in a list would insert, paste and save. It asks the element that has the focus.

function render({ el }) {
  const ours = (event) => event.target.setAttribute("data-lm-suppress-shortcuts", "true");
  let board = null;
  let closed = false;
  const attach = () => {
    board = el.closest(".mk-scoreboard");
    if (board) board.addEventListener("focusin", ours);
    else if (!closed) requestAnimationFrame(attach);
  };
  attach();
  return () => {
    closed = true;
    board?.removeEventListener("focusin", ours);
  };
}

export default { render };
