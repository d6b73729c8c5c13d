// Style sheets of places that few visits open: each is linked once, when its place is first opened.

const linked = new Map();

/**
 * Links a style sheet of the page.
 * @param {string} name its path below the static files, such as "watch/watch.css"
 * @returns {Promise<void>} settled once it is there, or cannot be had: the place works without
 */
export function styles(name) {
  if (!linked.has(name)) {
    linked.set(name, new Promise((resolve) => {
      const link = document.createElement("link");
      link.rel = "stylesheet";
      link.href = new URL(name, import.meta.url).href;
      link.onload = link.onerror = () => resolve();
      document.head.append(link);
    }));
  }
  return linked.get(name);
}
