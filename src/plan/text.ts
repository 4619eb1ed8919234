/**
 * A plan as text: what is computed, in the derivation's notation, and where each region lies.
 *
 * Reads the plan alone; knows no engine.
 */
import { readResults } from "../givenResult.ts";
import { list, object, requireKind, withFields } from "../kinds.ts";
import { optimizerOf } from "../optimizers/optimizerOf.ts";
import { joinActivations } from "./fuseForward.ts";
import { lineOf, titleOf } from "./operationText.ts";
import type { Operation, Plan, Region } from "./plan.ts";
import { shapeText, sizeOf } from "./regions.ts";

/** As wide as the longest name that most plans have. */
const NAME_WIDTH = "local gradient".length;

/**
 * The plan as a listing for people: network and memory, regions with offsets in float32 numbers, operations in order.
 *
 * A gradient's name is its parameter's with a ∂ before it; δk is −∂L/∂vk, so ∂Wk = −δkᵀ · y; mask k is the one that
 * dropout layer k draws at this step; ∘ goes element by element.
 *
 * @example
 * import { completeProblem, dense, makePlan, network, planText } from "gradus/network";
 *
 * const problem = completeProblem({ network: network({ inputs: 2, layers: [dense(1)] }), loss: "meanSquaredError" });
 * console.log(planText(makePlan(problem)));
 */
export function planText(plan: Plan): string {
  requireKind("planText's plan", plan, withFields("a plan", { forward: list, loss: object, regions: object }));
  return readResults("makePlan", { plan }, (results) => textOf(results.plan));
}

function textOf(plan: Plan): string {
  const groups: readonly (readonly [title: string, operations: readonly Operation[]])[] = [
    ["forward", plan.forward],
    ["loss", [plan.loss]],
    ["backward", plan.backward],
    ["gradient", plan.gradient],
    ["reduce, which a machine that learns alone leaves out", plan.reduce],
    ["regularise", plan.regularise],
    ["update", plan.update],
  ];
  const lines = [...headerLines(plan), "", "regions", ...regionLines(plan)];
  let number = 0;
  for (const [title, operations] of groups) {
    if (operations.length === 0) continue;
    const rows = operations.map((operation) => [String(++number).padStart(3), ...line(operation)]);
    lines.push("", title, ...aligned(rows));
  }
  const title = predictTitle(plan);
  if (title !== undefined) {
    const predict = plan.predict.map((operation) => ["   ", ...line(operation)]);
    lines.push("", title, ...aligned(predict));
  }
  return lines.join("\n");
}

/** What the forward pass is while predicting; undefined where it is training's. */
function predictTitle({ forward, predict }: Plan): string | undefined {
  const acting = new Set(forward.map(({ op, layer }) => `${op} ${layer}`));
  if (predict.some(({ op, layer }) => !acting.has(`${op} ${layer}`))) return "predict: what layers do in prediction";
  return predict.length < forward.length ? "predict: forward without dropout" : undefined;
}

function headerLines({ forward, loss, update, regions, layout, length, batchSize }: Plan): string[] {
  const layers = joinActivations(forward).map(titleOf);
  const rules = update.slice(0, 1).map(({ optimizer }) => {
    return `optimizer  ${withOptions(optimizer)}: ${optimizerOf(optimizer).formula.text}`;
  });
  return [
    `network    ${[`${regions.x.shape[1]} inputs`, ...layers].join(" → ")}`,
    `           ${layout.length} parameters; batches of up to ${batchSize}`,
    `loss       ${withOptions(loss.loss)}`,
    ...rules,
    `memory     ${length} float32 numbers, ${(length / 256).toFixed(1)} KiB`,
  ];
}

/** "huber, delta 0.3" */
function withOptions({ name, ...options }: { readonly name: string }): string {
  const given = Object.entries(options).map(([option, value]) => `${option} ${JSON.stringify(value)}`);
  return [name, ...given].join(", ");
}

/** Regions as they lie; those inside another are set in. */
function regionLines({ regions }: Plan): string[] {
  const entries = Object.values(regions).sort((a, b) => a.offset - b.offset || sizeOf(b) - sizeOf(a));
  let end = 0;
  const rows = entries.map((region: Region) => {
    const inside = region.offset < end;
    end = Math.max(end, region.offset + sizeOf(region));
    return [`  ${inside ? "  " : ""}${region.name}`, String(region.offset), shapeText(region.shape)];
  });
  const width = Math.max(...rows.map(([, offset]) => offset.length));
  return aligned(rows.map(([name, offset, shape]) => [name, offset.padStart(width), shape]));
}

function line(operation: Operation): readonly string[] {
  const [name, ...rest] = lineOf(operation);
  return [name.padEnd(NAME_WIDTH), ...rest];
}

/** Columns under each other. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => [...row[column]].length)));
  const padded = (text: string, width: number): string => text + " ".repeat(width - [...text].length);
  return rows.map((row) =>
    row
      .map((text, column) => padded(text, widths[column]))
      .join("  ")
      .trimEnd(),
  );
}
