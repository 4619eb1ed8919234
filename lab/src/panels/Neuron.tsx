/**
 * A neuron of the drawing as a button over the canvas, so that what the pointer finds the keyboard and a screen reader
 * find too.
 */
import { openDerivation } from "../state/derivation.ts";
import { opened, selected } from "../state/store.ts";
import { unitTitle } from "./placeNames.ts";

interface NeuronProps {
  readonly layer: number;
  readonly unit: number;
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

export function Neuron({ layer, unit, x, y, size }: NeuronProps) {
  const show = (): void => {
    selected.value = { layer, unit };
  };
  const leave = (): void => {
    selected.value = undefined;
  };
  return (
    <button
      type="button"
      class="neuron"
      aria-label={unitTitle(opened.value, layer, unit)}
      aria-describedby="neuron-details"
      style={{ left: `${x - size / 2}px`, top: `${y - size / 2}px`, width: `${size}px`, height: `${size}px` }}
      onPointerEnter={show}
      onPointerLeave={leave}
      onFocus={show}
      onBlur={leave}
      onClick={() => openDerivation({ neuron: { layer, unit } })}
    />
  );
}
