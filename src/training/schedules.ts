/**
 * How the learning rate moves while a network learns, as one table: each entry is the factor of the rate at a step.
 *
 * Weight decay and dropout may move by the same table. A schedule is plain data; its factor is a pure function of the
 * step, so that a resumed run goes on as if never stopped. Adding a schedule is adding an entry. Knows nothing of
 * optimizers or of what is multiplied by the factor.
 */

import { type Aliased, type AliasOf, canonicalDescription, nameOf } from "../aliases.ts";
import { DescriptionError, nearHint, optionHint, shown } from "../errors.ts";
import { either, object, requireKind, text } from "../kinds.ts";
import type { Formula } from "../network/formula.ts";

/**
 * The rate grows linearly over the first steps: the schedule's factor is multiplied by (s + 1)/w until s + 1 reaches
 * w. The schedule itself runs from the first step on, so epochs mean the same with a warm-up and without.
 */
export type Warmup =
  /** w = this many epochs, at least 0; parts of an epoch count. */
  | { readonly epochs: number }
  /** w = this share of all steps, in [0, 1]. */
  | { readonly fraction: number };

interface Warming {
  /** { epochs: 0 }, none, when absent. */
  readonly warmup?: Warmup;
}
export interface ConstantSchedule extends Warming {
  readonly name: "constant";
}
export interface StepSchedule extends Warming {
  readonly name: "step";
  /** Epochs between two changes, a whole number of at least 1; 30 when absent. */
  readonly every?: number;
  /** The factor of each change, above 0; 0.1 when absent. */
  readonly factor?: number;
}
export interface ExponentialSchedule extends Warming {
  readonly name: "exponential";
  /** The factor per epoch, above 0, applied in part at every step; 0.95 when absent. */
  readonly factor?: number;
}
export interface CosineSchedule extends Warming {
  readonly name: "cosine";
  /** The final factor, in [0, 1]; 0 when absent. */
  readonly floor?: number;
}
/** Four waves from 0 to 1 and back, each twice as long as the one before. */
export interface CosLog4Schedule extends Warming {
  readonly name: "coslog4";
}
/** Constant over the first half of the steps, then half a cosine down to 0. */
export interface FlatCosSchedule extends Warming {
  readonly name: "flatCos";
}

export type Schedule =
  | ConstantSchedule
  | StepSchedule
  | ExponentialSchedule
  | CosineSchedule
  | CosLog4Schedule
  | FlatCosSchedule;
export type ScheduleName = Schedule["name"];
/** A schedule by its name, a description, or with an alias instead of its name, such as "cosineDecay". */
export type ScheduleLike = ScheduleName | AliasOf<"schedule", ScheduleName> | Aliased<"schedule", Schedule>;

/** A schedule with every value filled in. */
export type CompleteSchedule<S extends Schedule = Schedule> = S extends Schedule ? Required<S> : never;

/** The progress of a run. */
export interface Progress {
  /** s, in [0, steps): the steps made before this one. */
  readonly step: number;
  /** S, all the steps that are planned. */
  readonly steps: number;
  readonly stepsPerEpoch: number;
}

interface ScheduleEntry<S extends Schedule> {
  readonly defaults: Required<Omit<S, "name" | "warmup">>;
  /** At least 0. */
  factor(progress: Progress, options: CompleteSchedule<S>): number;
  /** In s and S; e = s / (steps an epoch) is the epoch as a number that grows with every step. */
  readonly formula: Formula;
}

export const schedules = {
  constant: {
    defaults: {},
    factor: () => 1,
    formula: { text: "1", latex: "1" },
  },
  step: {
    defaults: { every: 30, factor: 0.1 },
    factor: ({ step, stepsPerEpoch }, { every, factor }) => factor ** Math.floor(step / (stepsPerEpoch * every)),
    formula: { text: "f^⌊e / every⌋", latex: "f^{\\lfloor e / \\mathrm{every} \\rfloor}" },
  },
  exponential: {
    defaults: { factor: 0.95 },
    factor: ({ step, stepsPerEpoch }, { factor }) => factor ** (step / stepsPerEpoch),
    formula: { text: "f^e", latex: "f^{e}" },
  },
  /** Loshchilov & Hutter 2017, one descent without restarts. */
  cosine: {
    defaults: { floor: 0 },
    factor: ({ step, steps }, { floor }) => floor + ((1 - floor) * (1 + Math.cos((Math.PI * step) / steps))) / 2,
    formula: {
      text: "floor + (1 − floor) ½ (1 + cos(π s/S))",
      latex: "\\mathrm{floor} + (1 - \\mathrm{floor})\\,\\tfrac12\\left(1 + \\cos\\frac{\\pi s}{S}\\right)",
    },
  },
  /** Holzmüller, Grinsztajn & Steinwart 2024: 0 at s/S = 0, 1/15, 3/15, 7/15 and 1, since 1 + 15 s/S is 1, 2, 4, 8, 16. */
  coslog4: {
    defaults: {},
    factor: ({ step, steps }) => (1 - Math.cos(2 * Math.PI * Math.log2(1 + (15 * step) / steps))) / 2,
    formula: {
      text: "½ (1 − cos(2π log₂(1 + 15 s/S)))",
      latex: "\\tfrac12\\left(1 - \\cos\\left(2\\pi \\log_2(1 + 15\\,s/S)\\right)\\right)",
    },
  },
  /** The same paper's schedule of weight decay and dropout. */
  flatCos: {
    defaults: {},
    factor: ({ step, steps }) => (2 * step < steps ? 1 : (1 + Math.cos(Math.PI * ((2 * step) / steps - 1))) / 2),
    formula: {
      text: "1 if s/S < ½, else ½ (1 + cos(π (2 s/S − 1)))",
      latex:
        "\\begin{cases} 1 & s/S < \\tfrac12 \\\\ \\tfrac12\\left(1 + \\cos(\\pi (2 s/S - 1))\\right) & s/S \\ge \\tfrac12 \\end{cases}",
    },
  },
} as const satisfies { readonly [Name in ScheduleName]: ScheduleEntry<Extract<Schedule, { name: Name }>> };

