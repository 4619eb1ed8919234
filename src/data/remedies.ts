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

/** `task: "regression"` */
export function taskOption(task: "classification" | "multilabel" | "regression"): string {
  return `task: ${JSON.stringify(task)}`;
}

/** `rare: "drop"` */
export function rareOption(choice: "drop" | "join"): string {
  return `rare: ${JSON.stringify(choice)}`;
}

/** `split: { time: "date" }` */
export function splitOption(time: string): string {
  return `split: { time: ${JSON.stringify(time)} }`;
}

/** `missing: ["n.d."]`, with the words that were given before. */
export function missingOption(words: readonly string[], only: boolean): string {
  const list = `[${words.map((word) => JSON.stringify(word)).join(", ")}]`;
  return only ? `missing: { only: ${list} }` : `missing: ${list}`;
}

/** `testFraction: 0` */
export function fractionOption(part: "test" | "validation", share: number): string {
  return `${part}Fraction: ${share}`;
}

/** `folds: 5` */
export function foldsOption(folds: number): string {
  return `folds: ${folds}`;
}

/** `skip: 3`: so many lines before the header. */
export function skipOption(lines: number): string {
  return `skip: ${lines}`;
}

/** `comment: "#"` */
export function commentOption(mark: string): string {
  return `comment: ${JSON.stringify(mark)}`;
}

/** `delimiter: ";"` */
export function delimiterOption(character: string): string {
  return `delimiter: ${JSON.stringify(character)}`;
}

/** `encoding: "latin-1"` */
export function encodingOption(name: string): string {
  return `encoding: ${JSON.stringify(name)}`;
}

/** `maxBytes: 4000000000` */
export function maxBytesOption(bytes: number): string {
  return `maxBytes: ${bytes}`;
}

export const NO_HEADER = "header: false";
export const QUERY = '{ sql: "SELECT …" }';
/** `time: 60` */
export function timeOption(seconds: number): string {
  return `time: ${seconds}`;
}

/** `weights: false`: all rows have equal weight. */
export const NO_WEIGHTS = "weights: false";
/** `group: false`: each row stands for itself. */
export const NO_GROUP = "group: false";
export const PLAIN_RECIPE = 'recipe: "plain"';
export const BALANCED_WEIGHTS = 'classWeights: "balanced"';
export const LOG_LOSS_METRIC = 'metric: "logLoss"';
export const BALANCED_METRIC = 'metric: "balancedAccuracy"';

/** `missing: { only: [] }`: no word means a missing value. */
export const NO_MISSING_WORDS = "missing: { only: [] }";

/** `option batchSize`: an option without a value. @param word "Option" where a sentence begins with it */
export function optionName(name: string, word: "option" | "Option" = "option"): string {
  return `${word} ${name}`;
}
