/**
 * The library's messages with remedies that work in the lab: what a control of the page does is named as that, and an option that the
 * page has no control for as one of the command line and the library. The forms of options are those that the library's messages have.
 */
const TEXT = '"(?:[^"\\\\]|\\\\.)*"';
const LIST = "in the list of columns";

/** What the page has a control for. */
const controls: readonly (readonly [form: RegExp, words: (...parts: string[]) => string])[] = [
  [
    new RegExp(`types: \\{ (${TEXT}): "(\\w+)" \\}`, "g"),
    (column, role) => `${column} taken as ${role === "skip" ? "left out" : role}, ${LIST}`,
  ],
  [/task: "classification"/g, () => `the column to predict taken as category, ${LIST}`],
  [/task: "regression"/g, () => `the column to predict taken as number, ${LIST}`],
  [
    /[Oo]ption (batchSize|learningRate|hidden|l2|dropout|loss|optimizer|activation|seed|target)\b/g,
    (name) => titles[name],
  ],
];

const titles: Readonly<Record<string, string>> = {
  batchSize: "the batch size",
  learningRate: "the learning rate",
  hidden: "the hidden layers",
  l2: "L2",
  dropout: "the dropout rate",
  loss: "the loss",
  optimizer: "the optimizer",
  activation: "the activation",
  seed: "the seed",
  target: "the column to predict",
};

/** The other options, where a message names one with a value or by the word option. */
const OTHERS = new RegExp(
  `(?<![-\\w"]|\\{ )(?:[Oo]ption (\\w+)|(\\w+): (?=\\{ (?:time|only|sql): |\\[${TEXT}|"|\\d|false\\b))`,
  "g",
);
const known: ReadonlySet<string> = new Set(
  (
    "types task header maxBytes delimiter encoding skip comment missing decimal features split weights group rare testFraction " +
    "validationFraction folds ensemble calibrate time recipe metric labelSmoothing classWeights weightDecay schedule epochs patience l1 clipNorm"
  ).split(" "),
);

export function inLabWords(message: string): string {
  const text = controls.reduce(
    (so, [form, words]) => so.replace(form, (_, ...parts: unknown[]) => words(...parts.map(String))),
    message,
  );
  const names = [...text.matchAll(OTHERS)].map(([, one, other]) => one ?? other).filter((name) => known.has(name));
  const others = [...new Set(names)];
  if (others.length === 0) return text;
  const [is, options] = others.length === 1 ? ["is", "an option"] : ["are", "options"];
  return `${text} (The lab has no control for it: ${others.join(", ")} ${is} ${options} of the library, and of gradus train.)`;
}

/** What failed, in those words. */
export function inLab(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const message = inLabWords(error.message);
  return message === error.message ? error : new Error(message, { cause: error });
}