/** The entry of a schedule, with its options' type forgotten so that every schedule is called in the same way. */
export function scheduleOf(schedule: Schedule): ScheduleEntry<Schedule> {
  return schedules[schedule.name] as unknown as ScheduleEntry<Schedule>;
}

/** A schedule's factor at a step, warm-up included. */
export function scheduleFactor(schedule: CompleteSchedule, progress: Progress): number {
  const { step, steps, stepsPerEpoch } = progress;
  const { warmup } = schedule;
  const warmSteps = "epochs" in warmup ? warmup.epochs * stepsPerEpoch : warmup.fraction * steps;
  const warmth = step + 1 < warmSteps ? (step + 1) / warmSteps : 1;
  return warmth * scheduleOf(schedule).factor(progress, schedule);
}

type Range = readonly [expected: string, holds: (value: number) => boolean];

/** What each value must satisfy, whatever the schedule. */
const ranges: Readonly<Record<string, Range>> = {
  every: ["a whole number of at least 1", (value) => Number.isInteger(value) && value >= 1],
  factor: ["above 0 and finite", (value) => value > 0 && value < Number.POSITIVE_INFINITY],
  floor: ["at least 0 and at most 1", (value) => value >= 0 && value <= 1],
};
const warmupRanges: Readonly<Record<string, Range>> = {
  epochs: ["at least 0 and finite", (value) => value >= 0 && value < Number.POSITIVE_INFINITY],
  fraction: ["at least 0 and at most 1", (value) => value >= 0 && value <= 1],
};

/**
 * A schedule from its name or description, every absent value filled in.
 *
 * @throws {DescriptionError} an unknown name or value, or a value out of range
 */
export function completeSchedule(schedule: ScheduleLike): CompleteSchedule {
  const { warmup = { epochs: 0 }, ...given } = scheduleNamed(schedule);
  const { defaults } = schedules[given.name];
  const present = Object.entries(given).filter(([key, value]) => key !== "name" && value !== undefined);
  for (const [key, value] of present) {
    if (!Object.hasOwn(defaults, key)) {
      const known = [...Object.keys(defaults), "warmup"].join(", ");
      const hint = optionHint(key, Object.keys(defaults)) ?? nearHint(key, Object.keys(defaults));
      throw new DescriptionError(`The ${given.name} schedule has no ${key}.${hint} It takes: ${known}.`);
    }
    requireValue(`The ${given.name} schedule: expected ${key} to be`, value, ranges[key]);
  }
  requireWarmup(given.name, warmup);
  return { ...defaults, ...Object.fromEntries(present), name: given.name, warmup: { ...warmup } } as CompleteSchedule;
}

/** A schedule as a description with the schedule's own name, and nothing filled in. @throws {DescriptionError} an unknown name */
export function scheduleNamed(schedule: ScheduleLike): Schedule {
  requireKind("schedule", schedule, either(text, object));
  const given = typeof schedule === "string" ? { name: schedule } : schedule;
  nameOf("schedule", schedules, given.name);
  return canonicalDescription("schedule", given) as Schedule;
}

function requireWarmup(name: ScheduleName, warmup: Warmup): void {
  const entries = typeof warmup === "object" && warmup !== null ? Object.entries(warmup) : [];
  if (entries.length !== 1 || !Object.hasOwn(warmupRanges, entries[0][0])) {
    throw new DescriptionError(
      `The ${name} schedule: expected warmup to be { epochs } or { fraction }, found ${shown(warmup)}.`,
    );
  }
  const [[key, value]] = entries;
  requireValue(`The ${name} schedule: expected the warm-up's ${key} to be`, value, warmupRanges[key]);
}

function requireValue(expectation: string, value: unknown, [expected, holds]: Range): void {
  if (typeof value !== "number" || !holds(value)) {
    throw new DescriptionError(`${expectation} ${expected}, found ${shown(value)}.`);
  }
}
