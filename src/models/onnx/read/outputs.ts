/**
 * Which of a graph's outputs is the network's, and what the others say of its classes: the ends of scikit-learn's classifiers are
 * a label beside the probabilities, which here follow from the network's outputs.
 */
import type { Label } from "../../../data/encoding.ts";
import { ModelFileError, shown } from "../../../errors.ts";
import { type Attribute, ML_DOMAIN, type Node, type Tensor } from "../graph.ts";
import type { KnownGraph } from "./graphValues.ts";
import { nodeName, refusal } from "./refusal.ts";
import { ancestors } from "./segments.ts";

export interface NetworkOutput {
  /** The value that the network puts out. */
  readonly value: string;
  /** Where the file says them, in the order of the outputs. */
  readonly classes?: readonly Label[];
  /** How labels are chosen by the outputs, where they are. */
  readonly chosen?: Chosen;
}

/** The class with the greatest output, or each label whose output is above 0.5. */
export type Chosen = "greatest" | "above half";

/** What one output of the graph is. */
interface OutputRole {
  readonly name: string;
  readonly kind: "network" | Chosen;
  /** What it is taken from. */
  readonly value: string;
  readonly classes?: readonly Label[];
}

/** @throws {ModelFileError} several networks, or a label that is found in another way than as the most probable class */
export function networkOutput(graph: KnownGraph): NetworkOutput {
  const roles = graph.outputs.map(({ name }) => roleOf(graph, name));
  const labels = roles.filter(({ kind }) => kind !== "network");
  const networks = new Set(roles.filter(({ kind }) => kind === "network").map(({ value }) => value));
  const values = networks.size > 0 ? [...networks] : [...new Set(labels.map(({ value }) => value))];
  if (values.length !== 1) {
    const names = graph.outputs.map(({ name }) => shown(name)).join(", ");
    const expected = "Expected one, or one with the label that follows from it. Export the network with one output.";
    throw new ModelFileError(
      `The model has ${values.length === 0 ? "no output" : `several outputs: ${names}`}. ${expected}`,
    );
  }
  const [value] = values;
  const own = new Set(ancestors(graph, value));
  for (const label of labels) {
    const other = ancestors(graph, label.value).find((node) => !own.has(node));
    if (other === undefined || ancestors(graph, label.value).some((node) => node.outputs.includes(value))) continue;
    throw new ModelFileError(
      `The output ${shown(label.name)} is a label that ${nodeName(other)} has a part in, which the output of the network has not. Export the network with one output.`,
    );
  }
  const classes = roles.find((role) => role.classes !== undefined)?.classes;
  const chosen = labels[0]?.kind ?? (classes && "greatest");
  return { value, ...(classes && { classes }), ...(chosen && { chosen: chosen as Chosen }) };
}

const PASSING = new Set(["Identity", "Cast", "Reshape", "Flatten", "Squeeze", "Unsqueeze"]);

/** The node behind those that pass a value on, and the value's name there. */
function behind({ makers, values }: KnownGraph, name: string, passing = PASSING): { node?: Node; value: string } {
  let value = name;
  for (;;) {
    const node = makers.get(value);
    if (node === undefined || node.domain !== "" || !passing.has(node.operator))
      return { ...(node && { node }), value };
    if (values.get(node.inputs[0])?.kind === "constant") return { node, value };
    value = node.inputs[0];
  }
}

