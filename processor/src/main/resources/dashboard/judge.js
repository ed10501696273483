// What a rate of a chosen span is worth: the rule of the API (`judgement` in /v1/definitions) on numbers that are added up here.

/** For a confidence of 95 %. */
const Z = 1.959963984540054;
const JUDGED_FROM = 100;

/** The lower bound of the Wilson score interval for so many of so many. */
export function lowerBound(of, over) {
  const share = of / over;
  const square = (Z * Z) / over;
  const half = Z * Math.sqrt((share * (1 - share)) / over + square / (4 * over));
  return Math.max(0, (share + square / 2 - half) / (1 + square));
}

/** A rate in the shape of the API's: value, of, over, judged, and the verdict where it has limits. */
export function rate(of, over, limits) {
  const judged = over >= JUDGED_FROM;
  const rate = { value: over === 0 ? null : of / over, of, over, judged };
  return limits ? { ...rate, verdict: judged ? verdict(of, over, limits) : "notJudged" } : rate;
}

function verdict(of, over, limits) {
  const least = lowerBound(of, over);
  if (least > limits.critical) {
    return "critical";
  }
  return least > limits.warn ? "warn" : "ok";
}
