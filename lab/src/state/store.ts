/**
 * What the page knows: the setting, the run as the worker reported it last, and what the reader looks at.
 *
 * `frame` changes with every picture, so only what draws reads it; `readout` is for text: the last that has losses and scores.
 */
import { signal } from "@preact/signals";
import type { CurvePoint, Frame, MeasuredFrame, Opened, Speed } from "../protocol.ts";
import { defaults, type Setting } from "../setting.ts";

/** A neuron of the drawing. @property layer 0 is the first hidden layer */
export interface NeuronPlace {
  readonly layer: number;
  readonly unit: number;
}

export const setting = signal<Setting>(defaults);
export const opened = signal<Opened | undefined>(undefined);
export const playing = signal(true);
/** Steps a frame, or a second: slowMotion.ts. */
export type Pace = Speed | "1/s" | "4/s";
export const speed = signal<Pace>(20);
export const readout = signal<MeasuredFrame | undefined>(undefined);
export const fault = signal<string | undefined>(undefined);
export const notes = signal<readonly string[]>([]);
export const selected = signal<NeuronPlace | undefined>(undefined);
/** Said by a screen reader. */
export const announcement = signal("");

/** What changes with every picture. */
export const live: { frame: Frame | undefined; curve: CurvePoint[] } = { frame: undefined, curve: [] };

/** The most points of a curve; then every second one goes. */
export const MOST_POINTS = 1200;
