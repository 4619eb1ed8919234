/** What the drawings read, and the scale of outputs that they share. */
import type { Frame, Opened } from "../protocol.ts";
import type { NeuronPlace } from "../state/store.ts";

export interface Drawn {
  readonly frame: Frame;
  readonly opened: Opened;
  readonly selected: NeuronPlace | undefined;
}

/** Where the scale of some outputs has its middle, and how far its ends are from it. */
export function scaleOf(values: Float32Array): { readonly centre: number; readonly size: number } {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return { centre: 0, size: most || 1 };
}
