/**
 * The regions of a plan's memory: made here, one behind the other, and named nowhere else. Knows no operation.
 */

import { roleLetters } from "../network/layers/layerEntry.ts";
import type { TensorRole } from "../network/layers.ts";
import type { ParameterLayout } from "../network/parameters.ts";
import type { Region, RegionName } from "./region.ts";

/** A cache line of float32 numbers. */
const LINE = 16;

/** Regions one after the other, each at the beginning of a cache line. */
export class PlanMemory {
  readonly regions: Record<RegionName, Region> = {};
  /** In float32 numbers. */
  length = 0;

  /** Gives a region its place behind the last. */
  place(name: RegionName, ...shape: number[]): Region {
    const region = { name, offset: this.length, shape };
    this.regions[name] = region;
    this.length += Math.ceil(shape.reduce((product, extent) => product * extent, 1) / LINE) * LINE;
    return region;
  }

  /** The same for a layer's signal, one row for each pattern. @param letter v fields, y outputs, δ, or of what is kept */
  signal(letter: string, layer: number, ...shape: number[]): Region {
    return this.place(`${letter}${layer}`, ...shape);
  }

  /** Names the tensors inside a whole that has the parameters' layout. @param prefix before each tensor's own name */
  divide(whole: Region, { tensors }: ParameterLayout, prefix = ""): void {
    for (const { role, layer, shape, offset } of tensors) {
      const name = `${prefix}${roleLetters[role]}${layer}`;
      this.regions[name] = { name, offset: whole.offset + offset, shape };
    }
  }
}

type Regions = Readonly<Record<RegionName, Region>>;

/** A layer's signal; undefined where it has none of its own. */
export function signalOf(regions: Regions, letter: string, layer: number): Region | undefined {
  return regions[`${letter}${layer}`];
}

/** A layer's tensor. */
export function tensorOf(regions: Regions, role: TensorRole, layer: number): Region {
  return regions[`${roleLetters[role]}${layer}`];
}

/** The same part of another whole that has the parameters' layout: gradients, or a slot. */
export function partOf(regions: Regions, whole: Region, tensor: Region): Region {
  const name = whole.name === "gradients" ? `∂${tensor.name}` : `${whole.name}(${tensor.name})`;
  return { name, offset: whole.offset + tensor.offset - regions.parameters.offset, shape: tensor.shape };
}

/** The local gradients of a layer. */
export function deltaOf(regions: Regions, layer: number): Region {
  return regions[`δ${layer}`];
}

/** How many numbers a region has. */
export function sizeOf({ shape }: Region): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** "[4×2]" */
export function shapeText(shape: readonly number[]): string {
  return `[${shape.join("×")}]`;
}
