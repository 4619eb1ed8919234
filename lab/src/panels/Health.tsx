/** What is wrong with the network: at the place in the drawing, and in a list below it, in the library's words. */
import type { NetworkLayout } from "../drawing/layout.ts";
import type { Opened } from "../protocol.ts";
import { health } from "../state/health.ts";
import { opened } from "../state/store.ts";
import { layersTitle } from "./placeNames.ts";

interface Found {
  /** Numbers of the dense layers. */
  readonly layers: readonly number[];
  readonly code: string;
  /** Without the library's numbers of the layers, which the page's names replace. */
  readonly message: string;
}

const titles: Readonly<Record<string, string>> = {
  "dead-units": "dead",
  "saturated-units": "saturated",
  "vanishing-gradients": "δ vanishes",
  "exploding-gradients": "δ explodes",
};

/** The library counts all layers from 0, dropout included; the page counts those with neurons. */
function found(run: Opened): Found[] {
  return (health.value?.warnings ?? []).map(({ code, layer, message }) => {
    const [prefix = "", numbers = String(layer)] = /^Layers? ([\d, ]+): /.exec(message) ?? [];
    const layers = numbers.split(", ").map((number) => run.layers.findIndex((place) => place.layer === Number(number)));
    const text = message.slice(prefix.length);
    return { code, layers: layers.filter((at) => at >= 0), message: text.charAt(0).toUpperCase() + text.slice(1) };
  });
}

/** A column with less room has the sign alone. */
const NARROW = 96;

/** Marks of layers under their columns, and of dead and saturated units at their tiles. */
export function HealthBadges({ layout: { columns, between } }: { layout: NetworkLayout }) {
  const run = opened.value;
  if (run === undefined || health.value === undefined) return null;
  return (
    <>
      {found(run).flatMap(({ layers, code }) =>
        layers.map((layer) => {
          const column = columns[layer + 1];
          return (
            <span
              key={`${layer}-${code}`}
              class="health-badge"
              style={{ left: `${column.x}px`, top: `${column.bottom + (column.isWide ? 14 : 8)}px` }}
              title={titles[code]}
            >
              ⚠ {between > NARROW && titles[code]}
            </span>
          );
        }),
      )}
      {health.value.layers.flatMap(({ dead, saturated }, layer) => {
        const column = columns[layer + 1];
        if (column === undefined || column.tile < 9 || layer === run.layers.length - 1) return [];
        const mark = (unit: number, what: string, sign: string) => (
          <span
            key={`${layer}-${unit}-${what}`}
            class="unit-mark"
            title={what}
            style={{ left: `${column.xs[unit] + column.tile / 2}px`, top: `${column.ys[unit] - column.tile / 2}px` }}
          >
            {sign}
          </span>
        );
        return [
          ...dead.map((unit) => mark(unit, "dead", "×")),
          ...saturated.map((unit) => mark(unit, "saturated", "=")),
        ];
      })}
    </>
  );
}

/** The list below the network; nothing where all is well. */
export function HealthPanel() {
  const run = opened.value;
  const all = run === undefined ? [] : found(run);
  const rows = health.value?.layers[0]?.rows ?? 0;
  return (
    <div aria-live="polite">
      {run !== undefined && all.length > 0 && (
        <section class="panel health" aria-labelledby="health-title">
          <h2 id="health-title">What is wrong?</h2>
          <ul>
            {all.map(({ code, layers, message }) => (
              <li key={code + layers.join()}>
                <b>{layersTitle(run, layers)}:</b> {message}
              </li>
            ))}
          </ul>
          <p class="legend">{rows} training rows were checked. × a dead unit, = a saturated one.</p>
        </section>
      )}
    </div>
  );
}
