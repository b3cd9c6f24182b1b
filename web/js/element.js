// In place of jQuery, of which ipywidgets asks $(element)[0], and anywidget $(element).empty().

export default function $(element) {
  return Object.assign([element], { empty: () => element.replaceChildren() });
}
