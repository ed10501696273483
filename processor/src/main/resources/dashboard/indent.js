// Makes JSON readable without reading it: numbers and texts stay as they came, letter for letter.

const STEP = "  ";
/** What is deeper stands no further to the right: nobody could see it, and it would be all indents. */
const DEEP_MAX = 30;
const OPEN = new Set(["{", "["]);
const CLOSE = new Set(["}", "]"]);

/** With a line for each part. What is no JSON keeps all its characters, too, but for white space outside of quotes. */
export function indented(text) {
  let out = "";
  let depth = 0;
  let isQuoted = false;
  let isEscaped = false;
  let last = "";
  const line = () => {
    out += `\n${STEP.repeat(Math.min(DEEP_MAX, Math.max(0, depth)))}`;
  };
  for (const sign of text) {
    if (isQuoted) {
      out += sign;
      isQuoted = isEscaped || sign !== '"';
      isEscaped = !isEscaped && sign === "\\";
      last = sign;
      continue;
    }
    if (/\s/.test(sign)) {
      continue;
    }
    if (CLOSE.has(sign)) {
      depth--;
      if (!OPEN.has(last)) {
        line();
      }
    } else if (OPEN.has(last) || last === ",") {
      line();
    }
    out += sign === ":" ? ": " : sign;
    depth += OPEN.has(sign) ? 1 : 0;
    isQuoted = sign === '"';
    last = sign;
  }
  return out;
}
