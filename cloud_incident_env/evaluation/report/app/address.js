/** Addresses within the file: `#episode=KEY&step=N`, and the list of episodes as `#task=..&family=..&order=..`. */

/** What a list of episodes may be asked for. */
export const ASKED = ["text", "task", "difficulty", "family", "lost", "result", "order"];

/** @param {object} asked names and texts; empty ones are left out @returns {string} begins with `#` */
export function addressOf(asked) {
  const given = Object.entries(asked).filter(([, value]) => value !== "" && value != null);
  return `#${new URLSearchParams(given) || "episodes"}`;
}

/** @returns {object} what the address of the document asks for */
export const readAddress = () => Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
