/**
 * Options of the library as messages name them. Other programs that print messages, the command line among them, put their
 * own options in their place; so each form is written here and nowhere else.
 */

/** `types: { "zip": "number" }` */
export function typeOption(column: string, role: string): string {
  return `types: { ${JSON.stringify(column)}: ${JSON.stringify(role)} }`;
}

/** Options whose values messages write out. */
type ValuedOption =
  | "decimal"
  | "task"
  | "rare"
  | "testFraction"
  | "validationFraction"
  | "folds"
  | "skip"
  | "comment"
  | "delimiter"
  | "encoding"
  | "maxBytes"
  | "time";

/** `task: "regression"`, `skip: 3` */
export function valuedOption(name: ValuedOption, value: string | number): string {
  return `${name}: ${JSON.stringify(value)}`;
}

/** `quantiles: [0.1, 0.5, 0.9]` */
export function quantilesOption(levels: readonly number[]): string {
  return `quantiles: [${levels.join(", ")}]`;
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

export const NO_HEADER = "header: false";
export const QUERY = '{ sql: "SELECT …" }';
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

/** Those of some options that a message names, in one of the forms of this file. */
export function namedOptions(message: string, names: readonly string[]): string[] {
  return names.filter((name) =>
    new RegExp(`\\b[Oo]ption ${name}\\b|(?<!\\{ )\\b${name}: (?:["[{\\d]|false\\b)`).test(message),
  );
}

/** `option batchSize`: an option without a value. @param word "Option" where a sentence begins with it */
export function optionName(name: string, word: "option" | "Option" = "option"): string {
  return `${word} ${name}`;
}
