// What a press does once: the second click of a double click does nothing where a node or one around it has `data-once`,
// nor does Enter held down. The server may have answered the first before the second comes.

const ONCE = "[data-once] button, button[data-once]";

/** Watches over all that is marked so in the document, now and later. */
export function pressesOnce() {
  document.addEventListener("click", (event) => event.detail > 1 && event.target.closest(ONCE) && stop(event), true);
  document.addEventListener("keydown", (event) => event.repeat && event.key === "Enter" && mayPress(event.target) && stop(event), true);
}

/** Whether Enter presses a button where the focus is, be it that of a form around it. */
function mayPress(target) {
  return !(target instanceof HTMLTextAreaElement) && target.closest("[data-once]") !== null;
}

function stop(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}
