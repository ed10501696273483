// Numbers, shares and times as people read them. Times are UTC everywhere, as the buckets are.
import { h } from "./dom.js";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const GROUPED = new Intl.NumberFormat("en-US");
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const NOT_REPORTED = "not reported";

/** A whole number. */
export function count(number) {
  return GROUPED.format(number);
}

/** A share of 1 in percent: as many decimals as tell it from its neighbours and from the limits. */
export function percent(share) {
  const hundred = share * 100;
  const decimals = hundred !== 0 && Math.abs(hundred) < 1 ? 2 : 1;
  return `${hundred.toFixed(decimals)}\u00a0%`;
}

/** A limit in percent, without trailing zeros. */
export function limit(share) {
  return `${Number((share * 100).toFixed(4))}\u00a0%`;
}

function two(number) {
  return String(number).padStart(2, "0");
}

export function clock(date) {
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
}

export function hourAndMinute(date) {
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
}

export function day(date) {
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
}

export function dayAndYear(date) {
  return `${day(date)} ${date.getUTCFullYear()}`;
}

/** To the second; with the year if it is another one than now. */
export function dayAndClock(date, now = new Date()) {
  return `${date.getUTCFullYear() === now.getUTCFullYear() ? day(date) : dayAndYear(date)} ${clock(date)}`;
}

export function dayAndTime(date) {
  return `${day(date)} ${hourAndMinute(date)}`;
}

/** A time of an answer, whole in its title. */
export function time(iso, form = (date) => `${dayAndYear(date)} ${clock(date)}`) {
  if (!iso) {
    return "–";
  }
  const date = new Date(iso);
  return Number.isNaN(date.getTime())
    ? "unreadable time"
    : h("time", { datetime: date.toISOString(), title: `${date.toISOString()} (UTC)` }, form(date));
}

/** How long something takes, in the unit that fits. */
export function duration(seconds) {
  if (seconds < 10) {
    return `${Math.max(0, seconds).toFixed(1)}\u00a0s`;
  }
  if (seconds < 2 * MINUTE) {
    return `${Math.round(seconds)}\u00a0s`;
  }
  if (seconds < 2 * HOUR) {
    return `${Math.round(seconds / MINUTE)}\u00a0min`;
  }
  return seconds < 2 * DAY ? `${Math.round(seconds / HOUR)}\u00a0h` : `${Math.round(seconds / DAY)}\u00a0d`;
}

/** So many of a thing, with its plural. */
export function many(number, one, several = `${one}s`) {
  return `${count(number)} ${number === 1 ? one : several}`;
}

export function bytes(number) {
  return number < 10_000 ? `${count(number)} B` : `${count(Math.round(number / 1024))} KiB`;
}
