// In place of sanitize-html, a quarter of what a page would load: what widgets describe themselves
// with is the course's own text.

export default (html) => html;
