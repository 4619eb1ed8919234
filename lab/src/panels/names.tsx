/** The names of the inputs at the left of their tiles, and of the classes at the right of the outputs. */
import type { Column } from "../drawing/layout.ts";
import { opened } from "../state/store.ts";

export function InputNames({ column }: { column: Column }) {
  const names = opened.value?.data.inputNames ?? [];
  if (column.isWide) return null;
  return (
    <>
      {names.map((name, unit) => (
        <span
          class="unit-name is-input"
          key={name}
          title={name}
          style={{ width: `${Math.max(0, column.left - 6)}px`, top: `${column.ys[unit] - 10}px` }}
        >
          {name}
        </span>
      ))}
    </>
  );
}

export function OutputNames({ column }: { column: Column }) {
  const names = opened.value?.data.classNames ?? [];
  if (column.isWide || names.length !== column.ys.length) return null;
  return (
    <>
      {names.map((name, unit) => (
        <span
          class="unit-name"
          key={name}
          title={name}
          style={{ left: `${column.right + 6}px`, top: `${column.ys[unit] - 10}px` }}
        >
          {name}
        </span>
      ))}
    </>
  );
}
