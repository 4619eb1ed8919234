/** The network: the canvas, over it a button for each neuron, and above each layer what changes it. */
import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";
import { layoutFor, layoutOf, leastWidth, type NetworkLayout } from "../drawing/layout.ts";
import { pointedWeight } from "../state/derivation.ts";
import { opened, setting } from "../state/store.ts";
import { ColourChoice } from "./ColourChoice.tsx";
import { HealthBadges } from "./Health.tsx";
import { LayerButtons, LayerHead } from "./LayerControls.tsx";
import { NetworkLegend } from "./NetworkLegend.tsx";
import { Neuron } from "./Neuron.tsx";
import { InputNames, OutputHead, OutputNames } from "./names.tsx";
import { WideColumn, WideInputs } from "./WideColumn.tsx";
import { weightEvents } from "./weightEvents.ts";

type CanvasRef = RefObject<HTMLCanvasElement | null>;

export function NetworkView({ canvas }: { canvas: CanvasRef }) {
  const { width, height } = useSizeOf(canvas);
  const { hidden } = setting.value;
  const layout = layoutNow(Math.max(width, 1), Math.max(height, 1));
  const { columns, between } = layout;
  const { layers = [], data } = opened.value ?? {};
  const isOwn = data?.table?.goesOn === undefined;
  return (
    <section class="panel network" aria-labelledby="network-title">
      <div class="heading">
        <h2 id="network-title" tabIndex={-1}>
          Network
        </h2>
        {isOwn && <LayerButtons />}
        <ColourChoice />
      </div>
      <div class="stage-frame">
        <div class="stage" style={{ minWidth: `${leastWidth(columns.length - 1)}px` }}>
          <canvas ref={canvas} class={pointedWeight.value && "is-pointing"} {...weightEvents(layout)} />
          <span class="column-head" style={{ left: `${columns[0].x}px` }}>
            inputs
            {columns[0].isWide && <small>{columns[0].xs.length}</small>}
          </span>
          {isOwn
            ? hidden.map((units, at) => (
                <LayerHead key={at} layer={at} units={units} x={columns[at + 1]?.x ?? 0} width={between} />
              ))
            : layers.slice(0, -1).map(({ units, activation }, at) => (
                <span class="column-head" key={at} style={{ left: `${columns[at + 1].x}px` }}>
                  {units}
                  <small>{activation}</small>
                </span>
              ))}
          <OutputHead x={columns.at(-1)?.x ?? 0} />
          <InputNames column={columns[0]} />
          <Units layout={layout} />
          <OutputNames column={columns[columns.length - 1]} />
          <HealthBadges layout={layout} />
        </div>
      </div>
      <NetworkLegend />
    </section>
  );
}

function layoutNow(width: number, height: number): NetworkLayout {
  if (opened.value !== undefined) return layoutFor(opened.value, width, height);
  return layoutOf({ widths: [2, ...setting.value.hidden, 1], margins: [0, 0] }, width, height);
}

/** What can be pointed at: a button for each neuron, one for a block of cells. */
function Units({ layout: { columns } }: { layout: NetworkLayout }) {
  return (
    <>
      {columns[0].isWide && <WideInputs column={columns[0]} />}
      {columns
        .slice(1)
        .map((column, layer) =>
          column.isWide ? (
            <WideColumn key={layer} column={column} layer={layer} />
          ) : (
            column.ys.map((y, unit) => (
              <Neuron key={`${layer}-${unit}`} layer={layer} unit={unit} x={column.x} y={y} size={column.tile} />
            ))
          ),
        )}
    </>
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
