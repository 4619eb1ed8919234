/**
 * Whether text is coloured, and what: the first word of an error, a warning or a note.
 *
 * NO_COLOR (https://no-color.org) and --no-color switch colours off, FORCE_COLOR switches them on; else a terminal has them.
 * Knows no stream.
 */

/** @param args of the command line */
export function wantsColor(
  isTerminal: boolean,
  env: Readonly<Record<string, string | undefined>>,
  args: readonly string[],
): boolean {
  if (args.includes("--no-color") || (env.NO_COLOR ?? "") !== "") return false;
  const forced = env.FORCE_COLOR;
  if (forced !== undefined && forced !== "") return forced !== "0" && forced !== "false";
  return isTerminal && env.TERM !== "dumb";
}

const RED = 31;
const YELLOW = 33;
const CYAN = 36;
const codes: Readonly<Record<string, number>> = { "gradus:": RED, "error:": RED, warning: YELLOW, note: CYAN };

/** A text whose lines begin with one of these words, with that word in colour. */
export function colored(text: string): string {
  return text.replace(/^( *)(gradus:|error:|warning|note)(?=[: ])/, (_, indent: string, word: string) => {
    return `${indent}\u001b[${codes[word]}m${word}\u001b[0m`;
  });
}
