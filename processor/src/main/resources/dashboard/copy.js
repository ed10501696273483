// A button that puts a text where it can be pasted from.
import { announce, h } from "./dom.js";

export function copyButton(text) {
  const button = h("button", { type: "button", onclick: async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
      announce("Copied.");
    } catch (refused) {
      button.textContent = "Select it and copy";
    }
  } }, "Copy");
  return button;
}
