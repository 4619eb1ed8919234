/** A block of cells: one control for all its units, chosen by the pointer or by arrow keys. */
import { useState } from "preact/hooks";
import { type Column, shownNames, unitAt } from "../drawing/layout.ts";
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

/** The unit that a key goes to from another one; undefined where the key goes nowhere. */
function moved(event: KeyboardEvent, unit: number, units: number): number | undefined {
  const by = steps[event.key];
  if (by === undefined) return undefined;
  event.preventDefault();
  return Math.max(0, Math.min(units - 1, unit + by));
}

export function WideColumn({ column, layer }: { column: Column; layer: number }) {
  const units = column.xs.length;
  const chosen = selected.value?.layer === layer ? selected.value.unit : undefined;
  const choose = (unit: number | undefined): void => {
    if (unit !== chosen || unit === undefined) selected.value = unit === undefined ? undefined : { layer, unit };
  };
  const open = (): void => openDerivation({ neuron: { layer, unit: chosen ?? 0 } });
  const move = (event: KeyboardEvent): void => {
    if (event.key === "Enter") open();
    const to = moved(event, chosen ?? 0, units);
    if (to !== undefined) choose(to);
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

/** A block of inputs: the name of the one under the pointer, or chosen by arrow keys. */
export function WideInputs({ column }: { column: Column }) {
  const [at, setAt] = useState<number>();
  const data = opened.value?.data;
  const names = data === undefined ? [] : shownNames(data);
  const unit = Math.min(at ?? 0, names.length - 1);
  const box = boxOf(column);
  return (
    <>
      <div
        class="neuron block"
        role="slider"
        tabIndex={0}
        aria-label="Inputs"
        aria-valuemin={1}
        aria-valuemax={names.length}
        aria-valuenow={unit + 1}
        aria-valuetext={`${names[unit]}, ${unit + 1} of ${names.length}`}
        style={box}
        onPointerMove={(event) => setAt(pointed(column, event))}
        onPointerLeave={() => setAt(undefined)}
        onFocus={() => setAt(unit)}
        onBlur={() => setAt(undefined)}
        onKeyDown={(event) => {
          const to = moved(event, unit, names.length);
          if (to !== undefined) setAt(to);
        }}
      />
      {at !== undefined && (
        <>
          <span class="input-mark" aria-hidden="true" style={cellOf(column, unit)} />
          <span class="input-name" aria-hidden="true" style={{ left: `${column.x}px`, top: `${column.top - 6}px` }}>
            {names[unit]}
          </span>
        </>
      )}
    </>
  );
}

/** The cell of a unit. */
const cellOf = ({ xs, ys, tile }: Column, unit: number) => ({
  left: `${xs[unit] - tile / 2}px`,
  top: `${ys[unit] - tile / 2}px`,
  width: `${tile}px`,
  height: `${tile}px`,
});
