/** Where the plans of a memory lie, so that a message can name an operation and a number of it. Knows no engine. */
import type { ForwardPlan } from "../../plan/forwardPlan.ts";
import { lineOf } from "../../plan/operationText.ts";
import { engineOperations } from "../../plan/ops/engine.ts";
import type { OperationEntry } from "../../plan/ops/entry.ts";
import { onlineStep } from "../../plan/ops/training.ts";
import { operations } from "../../plan/ops.ts";
import type { Operation, Plan, Region } from "../../plan/plan.ts";
import { sizeOf } from "../../plan/regions.ts";
import { touched } from "../../plan/touched.ts";
import type { AddressOf } from "../../plan/words.ts";

interface PlacedPlan {
  readonly plan: ForwardPlan | Plan;
  readonly addressOf: AddressOf;
}

const entries: Readonly<Record<string, OperationEntry>> = {
  ...operations,
  ...engineOperations,
  "whole step": onlineStep,
};

/** A stretch of the memory, in bytes. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Regions begin at cache lines. */
const LINE_BYTES = 64;

export class PlacedPlans {
  #plans: readonly PlacedPlan[] = [];
  #gaps: readonly Stretch[] = [];

  /** What lies between regions, where whole vectors may be written: nobody reads it. */
  get gaps(): readonly Stretch[] {
    return this.#gaps;
  }

  /**
   * Remembers a plan: that of a session instead of all others, that of a forward pass beside that of the session whose parameters it
   * reads.
   */
  add(plan: ForwardPlan | Plan, addressOf: AddressOf): void {
    const parameters = addressOf(plan.regions.parameters);
    const signals = addressOf(plan.regions.x);
    const isOfSession = ({ plan: other, addressOf: otherOf }: PlacedPlan): boolean => {
      const start = otherOf(other.regions.parameters);
      return "forward" in other && start === parameters && (signals < start || signals >= start + 4 * other.length);
    };
    this.#plans = [{ plan, addressOf }, ...("forward" in plan ? [] : this.#plans.filter(isOfSession))];
    this.#gaps = this.#plans.flatMap(gapsOf);
  }

  /** The number at an address: "W0[3, 5]". */
  nameOf(address: number): string {
    for (const { plan, addressOf } of this.#plans) {
      // Tensors lie inside a whole.
      const [region] = Object.values(plan.regions)
        .filter((each) => isIn(each, addressOf, address))
        .sort((a, b) => sizeOf(a) - sizeOf(b));
      if (region !== undefined) return `${region.name}[${placeIn(region, (address - addressOf(region)) / 4)}]`;
    }
    return `address ${address}`;
  }

  /** The operation of that code that writes there: its name and its formula. */
  titleOf(code: number, address: number): string {
    const [name] = Object.entries(entries).find(([, entry]) => entry.code === code) ?? [`operation ${code}`];
    for (const { plan, addressOf } of this.#plans) {
      const found = operationsOf(plan).find(
        (each) =>
          each.op === name &&
          touched(entries[name], { ...each }).writes.some((region) => isIn(region, addressOf, address)),
      );
      if (found !== undefined) {
        const [title, formula] = lineOf(found);
        return `"${title}" (${formula})`;
      }
    }
    return `"${name}"`;
  }
}

/** From where a region ends to the next cache line. */
function gapsOf({ plan, addressOf }: PlacedPlan): Stretch[] {
  const stretches = Object.values(plan.regions).map((region) => stretchOf(region, addressOf));
  return stretches
    .filter(({ end }) => !stretches.some((other) => end >= other.start && end < other.end))
    .map(({ end }) => ({ start: end, end: Math.ceil(end / LINE_BYTES) * LINE_BYTES }));
}

function stretchOf(region: Region, addressOf: AddressOf): Stretch {
  const start = addressOf(region);
  return { start, end: start + 4 * sizeOf(region) };
}

function isIn(region: Region, addressOf: AddressOf, address: number): boolean {
  const { start, end } = stretchOf(region, addressOf);
  return address >= start && address < end;
}

/** "3, 5": the place of a number in each of a region's extents. */
function placeIn({ shape }: Region, number: number): string {
  let rest = number;
  const places = shape.toReversed().map((extent) => {
    const place = rest % extent;
    rest = (rest - place) / extent;
    return place;
  });
  return places.reverse().join(", ");
}

function operationsOf(plan: ForwardPlan | Plan): readonly Operation[] {
  if (!("forward" in plan)) return plan.predict;
  const { forward, loss, backward, gradient, regularise, update, predict, evaluation } = plan;
  return [...forward, loss, ...backward, ...gradient, ...regularise, ...update, ...predict, evaluation];
}
