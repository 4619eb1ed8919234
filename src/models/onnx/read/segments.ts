/**
 * The way from a graph's inputs to one of its values, cut where everything that comes later depends on one value alone.
 *
 * Between two cuts lies one operator, or several that compute together, such as x · σ(x). Knows nothing of what they mean.
 */
import type { Node, Tensor } from "../graph.ts";
import { evaluate } from "./evaluate.ts";
import type { KnownGraph } from "./graphValues.ts";
import { layerOperators } from "./rowOperations.ts";

export interface Segment {
  /** In the order in which they compute. */
  readonly nodes: readonly Node[];
  /** The value that it makes. */
  readonly exit: string;
  /** Whether a layer with parameters is among them. */
  readonly hasLayer: boolean;
}

/** The segments on the way to a value that depends on the inputs. */
export function segmentsTo(graph: KnownGraph, target: string): Segment[] {
  const nodes = ancestors(graph, target);
  const uses = new Map<string, number>([[target, 1]]);
  for (const node of nodes) for (const input of dataInputs(graph, node)) uses.set(input, (uses.get(input) ?? 0) + 1);
  const live = new Map(
    graph.inputs.filter(({ name }) => uses.has(name)).map(({ name }) => [name, uses.get(name) as number]),
  );
  const segments: Segment[] = [];
  let from: Node[] = [];
  for (const node of nodes) {
    from.push(node);
    for (const input of dataInputs(graph, node)) {
      const left = (live.get(input) ?? 0) - 1;
      if (left > 0) live.set(input, left);
      else live.delete(input);
    }
    const [exit] = node.outputs;
    live.set(exit, uses.get(exit) as number);
    if (live.size > 1) continue;
    segments.push({ nodes: from, exit, hasLayer: from.some(isLayer) });
    from = [];
  }
  return segments;
}

const isLayer = ({ domain, operator }: Node): boolean =>
  domain === "" && (layerOperators as readonly string[]).includes(operator);

/** Each once. */
function dataInputs({ values }: KnownGraph, { inputs }: Node): string[] {
  return [...new Set(inputs.filter((input) => input !== "" && values.get(input)?.kind === "data"))];
}

/** The nodes that a value depends on by data, in order. */
export function ancestors(graph: KnownGraph, target: string): Node[] {
  const wanted = new Set([target]);
  const found: Node[] = [];
  for (const node of [...graph.nodes].reverse()) {
    if (!node.outputs.some((output) => wanted.has(output))) continue;
    const inputs = dataInputs(graph, node);
    if (inputs.length === 0) continue;
    found.push(node);
    for (const input of inputs) wanted.add(input);
  }
  return found.reverse();
}

/** The inputs of the model that a value depends on. */
export function inputsOf(graph: KnownGraph, target: string): string[] {
  const taken = new Set(ancestors(graph, target).flatMap((node) => dataInputs(graph, node)));
  return graph.inputs.map(({ name }) => name).filter((name) => taken.has(name) || name === target);
}

/** What segments compute. @param given the values that they begin with, [rows, …]. @returns the value of the last one's exit */
export function computed(
  { values, batch, version }: KnownGraph,
  segments: readonly Segment[],
  given: ReadonlyMap<string, Tensor>,
  rows: number,
): Tensor {
  const known = new Map(given);
  for (const node of segments.flatMap(({ nodes }) => nodes)) {
    const inputs = node.inputs.map((input) => {
      const value = values.get(input);
      return value?.kind === "constant" ? value.tensor : known.get(input);
    });
    const isData = node.inputs.map((input) => values.get(input)?.kind === "data");
    known.set(node.outputs[0], evaluate({ node, inputs, isData, rows, batch, version }));
  }
  return known.get(segments[segments.length - 1].exit) as Tensor;
}

/** The constants that segments compute with. */
export function constantsOf({ values }: KnownGraph, segments: readonly Segment[]): Tensor[] {
  return segments.flatMap(({ nodes }) =>
    nodes.flatMap(({ inputs }) =>
      inputs.flatMap((input) => {
        const value = values.get(input);
        return value?.kind === "constant" ? [value.tensor] : [];
      }),
    ),
  );
}