function roleOf(graph: KnownGraph, name: string): OutputRole {
  const { node } = behind(graph, name);
  const of = (kind: OutputRole["kind"], value: string, classes?: readonly Label[]): OutputRole => {
    return { name, kind, value: networkValue(graph, value), ...(classes && { classes }) };
  };
  switch (node === undefined ? "" : `${node.domain}/${node.operator}`) {
    case `${ML_DOMAIN}/ZipMap`: {
      const { inputs, attributes } = node as Node;
      const classes = listed(attributes.classlabels_strings) ?? listed(attributes.classlabels_int64s);
      return of("network", inputs[0], classes);
    }
    case "/ArgMax":
    case "/Gather":
    case `${ML_DOMAIN}/ArrayFeatureExtractor`:
    case `${ML_DOMAIN}/LabelEncoder`: {
      const found = chosen(graph, name);
      return found === undefined ? of("network", name) : of("greatest", ...found);
    }
    case `${ML_DOMAIN}/Binarizer`:
    case "/Greater":
    case "/GreaterOrEqual":
      requireHalf(graph, node as Node);
      return of("above half", (node as Node).inputs[0]);
    default:
      return of("network", name);
  }
}

/** Casts and copies of a value are that value. */
function networkValue(graph: KnownGraph, name: string): string {
  return behind(graph, name, new Set(["Identity", "Cast"])).value;
}

/** What a most probable class is taken from, and the names of the classes; undefined of a value that is no class. */
function chosen(graph: KnownGraph, name: string): [value: string, classes?: readonly Label[]] | undefined {
  const { node } = behind(graph, name);
  if (node === undefined) return undefined;
  const [first = "", second = ""] = node.inputs;
  const constant = graph.values.get(first);
  switch (node.operator) {
    case "ArgMax":
      requireLastAxis(node);
      return [first];
    case "Gather":
    case "ArrayFeatureExtractor": {
      if (constant?.kind !== "constant") return undefined;
      const found = chosen(graph, second);
      return found === undefined ? undefined : [found[0], labelsOf(constant.tensor)];
    }
    case "LabelEncoder": {
      const found = chosen(graph, first);
      return found === undefined ? undefined : [found[0], encoded(node, found[1])];
    }
    default:
      return undefined;
  }
}

function requireLastAxis(node: Node): void {
  const { axis } = node.attributes;
  if (axis?.type === "int" && (axis.value === 1 || axis.value === -1)) return;
  throw refusal(node, "it chooses among rows, expected the most probable class of each (axis 1)");
}

/** @throws {ModelFileError} another threshold than the one at which a class is the more probable of two */
function requireHalf({ values }: KnownGraph, node: Node): void {
  const { threshold } = node.attributes;
  const constant = values.get(node.inputs[1] ?? "");
  const found =
    node.operator === "Binarizer"
      ? threshold?.type === "float"
        ? threshold.value
        : 0
      : constant?.kind === "constant"
        ? Number(constant.tensor.values[0])
        : Number.NaN;
  if (found === 0.5) return;
  throw refusal(node, `it chooses the label by the threshold ${found}, expected 0.5`);
}

function labelsOf({ type, values }: Tensor): Label[] {
  const all = Array.from(values as ArrayLike<Label>);
  return type === "bool" ? all.map((value) => value === 1) : all;
}

/** The names that a LabelEncoder gives to classes, or to their places. */
function encoded(node: Node, classes: readonly Label[] | undefined): Label[] {
  const { attributes } = node;
  const of = (what: string): readonly Label[] | undefined =>
    ["strings", "int64s", "floats", "tensor"].flatMap((type) => [listed(attributes[`${what}_${type}`])]).find(Boolean);
  const [keys, names] = [of("keys"), of("values")];
  if (keys === undefined || names === undefined) throw refusal(node, "expected keys and values of the classes");
  const wanted = classes ?? keys.map((_, at) => at);
  return wanted.map((key) => {
    const at = keys.indexOf(key);
    if (at >= 0) return names[at];
    throw refusal(node, `it has no name for the class ${shown(key)}`);
  });
}

function listed(attribute: Attribute | undefined): readonly Label[] | undefined {
  if (attribute?.type === "tensor") return labelsOf(attribute.value);
  const isList = attribute?.type === "strings" || attribute?.type === "ints" || attribute?.type === "floats";
  return isList ? attribute.value : undefined;
}
