/** The regions of a session's plan where they lie in the memory: their addresses and views. Knows nothing of what is computed. */
import type { Plan, Region, RegionName } from "../../plan/plan.ts";
import { requireFiniteState } from "../engine.ts";
import type { Blocks } from "./blocks.ts";
import type { Device } from "./device.ts";

export class PlacedRegions {
  readonly plan: Plan;
  readonly #base: number;
  readonly #blocks: Blocks;
  readonly #device: Pick<Device, "areFinite">;

  /** @param base the address of the plan's memory */
  constructor(plan: Plan, base: number, blocks: Blocks, device: Pick<Device, "areFinite">) {
    this.plan = plan;
    this.#base = base;
    this.#blocks = blocks;
    this.#device = device;
  }

  addressOf({ offset }: Region): number {
    return this.#base + 4 * offset;
  }

  /** A view of so many numbers from the beginning of a region, valid until the memory grows. */
  floats(region: Region, count: number): Float32Array {
    return this.#blocks.floats(this.addressOf(region), count);
  }

  /** A view of what has one number for each parameter: parameters, gradients or a slot of the optimizer. */
  whole(name: RegionName): Float32Array {
    return this.floats(this.plan.regions[name], this.plan.layout.length);
  }

  /** @throws {NotFiniteError} naming the first number that isn't finite */
  requireFinite(name: "gradients" | "parameters"): void {
    if (this.#device.areFinite(this.addressOf(this.plan.regions[name]), this.plan.layout.length)) return;
    requireFiniteState(name, this.whole(name));
  }
}
