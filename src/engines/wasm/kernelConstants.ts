/**
 * The constants that kernels share with the rest, as AssemblyScript: the codes and words of operations, the words of the blocks
 * that go with a run, the numbers of activations, losses and optimizers. `npm run build` writes them to `kernels/constants.ts`.
 * Knows nothing of what kernels do with them; the package doesn't contain it.
 */
import { type Activation, activations } from "../../network/activations.ts";
import { losses } from "../../network/losses.ts";
import { fixedOptions } from "../../optimizers/optimizerOf.ts";
import { optimizers } from "../../optimizers/optimizers.ts";
import { type Argument, back, wordCount } from "../../plan/ops/argument.ts";
import { engineOperations } from "../../plan/ops/engine.ts";
import type { OperationEntry } from "../../plan/ops/entry.ts";
import { placesOf } from "../../plan/ops/places.ts";
import { steps } from "../../plan/ops/steps.ts";
import { onlineLayer, onlineStep } from "../../plan/ops/training.ts";
import { operations } from "../../plan/ops.ts";
import { kindOf } from "../../plan/words.ts";
import {
  BF16,
  barrierWords,
  controlWords,
  HYPERPARAMETER_BYTES,
  KEPT_HEAD_BYTES,
  keptWords,
  LINE_BYTES,
  lossOptionWords,
  machineCalls,
  SHARED_WHOLE,
  SQUARES_CHUNK,
  scheduleNumbers,
  shareWords,
  THREAD_BYTES,
} from "../memory/layouts.ts";

type Arguments = Readonly<Record<string, Argument>>;

/** The words of an operation before its arguments: its code and its length. */
const HEAD = 2;

/** The text of `kernels/constants.ts`. */
export function kernelConstants(): string {
  const entries: Readonly<Record<string, OperationEntry>> = {
    ...operations,
    ...engineOperations,
    "online-step": onlineStep,
  };
  return [
    "// Made by npm run build from src/plan/ops.ts, src/engines/memory/layouts.ts and the tables of activations, losses and",
    "// optimizers; not to be edited. Places of an operation's words are counted from its code on, those of blocks in bytes.",
    "",
    ...[activations, losses, optimizers].flatMap(kinds),
    "",
    "/** Bit k: whether the derivative of activation k needs its output alone, not the field. */",
    `export const SEES_OUTPUT: i64 = ${seesOutput()};`,
    "",
    ...Object.entries(entries).map(([name, { code, arguments: table }]) =>
      namespace(pascalCase(name), "i32", { code, ...places(table, HEAD) }),
    ),
    namespace("Back", "i32", places(back, HEAD)),
    ...Object.entries(steps).map(([name, { code, arguments: table }]) =>
      namespace(`${pascalCase(name)}Step`, "i32", { code, ...places(table, 1) }),
    ),
    namespace("OnlineLayer", "i32", { ...places(onlineLayer, 0), words: totalWords(onlineLayer) }),
    ...Object.entries(partsOfLists(entries)).map(([name, words]) =>
      namespace(name, "i32", { ...placesOf(words), words: words.length }),
    ),
    "",
    namespace("Control", "usize", bytePlaces(controlWords, 4)),
    namespace("Hyperparameters", "usize", {
      ...bytePlaces([...scheduleNumbers, ...fixedOptions], 8),
      entryBytes: 8 * scheduleNumbers.length,
      bytes: HYPERPARAMETER_BYTES,
      threadBytes: THREAD_BYTES,
    }),
    namespace("BarrierWords", "usize", { ...bytePlaces(barrierWords, 4), bytes: LINE_BYTES }),
    namespace("ThreadShare", "usize", { ...bytePlaces(shareWords, 4), bytes: LINE_BYTES }),
    namespace("KeptOperand", "usize", { ...bytePlaces(keptWords, 4), bytes: KEPT_HEAD_BYTES }),
    ...Object.entries(machineCalls).map(([name, words], code) =>
      namespace(`${pascalCase(name)}Call`, "usize", { ...bytePlaces(words, 4), code }),
    ),
    namespace("Bf16", "i32", BF16),
    namespace("LossOptions", "usize", bytePlaces(lossOptionWords, 4)),
    "",
    `export const SHARED_WHOLE: i32 = ${SHARED_WHOLE};`,
    `export const SQUARES_CHUNK: i32 = ${SQUARES_CHUNK};`,
    "",
  ].join("\n");
}

/** The numbers of a table's entries. */
function kinds(table: object): string[] {
  return Object.keys(table).map((name) => `export const ${constantCase(name)}: i32 = ${kindOf(table, name)};`);
}

function seesOutput(): number {
  const entries = Object.values<Activation>(activations);
  return entries.reduce((bits, { sees }, kind) => bits + (sees === "output" ? 2 ** kind : 0), 0);
}

/** The place of each argument's first word. */
function places(table: Arguments, first: number): Record<string, number> {
  let next = first;
  const found: Record<string, number> = {};
  for (const [name, argument] of Object.entries(table)) {
    found[name] = next;
    next += wordCount(argument);
  }
  return found;
}

function totalWords(table: Arguments): number {
  return Object.values(table).reduce((sum, argument) => sum + wordCount(argument), 0);
}

/** The parts of all lists, by their names. */
function partsOfLists(entries: Readonly<Record<string, OperationEntry>>): Record<string, readonly string[]> {
  const all = Object.values(entries).flatMap((entry) => Object.values(entry.arguments));
  return Object.assign({}, ...all.map((argument) => (argument.kind === "list" ? argument.parts : {})));
}

function bytePlaces(names: readonly string[], size: number): Record<string, number> {
  return Object.fromEntries(names.map((name, place) => [name, size * place]));
}

function namespace(name: string, type: "i32" | "usize", constants: Readonly<Record<string, number>>): string {
  const lines = Object.entries(constants).map(([key, value]) => `  export const ${key}: ${type} = ${value};`);
  return [`export namespace ${name} {`, ...lines, "}"].join("\n");
}

/** "pull-back" → "PullBack" */
function pascalCase(name: string): string {
  return name.replaceAll(/(?:^|-)([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}

/** "leakyRelu" → "LEAKY_RELU" */
function constantCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}
