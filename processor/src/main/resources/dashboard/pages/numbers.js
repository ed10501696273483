// What every number means, in the words of the API.
import { all, load, sentences } from "../definitions.js";
import { h, swap } from "../dom.js";
import { askUpToWhen } from "../freshness.js";
import { Panel } from "../panel.js";

export class Numbers {
  title = "What the numbers mean";
  #list = new Panel("Definitions", { wide: true });

  constructor(main) {
    swap(main, h("div", { class: "page-head" }, h("h1", {}, "What the numbers mean")), h("p", { class: "scope" }, "The same words stand in the description of the API, and on this dashboard beside each number."), this.#list.element);
  }

  async refresh(fresh) {
    const asking = load();
    asking.catch((failure) => fresh.failed(failure));
    await askUpToWhen(fresh);
    await this.#list.load(asking, () => [
      h("dl", { class: "definitions" }, all().definitions.map((definition) => [h("dt", {}, definition.label, " ", h("code", {}, definition.field)), h("dd", {}, sentences(definition))])),
      h("h3", {}, "How rates are judged"),
      h("dl", { class: "definitions" }, Object.entries(all().verdicts).map(([name, words]) => [h("dt", {}, name), h("dd", {}, words)])),
      h("p", {}, all().nothing),
    ]);
  }
}
