/** The outcome: a list of views, one of which is shown; with some of them the output over the inputs. */
import type { ComponentType, RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { OpenedData, PlaneAxis } from "../protocol.ts";
import { type ViewName, view, viewNames } from "../state/outcome.ts";
import { opened, selected } from "../state/store.ts";
import { NeuronDetails } from "./NeuronDetails.tsx";
import { Curves } from "./outcome/Curves.tsx";
import { views } from "./outcome/views.ts";

export interface OutcomeCanvases {
  readonly map: RefObject<HTMLCanvasElement | null>;
  readonly loss: RefObject<HTMLCanvasElement | null>;
  readonly score: RefObject<HTMLCanvasElement | null>;
}

export function Outcome({ map, loss, score }: OutcomeCanvases) {
  const shown = view.value;
  return (
    <section class="panel outcome" aria-labelledby="outcome-title">
      <h2 id="outcome-title" class="visually-hidden">
        Outcome
      </h2>
      <Tabs />
      <div role="tabpanel" id="outcome-panel" aria-labelledby={`outcome-${shown}`}>
        <div hidden={!views[shown].hasMap}>
          {overMap() !== "" && <p class="over-map">{overMap()}</p>}
          <canvas
            class="map"
            ref={map}
            role="img"
            hidden={opened.value?.data.plane === undefined && opened.value?.data.image === undefined}
            aria-label={overMap() || "The output over the inputs, with the points of the data"}
          />
          <MapLegend />
        </div>
        <div hidden={shown !== "output"}>
          <NeuronDetails />
          <Curves loss={loss} score={score} />
        </div>
        <Loaded key={shown} name={shown} />
      </div>
    </section>
  );
}

/** What the map shows where it is not the output over the inputs. */
function overMap(): string {
  const [place, data] = [selected.value, opened.value?.data];
  if (data?.plane !== undefined) return place === undefined ? "" : "Output of the neuron";
  if (data?.image === undefined) return "";
  return place?.layer === 0 ? "Weights of the neuron" : "Mean of the images";
}

const titleOf = (name: ViewName): string => {
  const { title, surfaceTitle = title } = views[name];
  return opened.value?.data.task === "surface" ? surfaceTitle : title;
};

/** Tabs as ARIA has them: one of them in the order of Tab, arrows from one to the next. */
function Tabs() {
  const list = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent): void => {
    const at = viewNames.indexOf(view.value);
    const steps: Readonly<Record<string, number>> = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 };
    const next = viewNames.at(steps[event.key] % viewNames.length);
    if (!Object.hasOwn(steps, event.key) || next === undefined) return;
    event.preventDefault();
    view.value = next;
    list.current?.querySelector<HTMLElement>(`#outcome-${next}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label="Outcome" ref={list} onKeyDown={move}>
      {viewNames.map((name) => (
        <button
          type="button"
          role="tab"
          key={name}
          id={`outcome-${name}`}
          aria-controls="outcome-panel"
          aria-selected={view.value === name}
          tabIndex={view.value === name ? 0 : -1}
          onClick={() => {
            view.value = name;
          }}
        >
          {titleOf(name)}
        </button>
      ))}
    </div>
  );
}

/** A view that is loaded when it is shown first. */
function Loaded({ name }: { readonly name: ViewName }) {
  const [content, setContent] = useState<{ readonly of: ComponentType }>();
  const [fault, setFault] = useState<string>();
  useEffect(() => {
    views[name]
      .load?.()
      .then((of) => setContent({ of }))
      .catch((error: unknown) => setFault(error instanceof Error ? error.message : String(error)));
  }, [name]);
  if (fault !== undefined) return <p role="alert">This view could not be loaded: {fault}</p>;
  return content === undefined ? null : <content.of />;
}

function MapLegend() {
  const data = opened.value?.data;
  if (data === undefined) return null;
  if (data.plane === undefined) {
    return data.image === undefined ? (
      <p class="legend">Fewer than two of the inputs are columns of numbers: the neurons have no pictures.</p>
    ) : null;
  }
  const { x, y, left, right, bottom, top, axes } = data.plane;
  const [across, up] = axes ?? [
    { name: data.inputNames[x], from: left, to: right },
    { name: data.inputNames[y], from: bottom, to: top },
  ];
  const axis = ({ name, from, to }: PlaneAxis): string => `${name} from ${minus(from)} to ${minus(to)}`;
  const isHeld = data.inputNames.length > 2;
  return (
    <p class="legend">
      <PointsLegend data={data} />
      Horizontal {axis(across)}, vertical {axis(up)}. Thick edge: validation rows.
      {isHeld && " The other inputs are held at their medians; the points are where these two columns put them."}
    </p>
  );
}

/** Sign, class and shape of the points. */
const shapes = ["■", "●", "▲"];

function PointsLegend({ data: { classNames, table } }: { readonly data: OpenedData }) {
  if (classNames.length === 0) return <>Blue above {table === undefined ? "0" : "the mean"}, orange below. </>;
  if (classNames.length > shapes.length) return null;
  return (
    <span class="class-marks">
      {classNames.map((name, at) => (
        <span key={name} class={`class-mark is-${at}`}>
          {shapes[at]} {table === undefined && "class "}
          {name}
        </span>
      ))}
    </span>
  );
}

const minus = (value: number): string => String(Number(value.toPrecision(4))).replace("-", "−");
