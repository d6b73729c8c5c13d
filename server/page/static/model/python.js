// Texts as the Python agents write them, so that a model reads the same words here and there.

/** The first so many characters, counted as Python counts them. */
export const first = (text, most) => (text.length <= most ? text : Array.from(text.slice(0, most * 2)).slice(0, most).join(""));

/** Whole Unicode: a lone half of a pair is "?". */
export const whole = (text) => text.replace(/[\ud800-\udfff]/gu, "?");

/** A text in quotes, as Python's `repr`. */
export function quoted(text) {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const inner = Array.from(text, (sign) => {
    if (sign === "\\" || sign === quote) return `\\${sign}`;
    if (sign === "\n") return "\\n";
    if (sign === "\r") return "\\r";
    if (sign === "\t") return "\\t";
    if (sign === " " || !/[\p{C}\p{Z}]/u.test(sign)) return sign;
    const code = sign.codePointAt(0).toString(16);
    if (code.length <= 2) return `\\x${code.padStart(2, "0")}`;
    return code.length <= 4 ? `\\u${code.padStart(4, "0")}` : `\\U${code.padStart(8, "0")}`;
  });
  return `${quote}${inner.join("")}${quote}`;
}

/** JSON with spaces after commas and colons, as Python's `json.dumps`; `ascii` escapes all that is not. */
export function json(value, { ascii = false } = {}) {
  if (Array.isArray(value)) return `[${value.map((one) => json(one, { ascii })).join(", ")}]`;
  if (value !== null && typeof value === "object")
    return `{${Object.entries(value).map(([name, one]) => `${json(name, { ascii })}: ${json(one, { ascii })}`).join(", ")}}`;
  const text = JSON.stringify(value);
  return ascii ? text.replace(/[\u007f-\uffff]/g, (sign) => (sign === "\u007f" ? sign : `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`)) : text;
}

/** Parses JSON whose strings may hold bare line breaks and tabs, as models write them. Throws a SyntaxError.
 *
 * A string without an end is matched too: to look for its end from each of its quotes took minutes. */
export function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return JSON.parse(text.replace(/"[^"\\]*(?:\\.[^"\\]*)*"?/gs, (string) => string.replace(/[\u0000-\u001f]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`)));
  }
}
