// The widgets of ipywidgets that the course uses.

export {
  CheckboxModel,
  CheckboxStyleModel,
  CheckboxView,
} from "@jupyter-widgets/controls/lib/widget_bool.js";
export {
  BoxModel,
  BoxView,
  HBoxModel,
  HBoxView,
  VBoxModel,
  VBoxView,
} from "@jupyter-widgets/controls/lib/widget_box.js";
export { ButtonModel, ButtonStyleModel, ButtonView } from "@jupyter-widgets/controls/lib/widget_button.js";
export { DescriptionStyleModel } from "@jupyter-widgets/controls/lib/widget_description.js";
export { DropdownModel, DropdownView } from "@jupyter-widgets/controls/lib/widget_selection.js";
export {
  HTMLModel,
  HTMLStyleModel,
  HTMLView,
  LabelModel,
  LabelStyleModel,
  LabelView,
  TextModel,
  TextStyleModel,
  TextView,
} from "@jupyter-widgets/controls/lib/widget_string.js";
