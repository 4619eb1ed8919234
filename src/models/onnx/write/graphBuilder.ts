/**
 * A graph that grows node by node: each call adds one operator and gives the name of its output.
 *
 * Names of nodes say where they belong ("network/layers.0/Gemm") and are unique beside the names of inputs and outputs, which
 * callers choose. Knows the form of a graph and not what operators compute.
 */
import type { Attribute, ElementType, Graph, Node, Tensor, ValueInfo } from "../graph.ts";

/** The extent of the rows, known when the model runs. */
export const ROWS = "rows";

export class GraphBuilder {
  readonly #nodes: Node[] = [];
  readonly #constants = new Map<string, Tensor>();
  readonly #inputs: ValueInfo[] = [];
  readonly #outputs: ValueInfo[] = [];
  readonly #taken = new Set<string>();
  /** Constants of one number by their type and number, each kept once. */
  readonly #numbers = new Map<string, string>();
  #place = "";

  /** Does something whose nodes belong to a place: "layers.0". */
  within<R>(place: string, act: () => R): R {
    const outer = this.#place;
    this.#place = `${outer}${place}/`;
    try {
      return act();
    } finally {
      this.#place = outer;
    }
  }

  /** @returns its name */
  input(info: ValueInfo): string {
    this.#taken.add(info.name);
    this.#inputs.push(info);
    return info.name;
  }

  /** A value becomes an output of the model, by its own name, with _ behind it where an input has that name. */
  output(value: string, info: ValueInfo): void {
    let { name, description = "" } = info;
    while (this.#taken.has(name)) name += "_";
    if (name !== info.name) description += ` Named with a _ because a column is named ${info.name}.`;
    this.#taken.add(name);
    this.#outputs.push({ ...info, name, description });
    this.#add({ operator: "Identity", domain: "", inputs: [value], outputs: [name], attributes: {} });
  }

  /** @param wanted its name within the place, such as "weights". @returns its name */
  constant(wanted: string, type: ElementType, shape: readonly number[], values: Tensor["values"]): string {
    const name = this.#free(wanted);
    this.#constants.set(name, { type, shape, values });
    return name;
  }

  /** A constant of one number, without axes. @returns its name */
  number(value: number, type: ElementType = "double"): string {
    const key = `${type} ${Object.is(value, -0) ? "-0" : value}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const name = this.#unique(`constants/${key}`);
    this.#constants.set(name, { type, shape: [], values: [value] });
    this.#numbers.set(key, name);
    return name;
  }

  /** Places along an axis, or extents. @returns the constant's name */
  whole(...values: readonly number[]): string {
    return this.constant("places", "int64", [values.length], values);
  }

  /** @param more what the operator puts out besides, which nothing takes. @returns the name of its first output */
  node(
    operator: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
    { domain = "", more = [] }: { readonly domain?: string; readonly more?: readonly string[] } = {},
  ): string {
    const outputs = [this.#free(operator), ...more.map((name) => this.#free(`${operator}/${name}`))];
    return this.#add({ operator, domain, inputs, outputs, attributes });
  }

  build(): Graph {
    return { nodes: this.#nodes, constants: this.#constants, inputs: this.#inputs, outputs: this.#outputs };
  }

  #add(node: Omit<Node, "name">): string {
    const [name] = node.outputs;
    this.#nodes.push({ ...node, name });
    return name;
  }

  #free(wanted: string): string {
    return this.#unique(this.#place + wanted);
  }

  #unique(wanted: string): string {
    let name = wanted;
    for (let at = 2; this.#taken.has(name); at++) name = `${wanted}_${at}`;
    this.#taken.add(name);
    return name;
  }
}
