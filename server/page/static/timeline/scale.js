/** From minutes to px: long before the first symptom, before the alert and after it each have a scale of their own. */

const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 240];
const APART = 52; // px between the labels of the axis, at least
const PER_MINUTE = 9; // px for a minute after the alert, at least: a look takes one

/**
 * @param {{first: number, onset: number, end: number, width: number, offset: number, lead: number}} options minutes
 *   since the alert of the earliest change, of the first symptom and of the end; px that are there; minutes of the day
 *   at the alert, or null; px to keep free on the left
 * @returns {{width: number, x: Function, minute: Function, ticks: {x: number, minute: number}[], folds: number[]}}
 */
export function scaleOf({ first, onset, end, width, offset, lead }) {
  const pad = 14; // px at both sides, so that no mark is cut
  const inner = Math.max(width - 2 * pad - lead, 200);
  const before = first < onset ? Math.min(190, inner * 0.22) : 0;
  const length = Math.max(end, 8);
  const quiet = onset < 0 ? Math.min(Math.max((inner * -onset) / (length - onset), inner * 0.14), inner * 0.3) : 0;
  const after = Math.max(inner - before - quiet, length * PER_MINUTE);
  const pieces = [];
  let at = pad + lead;
  for (const [from, to, wide] of [
    [first, onset, before],
    [onset, 0, quiet],
    [0, length, after],
  ]) {
    if (wide > 0) pieces.push({ from, to, left: at, wide, rate: wide / (to - from) });
    at += wide;
  }
  const piece = (minute) => pieces.find(({ to }) => minute <= to) ?? pieces.at(-1);
  const x = (minute) => {
    const { from, left, rate } = piece(minute);
    return Math.min(Math.max(left + (minute - from) * rate, 4), at + pad - 4);
  };
  const minute = (px) => {
    const { from, left, rate } = pieces.find((one) => px <= one.left + one.wide) ?? pieces.at(-1);
    return from + (px - left) / rate;
  };
  return {
    width: at + pad,
    x,
    minute,
    ticks: pieces.flatMap((one) => ticksOf(one, offset ?? 0)),
    folds: pieces
      .slice(1)
      .filter((one, i) => Math.abs(Math.log(one.rate / pieces[i].rate)) > 0.4)
      .map(({ left }) => left),
  };
}

/** Round minutes of the clock within a piece, not so close to its ends that labels would meet. */
function ticksOf({ from, to, left, wide, rate }, offset) {
  const step = STEPS.find((minutes) => minutes * rate >= APART);
  if (!step) return [];
  const ticks = [];
  for (let minute = Math.ceil((from + offset) / step) * step - offset; minute <= to; minute += step) {
    const x = left + (minute - from) * rate;
    if (x >= left + APART / 2 && x <= left + wide - APART / 2 + (to > 0 ? 20 : 0)) ticks.push({ x, minute });
  }
  return ticks;
}
