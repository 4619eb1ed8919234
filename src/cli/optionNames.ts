/**
 * The library's options in messages as the command line's: `types: { "zip": "number" }` is `--type zip=number` there.
 *
 * The forms are those of data/remedies.ts.
 */

const TYPES = /types: \{ ("(?:[^"\\]|\\.)*"): "([^"]*)" \}/g;

/** A message with the options that commands have. */
export function inCommandOptions(message: string): string {
  return message
    .replace(TYPES, (_, column: string, role: string) => `--type ${quoted(`${JSON.parse(column)}=${role}`)}`)
    .replace(/decimal: "([.,])"/g, "--decimal $1")
    .replaceAll("missing: { only: [] }", '--missing-only ""');
}

/** As a shell takes it for one word. */
function quoted(text: string): string {
  return /^[\w=:/.,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
