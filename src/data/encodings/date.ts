/**
 * Dates and times as network inputs: the instant scaled like a number, and the cycles it stands in (year, month, week,
 * day) as sine and cosine, so that December is next to January. All in UTC. Only parts that varied in training.
 */
import { asType, type ColumnPlace } from "../conversion.ts";
import type { DateEncoding, DatePart, EncodedInput, InputBlock } from "../encoding.ts";
import { rangeOf, robustScale, scaled } from "../scaling.ts";
import type { Statistics } from "../statistics.ts";
import type { Column, DateColumn } from "../table.ts";

/** The parts that go round: where an instant stands in each, from 0 to 1. */
const cycles = {
  month: (date) => date.getUTCMonth() / 12,
  dayOfMonth: (date) => (date.getUTCDate() - 1) / 31,
  dayOfWeek: (date) => date.getUTCDay() / 7,
  hour: (date) => (date.getUTCHours() + date.getUTCMinutes() / 60) / 24,
} as const satisfies Record<Exclude<DatePart, "time">, (date: Date) => number>;

type Cycle = keyof typeof cycles;

const cycleNames = { month: "month", dayOfMonth: "day of the month", dayOfWeek: "day of the week", hour: "hour" };

/** @param column with at least two different values */
export function fitDate({ name, values }: DateColumn, statistics: Statistics): DateEncoding {
  const sorted = statistics.ascending(values);
  const placeIn = (cycle: Cycle): Float64Array => values.map((time) => cycles[cycle](new Date(time)));
  const varies = (cycle: Cycle): boolean => statistics.variety(placeIn(cycle)).different;
  const parts: DatePart[] = ["time", ...(Object.keys(cycles) as Cycle[]).filter(varies)];
  const missingIndicator = sorted.length < statistics.rows;
  return { kind: "date", name, parts, ...robustScale(sorted), range: rangeOf(sorted), missingIndicator };
}

export function dateInputs({ name, parts, missingIndicator }: DateEncoding): EncodedInput[] {
  const cycle = (part: Cycle, wave: string): EncodedInput => ({
    name: `${name}: ${cycleNames[part]}, ${wave}`,
    kind: "cycle",
  });
  const inputs = parts.flatMap((part): EncodedInput[] =>
    part === "time" ? [{ name, kind: "number" }] : [cycle(part, "sine"), cycle(part, "cosine")],
  );
  return missingIndicator ? [...inputs, { name: `${name} is missing`, kind: "flag" }] : inputs;
}

/** A missing instant is the median in time and stands in the middle, (0, 0), of every cycle. */
export function writeDates(place: ColumnPlace, encoding: DateEncoding, column: Column, block: InputBlock): void {
  const { values } = asType("date", place, column);
  const { inputs, width, first } = block;
  for (let row = 0; row < values.length; row++) {
    let at = row * width + first;
    const missing = Number.isNaN(values[row]);
    const date = new Date(values[row]);
    for (const part of encoding.parts) {
      if (part === "time") inputs[at++] = missing ? 0 : scaled(values[row], encoding);
      else {
        const angle = 2 * Math.PI * cycles[part](date);
        inputs[at++] = missing ? 0 : Math.sin(angle);
        inputs[at++] = missing ? 0 : Math.cos(angle);
      }
    }
    if (encoding.missingIndicator) inputs[at] = missing ? 1 : 0;
  }
}
