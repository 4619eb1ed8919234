/**
 * The derivation: the step that comes next with all its numbers, as positions to stand at. What a position computes is lit
 * in the drawing; what is pointed at in either lights the other.
 */
import { useSignal, useSignalEffect } from "@preact/signals";
import type { Block } from "gradus/explain";
import { useEffect, useRef } from "preact/hooks";
import { closeDerivation, highlight, neuron, weight } from "../state/derivation.ts";
import { opened, playing, readout } from "../state/store.ts";
import "./derivation.css";
import { Blocks } from "./Blocks.tsx";
import { useDrawingInSight } from "./drawingInSight.ts";
import { Example } from "./Example.tsx";
import { useLinks } from "./links.ts";
import { litAt } from "./lit.ts";
import { Moves, Steps } from "./Moves.tsx";
import { drawnLayer } from "./places.ts";
import { introductionOf, type Position } from "./positions.ts";
import { handChange } from "./setWeight.ts";
import {
  go,
  pattern,
  position,
  positionName,
  positions,
  problem,
  retrace,
  row,
  shownWeight,
  traced,
} from "./tracedStep.ts";
import { resultsOf, UnitTable } from "./UnitTable.tsx";
import { WeightBox } from "./WeightBox.tsx";
import { WeightsInto } from "./WeightsInto.tsx";

export function Derivation() {
  const panel = useRef<HTMLElement>(null);
  // Another run has other rows and weights.
  const run = opened.value?.run;
  useEffect(() => {
    row.value = undefined;
    pattern.value = 0;
    handChange.value = undefined;
    traced.value = undefined;
    return () => {
      traced.value = undefined;
      highlight.value = undefined;
    };
  }, [run]);
  // The step is asked for again whenever the run stands still at another point, or something else is chosen.
  useSignalEffect(() => {
    void [readout.value, row.value, pattern.value, weight.value, neuron.value, opened.value];
    if (!playing.value && readout.value !== undefined) void retrace();
  });
  useClicked();
  useDrawingInSight();
  useEffect(() => {
    panel.current?.querySelector<HTMLElement>("h2")?.focus();
  }, []);
  useLinks(panel, () => base());
  useSignalEffect(() => {
    highlight.value = base();
  });
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target instanceof HTMLElement && event.target.closest("input, select, .table, .equation")) return;
    if (event.key === "ArrowRight") go(1);
    else if (event.key === "ArrowLeft") go(-1);
    else return;
    event.preventDefault();
  };
  const at = position.value;
  return (
    <section class="panel derivation" aria-labelledby="derivation-title" ref={panel} onKeyDown={onKeyDown}>
      <div class="heading">
        <h2 id="derivation-title" tabIndex={-1}>
          Derivation of step {traced.value?.trace.step ?? "…"}
        </h2>
        <button type="button" class="small" onClick={closeDerivation}>
          Close
        </button>
      </div>
      {problem.value !== undefined && (
        <p class="message fault" role="alert">
          {problem.value}
        </p>
      )}
      {playing.value && <p class="message">The run goes on. Pause it to see the step that comes next.</p>}
      {at !== undefined && (
        <div class={playing.value ? "is-past" : ""}>
          <Steps />
          <Example />
          <PositionView at={at} />
          <Moves />
          <Introduction />
        </div>
      )}
    </section>
  );
}

/** A weight that is clicked is shown by its chain; a neuron at the same step of its layer, or in the forward pass. */
function useClicked(): void {
  useSignalEffect(() => {
    if (weight.value !== undefined) positionName.value = "5.chain";
  });
  useSignalEffect(() => {
    const [chosen, run] = [neuron.value, opened.peek()];
    if (chosen === undefined || run === undefined) return;
    const { layer } = run.layers[chosen.layer];
    const own = positions.peek().filter((each) => each.layer === layer);
    const same = own.find(({ step }) => step === position.peek()?.step);
    positionName.value = same?.name ?? `1.${layer}`;
  });
}

/** What is lit while nothing is pointed at. */
function base() {
  const [at, run] = [position.value, opened.value];
  if (at === undefined || run === undefined || playing.value) return undefined;
  return litAt(at, run, unitAt(at), shownWeight.value);
}

/** The unit whose equations are shown at a position: the one chosen, else that of the chosen weight, else the one with the largest |δ|. */
function unitAt({ layer }: Position): number {
  const [run, step] = [opened.value, traced.value];
  if (layer === undefined || run === undefined || step === undefined) return 0;
  const drawn = drawnLayer(run, layer);
  if (neuron.value?.layer === drawn) return neuron.value.unit;
  if (weight.value?.layer === drawn) return weight.value.unit;
  const deltas = step.trace.layers[layer].localGradient[step.pattern];
  return deltas.reduce((best, delta, unit) => (Math.abs(delta) > Math.abs(deltas[best]) ? unit : best), 0);
}

function PositionView({ at }: { readonly at: Position }) {
  const run = opened.value;
  const rows = resultsOf(at.blocks);
  const unit = rows.length === 0 ? undefined : (rows.find((each) => each.unit === unitAt(at))?.unit ?? rows[0].unit);
  return (
    <div class="position" data-position={at.name} data-pattern={traced.value?.pattern}>
      <h3>{at.heading.map((part) => (typeof part === "string" ? part : part.text)).join("")}</h3>
      {at.step === 5 && <WeightBox />}
      <Blocks blocks={at.part === "chain" ? at.blocks.slice(0, -2) : at.blocks} unit={unit} />
      {at.part === "chain" && <Products blocks={at.blocks.slice(-2)} />}
      {run !== undefined && at.layer !== undefined && unit !== undefined && (
        <UnitTable rows={rows} layer={drawnLayer(run, at.layer)} symbolLayer={at.layer} chosen={unit} />
      )}
      {run !== undefined && at.layer !== undefined && unit !== undefined && (
        <WeightsInto layer={drawnLayer(run, at.layer)} unit={unit} />
      )}
    </div>
  );
}

/** The factors of the chain multiplied one after the other: of a deep network long, and typeset when it is asked for. */
function Products({ blocks }: { readonly blocks: readonly Block[] }) {
  const count = blocks.reduce((sum, block) => sum + (block.kind === "equations" ? block.equations.length : 0), 0);
  const isOpen = useSignal(count <= FEW_PRODUCTS);
  return (
    <details
      open={isOpen.value}
      onToggle={({ currentTarget }) => {
        isOpen.value = currentTarget.open;
      }}
    >
      <summary>Multiply the factors, one after the other</summary>
      {isOpen.value && <Blocks blocks={blocks} unit={undefined} />}
    </details>
  );
}

const FEW_PRODUCTS = 6;

/** The library's words on the network and on how the numbers are rounded. */
function Introduction() {
  const step = traced.value;
  if (step === undefined || positions.value.length === 0) return null;
  return (
    <details>
      <summary>About these numbers</summary>
      <p>
        The step is traced by the library, as <code>gradus trace</code> does it: in float64, from the weights, the
        optimizer's state and the dropout masks of this run. The run itself computes in float32, so its last digits may
        differ. Symbols count from 0: the weights into hidden layer 1 of the drawing are those of layer 0, and its unit
        1 is neuron 0.
      </p>
      <Blocks blocks={introductionOf(step.exposition)} unit={undefined} />
    </details>
  );
}
