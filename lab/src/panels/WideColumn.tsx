/** A block of cells: one control for all its units, chosen by the pointer or by arrow keys. */
import { type Column, unitAt } from "../drawing/layout.ts";
import { openDerivation } from "../state/derivation.ts";
import { opened, selected } from "../state/store.ts";
import { layerTitle } from "./placeNames.ts";

const steps: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowDown: 1,
  ArrowLeft: -1,
  ArrowUp: -1,
  PageDown: 10,
  PageUp: -10,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

const boxOf = ({ left, top, right, bottom }: Column) => ({
  left: `${left}px`,
  top: `${top}px`,
  width: `${right - left}px`,
  height: `${bottom - top}px`,
});

/** The unit under the pointer. */
const pointed = (column: Column, { offsetX, offsetY }: MouseEvent): number | undefined =>
  unitAt(column, column.left + offsetX, column.top + offsetY);

export function WideColumn({ column, layer }: { column: Column; layer: number }) {
  const units = column.xs.length;
  const chosen = selected.value?.layer === layer ? selected.value.unit : undefined;
  const choose = (unit: number | undefined): void => {
    if (unit !== chosen || unit === undefined) selected.value = unit === undefined ? undefined : { layer, unit };
  };
  const open = (): void => openDerivation({ neuron: { layer, unit: chosen ?? 0 } });
  const move = (event: KeyboardEvent): void => {
    if (event.key === "Enter") open();
    const by = steps[event.key];
    if (by === undefined) return;
    event.preventDefault();
    choose(Math.max(0, Math.min(units - 1, (chosen ?? 0) + by)));
  };
  return (
    <div
      class="neuron block"
      role="slider"
      tabIndex={0}
      aria-label={`${layerTitle(opened.value, layer)}, unit`}
      aria-valuemin={1}
      aria-valuemax={units}
      aria-valuenow={(chosen ?? 0) + 1}
      aria-valuetext={`unit ${(chosen ?? 0) + 1} of ${units}`}
      aria-describedby="neuron-details"
      style={boxOf(column)}
      onPointerMove={(event) => choose(pointed(column, event))}
      onPointerLeave={() => choose(undefined)}
      onFocus={() => choose(chosen ?? 0)}
      onBlur={() => choose(undefined)}
      onKeyDown={move}
      onClick={open}
    />
  );
}

/** A block of inputs says which one is under the pointer. */
export function WideInputs({ column }: { column: Column }) {
  const names = opened.value?.data.inputNames ?? [];
  return (
    <div
      class="neuron"
      style={boxOf(column)}
      onPointerMove={(event) => {
        const at = pointed(column, event);
        event.currentTarget.title = at === undefined ? "" : (names[at] ?? "");
      }}
    />
  );
}
