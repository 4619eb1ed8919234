/**
 * CSV as records of texts, and back (RFC 4180: a comma, quotes, doubled quotes within them).
 *
 * Knows nothing of types or missing values.
 */

/**
 * The records of a text; empty lines are none.
 *
 * @param {string} text
 * @returns {string[][]} the header first; records may differ in length
 * @throws {Error} text after a closing quote, or a quote that is never closed
 */
export function parseCsv(text) {
  /** @type {string[][]} */
  const records = [];
  /** @type {string[]} */
  let record = [];
  // One field and what ends it: quoted, or all up to a comma or the end of the line.
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n][^,\r\n]*)?)(,|\r?\n|$)/y;
  field.lastIndex = text.startsWith("\uFEFF") ? 1 : 0;
  while (field.lastIndex < text.length) {
    const at = field.lastIndex;
    const found = field.exec(text);
    if (found === null)
      throw new Error(`Expected a comma or the end of the line after a quoted field, at character ${at}.`);
    const [, quoted, plain = "", end] = found;
    record.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ",") {
      if (field.lastIndex === text.length) record.push("");
      else continue;
    }
    if (record.length > 1 || record[0] !== "" || quoted !== undefined) records.push(record);
    record = [];
  }
  if (record.length > 0) records.push(record);
  return records;
}

/** @param {readonly (readonly string[])[]} records the header first @returns {string} */
export function formatCsv(records) {
  const quote = (/** @type {string} */ text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return records.map((record) => `${record.map(quote).join(",")}\n`).join("");
}
