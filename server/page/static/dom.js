// Nodes of the page. Everything is built here, and every text is a text node: nothing is ever read as HTML.

const SVG = "http://www.w3.org/2000/svg";

/**
 * An HTML element. `props`: `class`, `dataset: {name: value}`, `on: {event: listener}`, `style: {property: value}`
 * (custom properties too), `value`, `checked` and the like are set on the node; everything else is an attribute, where
 * true is an empty one, and null, undefined and false leave it out (but `aria-*` false is "false").
 * @param {string} tag
 * @param {object|null} [props]
 * @param {...(Node|string|number|null|undefined|false|Array)} children
 * @returns {HTMLElement}
 */
export function h(tag, props, ...children) {
  return built(document.createElement(tag), props, children);
}

/** An SVG element; arguments as those of `h`. @returns {SVGElement} */
export function svg(tag, attrs, ...children) {
  return built(document.createElementNS(SVG, tag), attrs, children);
}

/** Puts children in place of all that a node holds. @returns {Node} the node */
export function replace(node, ...children) {
  node.replaceChildren(...flat(children));
  return node;
}

/** A text of the server or of a user, isolated so that its direction cannot turn what stands beside it. */
export function bdi(text, props) {
  return h("bdi", props ?? null, String(text ?? ""));
}

const PROPERTIES = new Set(["value", "checked", "disabled", "selected", "hidden", "open", "indeterminate", "tabIndex"]);

function built(node, props, children) {
  for (const [name, value] of Object.entries(props ?? {})) set(node, name, value);
  node.append(...flat(children));
  return node;
}

function set(node, name, value) {
  if (name === "on") {
    for (const [event, listener] of Object.entries(value)) if (listener) node.addEventListener(event, listener);
  } else if (name === "dataset") {
    for (const [key, each] of Object.entries(value)) if (each != null) node.dataset[key] = each;
  } else if (name === "style" && value && typeof value === "object") {
    for (const [key, each] of Object.entries(value)) if (each != null) node.style.setProperty(key, each);
  } else if (value == null || (value === false && !name.startsWith("aria-"))) {
    return;
  } else if (PROPERTIES.has(name) && name in node) {
    node[name] = value;
  } else {
    node.setAttribute(name === "className" ? "class" : name, value === true && !name.startsWith("aria-") ? "" : value);
  }
}

function flat(children) {
  return children.flat(Infinity).filter((child) => child != null && child !== false).map((child) =>
    child instanceof Node ? child : document.createTextNode(String(child)));
}
