/** One mark of a chart is in the tab order; the arrows go to the others. */

/**
 * @param {HTMLElement} area holds the marks, which are links
 * @param {number} columns of the marks, for the arrows up and down
 */
export function roving(area, columns = 1) {
  const marks = [...area.querySelectorAll("a")];
  const choose = (mark) => marks.forEach((one) => (one.tabIndex = one === mark ? 0 : -1));
  if (marks.length) choose(marks[0]);
  area.addEventListener("focusin", (event) => marks.includes(event.target) && choose(event.target));
  area.addEventListener("keydown", (event) => {
    const here = marks.indexOf(event.target);
    const last = marks.length - 1;
    const to = {
      ArrowLeft: here - 1,
      ArrowRight: here + 1,
      ArrowUp: here - columns,
      ArrowDown: here + columns,
      Home: 0,
      End: last,
    }[event.key];
    if (here < 0 || to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    marks[Math.min(Math.max(to, 0), last)].focus();
  });
}
