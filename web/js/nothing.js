// In place of nouislider: no page has a slider of ipywidgets' own.

export default {};
