// A button that puts a text where it can be pasted from.
import { announce, h } from "./dom.js";

export function copyButton(text) {
  return h("button", { type: "button", "data-copy": text, onclick: copy }, "Copy");
}

/** One for all, so that a page that looks the same stays as it is. */
async function copy({ currentTarget: button }) {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = "Copied";
    announce("Copied.");
  } catch (refused) {
    button.textContent = "Select it and copy";
  }
}
