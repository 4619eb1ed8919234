/** The network: the canvas, over it a button for each neuron, and above each layer what changes it. */
import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";
import { LEAST_COLUMN, layoutOf } from "../drawing/layout.ts";
import { pointedWeight } from "../state/derivation.ts";
import { opened, setting } from "../state/store.ts";
import { LayerButtons, LayerHead } from "./LayerControls.tsx";
import { NetworkLegend } from "./NetworkLegend.tsx";
import { Neuron } from "./Neuron.tsx";
import { weightEvents } from "./weightEvents.ts";

type CanvasRef = RefObject<HTMLCanvasElement | null>;

export function NetworkView({ canvas }: { canvas: CanvasRef }) {
  const { width, height } = useSizeOf(canvas);
  const { hidden } = setting.value;
  const inputNames = opened.value?.data.inputNames ?? ["x₁", "x₂"];
  const layers = opened.value?.layers;
  const widths = [inputNames.length, ...(layers?.map(({ units }) => units) ?? [...hidden, 1])];
  const layout = layoutOf(widths, Math.max(width, 1), Math.max(height, 1));
  const columns = layout.columns;
  return (
    <section class="panel network" aria-labelledby="network-title">
      <div class="heading">
        <h2 id="network-title">Network</h2>
        <LayerButtons />
      </div>
      <div class="stage-frame">
        <div class="stage" style={{ minWidth: `${widths.length * LEAST_COLUMN}px` }}>
          <canvas ref={canvas} class={pointedWeight.value && "is-pointing"} {...weightEvents(layout)} />
          <span class="column-head" style={{ left: `${columns[0].x}px` }}>
            inputs
          </span>
          {hidden.map((units, at) => (
            <LayerHead key={at} layer={at} units={units} x={columns[at + 1]?.x ?? 0} width={width / widths.length} />
          ))}
          <span class="column-head" style={{ left: `${columns.at(-1)?.x ?? 0}px` }}>
            output
            <small>{layers?.at(-1)?.activation}</small>
          </span>
          {inputNames.map((name, unit) => (
            <span
              class="input-name"
              key={name}
              style={{ left: `${columns[0].x - layout.tile / 2 - 20}px`, top: `${columns[0].ys[unit] - 9}px` }}
            >
              {name}
            </span>
          ))}
          {columns
            .slice(1)
            .flatMap(({ x, ys }, layer) =>
              ys.map((y, unit) => (
                <Neuron key={`${layer}-${unit}`} layer={layer} unit={unit} x={x} y={y} size={layout.tile} />
              )),
            )}
        </div>
      </div>
      <NetworkLegend />
    </section>
  );
}

/** The size of the canvas, in CSS pixels, also after it has changed. */
function useSizeOf(canvas: CanvasRef): { readonly width: number; readonly height: number } {
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const measure = (): void => setSize({ width: element.clientWidth, height: element.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, [canvas]);
  return size;
}
