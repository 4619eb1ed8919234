/**
 * Options of the library as messages name them. Other programs that print messages, the command line among them, put their
 * own options in their place; so each form is written here and nowhere else.
 */

/** `types: { "zip": "number" }` */
export function typeOption(column: string, role: string): string {
  return `types: { ${JSON.stringify(column)}: ${JSON.stringify(role)} }`;
}

/** `decimal: ","` */
export function decimalOption(sign: "." | ","): string {
  return `decimal: ${JSON.stringify(sign)}`;
}

/** `missing: { only: [] }`: no word means a missing value. */
export const NO_MISSING_WORDS = "missing: { only: [] }";
