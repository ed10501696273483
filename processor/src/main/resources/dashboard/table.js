// Tables that screen readers can find their way in: a caption, and headers for rows and columns.
import { forReaders, h } from "./dom.js";
import { go, withParameters } from "./router.js";

/**
 * A table.
 *
 * @param columns each with `head` (a node or text) and `cell` (makes it of an item); the first one heads the row. `number`:
 *   digits align; `less`: left out on a phone; `group`: one head over columns that follow one another, `begins`: a line before it;
 *   `pin`: stays where it is on a phone; `wide`: has sentences, which would be cut into words there; `sorted`: `ascending` or `descending`, if the rows are in the order of this one
 * @param row attributes of an item's row
 */
export function table({ caption, columns, items, row = () => ({}), empty = "Nothing is here." }) {
  if (items.length === 0) {
    return h("p", { class: "quiet" }, empty);
  }
  return h(
    "div",
    { class: "scroll", role: "region", tabindex: "0", "aria-label": caption, "data-key": `table-${caption}` },
    h(
      "table",
      {},
      h("caption", {}, forReaders(caption)),
      h("thead", {}, groups(columns), h("tr", {}, columns.map((column) => h("th", { scope: "col", class: classOf(column), "aria-sort": column.sorted || null }, column.head)))),
      h("tbody", {}, items.map((item) => h("tr", row(item), columns.map((column, place) => cell(column, place, item))))),
    ),
  );
}

/** The head of a column that the list can be sorted by: a button, which says which way it is sorted now. */
export function sortHead(words, sort, sorted, attributes = {}) {
  const sign = { ascending: "▲", descending: "▼" }[sorted];
  return h("button", { type: "button", class: "term sort", "data-key": `sort-${words}`, "data-sort": sort, onclick: sortBy, ...attributes }, words, sign && h("span", { class: "sort-sign", "aria-hidden": "true" }, ` ${sign}`));
}

/** One for all heads, so that a table that looks the same stays as it is. */
function sortBy(event) {
  go(withParameters({ sort: event.currentTarget.dataset.sort, cursor: null }));
}

function classOf(column) {
  return [column.number && "number", column.less && "less", column.begins && "begins", column.pin && "pin", column.wide && "wide"].filter(Boolean).join(" ") || null;
}

function cell(column, place, item) {
  return place === 0
    ? h("th", { scope: "row", class: classOf(column) }, column.cell(item))
    : h("td", { class: classOf(column) }, column.cell(item));
}

function groups(columns) {
  if (!columns.some((column) => column.group)) {
    return null;
  }
  const heads = [];
  for (const column of columns) {
    const last = heads[heads.length - 1];
    if (last && last.name === column.group) {
      last.span++;
    } else {
      heads.push({ name: column.group, span: 1, begins: column.begins });
    }
  }
  return h("tr", { class: "groups" }, heads.map(({ name, span, begins }) => (name ? h("th", { colspan: span, scope: "colgroup", class: begins && "begins" }, name) : h("td", { colspan: span }))));
}

/** What a page without rows says: that there are none only where nothing has been left out, and nothing comes after it. */
export function none({ partial, nextCursor }, isFirst, words) {
  if (partial) {
    return "None in what has been answered.";
  }
  if (nextCursor) {
    return "None up to here; the list goes on.";
  }
  return isFirst ? words : "None on this page, which is the last one.";
}

/** Links to go on in a list that is given in pages. */
export function pager(isFirst, next, first) {
  if (isFirst && !next) {
    return null;
  }
  return h(
    "p",
    { class: "pager" },
    isFirst ? null : h("a", { href: first, "data-key": "pager-first" }, "First page"),
    next ? h("a", { href: next, "data-key": "pager-next" }, "Next page") : h("span", { class: "quiet" }, "This is the last page."),
  );
}
