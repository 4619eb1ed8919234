/**
 * Points that the reader adds to a two-dimensional set: by a click in the output while this is open, or by their coordinates.
 * Each is a training row; the weights are kept.
 */
import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { type DataName, dataClasses, dataKinds, extent } from "../data/dataSets.ts";
import { change } from "../state/actions.ts";
import { announcement, notes, opened, setting } from "../state/store.ts";

/** The class or the number of the next point. */
const target = signal(0);

function add(x: number, y: number): void {
  const isWithin = [x, y].every((value) => Math.abs(value) <= extent);
  if (!isWithin) {
    notes.value = [`A point: expected coordinates from −${extent} to ${extent}, found ${x}, ${y}.`];
    return;
  }
  change({ points: [...setting.value.points, { x, y, target: target.value }] });
  announcement.value = `A point at ${x}, ${y} was added to the training rows.`;
}

/** A click on the map, in the units of the inputs, to two decimals. */
function onMapClick(event: MouseEvent): void {
  const plane = opened.value?.data.plane;
  if (plane === undefined || !(event.currentTarget instanceof HTMLCanvasElement)) return;
  const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
  const x = plane.left + ((event.clientX - left) / width) * (plane.right - plane.left);
  const y = plane.top + ((event.clientY - top) / height) * (plane.bottom - plane.top);
  add(Math.round(x * 100) / 100, Math.round(y * 100) / 100);
}

export function PointFields({ data }: { readonly data: DataName }) {
  const [at, setAt] = useState({ x: 0, y: 0 });
  const { points } = setting.value;
  const isSurface = dataKinds[data] === "surface";
  const most = isSurface ? 1 : dataClasses[data] - 1;
  useEffect(() => {
    target.value = Math.max(0, Math.min(most, target.value));
  }, [most]);
  useEffect(() => {
    const map = document.querySelector<HTMLCanvasElement>("canvas.map");
    map?.addEventListener("click", onMapClick);
    return () => map?.removeEventListener("click", onMapClick);
  }, []);
  const coordinate = (name: "x" | "y", label: string) => (
    <label class="field">
      <span>{label}</span>
      <input
        type="number"
        name={`point-${name}`}
        min={-extent}
        max={extent}
        step="any"
        value={at[name]}
        onInput={({ currentTarget }) => setAt({ ...at, [name]: currentTarget.valueAsNumber })}
      />
    </label>
  );
  return (
    <>
      <p class="hint">Click in the output, or give the coordinates. They are training rows, and not in the link.</p>
      {isSurface ? <ValueField /> : <ClassField classes={dataClasses[data]} />}
      {coordinate("x", "x₁")}
      {coordinate("y", "x₂")}
      <button type="button" onClick={() => add(at.x, at.y)}>
        Add point
      </button>{" "}
      <button type="button" disabled={points.length === 0} onClick={() => change({ points: [] })}>
        Remove points
      </button>
      <p class="hint" data-figure="points">
        {points.length === 1 ? "1 point added" : `${points.length} points added`}
      </p>
    </>
  );
}

function ValueField() {
  return (
    <label class="field">
      <span>Value, from −1 to 1</span>
      <input
        type="number"
        name="point-target"
        min={-1}
        max={1}
        step="any"
        value={target.value}
        onChange={({ currentTarget: input }) => {
          const value = input.valueAsNumber;
          if (Math.abs(value) <= 1) target.value = value;
          else input.value = String(target.value);
        }}
      />
    </label>
  );
}

function ClassField({ classes }: { readonly classes: number }) {
  return (
    <label class="field">
      <span>Class</span>
      <select
        name="point-target"
        onChange={({ currentTarget }) => {
          target.value = Number(currentTarget.value);
        }}
      >
        {Array.from({ length: classes }, (_, label) => (
          <option key={label} value={label} selected={label === target.value}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
}
