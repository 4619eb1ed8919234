/**
 * A plan as text: what is computed, in the derivation's notation, and where each region lies.
 *
 * Reads the plan alone; knows no engine.
 */
import { readResults } from "../givenResult.ts";
import { list, object, requireKind, withFields } from "../kinds.ts";
import { optimizerOf } from "../optimizers/optimizers.ts";
import type {
  DenseOperation,
  ForwardOperation,
  FreezeOperation,
  LocalStep,
  Operation,
  PenaltyOperation,
  Plan,
  Region,
  RegionName,
  SignalOperation,
} from "./plan.ts";

/** One operation in words: what it is, its formula, and the shapes that it multiplies or goes over, or its rule. */
type Line = readonly [name: string, formula: string, rest: string];

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
    ["update", plan.update],
  ];
  const lines = [...headerLines(plan), "", "regions", ...regionLines(plan)];
  let number = 0;
  for (const [title, operations] of groups) {
    const rows = operations.map((operation) => [String(++number).padStart(3), ...line(operation, plan)]);
    lines.push("", title, ...aligned(rows));
  }
  if (plan.predict.length < plan.forward.length) {
    const predict = plan.predict.map((operation) => ["   ", ...line(operation, plan)]);
    lines.push("", "predict: forward without dropout", ...aligned(predict));
  }
  return lines.join("\n");
}

function headerLines({ forward, loss, regions, layout, length, batchSize }: Plan): string[] {
  const layers = forward.map((operation) => layerName(operation, regions));
  return [
    `network  ${[`${regions.x.shape[1]} inputs`, ...layers].join(" → ")}`,
    `         ${layout.length} parameters; batches of up to ${batchSize}`,
    `loss     ${withOptions(loss.loss)}`,
    `memory   ${length} float32 numbers, ${(length / 256).toFixed(1)} KiB`,
  ];
}

/** "huber, delta 0.3" */
function withOptions({ name, ...options }: { readonly name: string }): string {
  const given = Object.entries(options).map(([option, value]) => `${option} ${JSON.stringify(value)}`);
  return [name, ...given].join(", ");
}

function layerName(operation: ForwardOperation, regions: Plan["regions"]): string {
  switch (operation.op) {
    case "dense":
      return denseName(operation, regions);
    case "dropout":
      return `dropout ${operation.rate}`;
    case "scale":
      return "scale";
    case "parametric-activation":
      return `parametric ${operation.activation}`;
    case "embedding":
      return `embedding of ${operation.columns.length} × ${regions[operation.weights].shape[1]}`;
    case "periodic":
      return `periodic of ${operation.columns.length} × ${regions[operation.bias].shape[1]}`;
    default:
      return operation satisfies never;
  }
}

function denseName({ weights, bias, activation }: DenseOperation, regions: Plan["regions"]): string {
  return `${regions[weights].shape[0]} ${activation}${bias === null ? " without bias" : ""}`;
}

/** Regions as they lie; those inside another are set in. */
function regionLines({ regions }: Plan): string[] {
  const size = ({ shape }: Region): number => shape.reduce((product, extent) => product * extent, 1);
  const entries = Object.entries(regions).sort(([, a], [, b]) => a.offset - b.offset || size(b) - size(a));
  let end = 0;
  const rows = entries.map(([name, region]) => {
    const inside = region.offset < end;
    end = Math.max(end, region.offset + size(region));
    return [`  ${inside ? "  " : ""}${name}`, String(region.offset), shapeText(region.shape)];
  });
  const width = Math.max(...rows.map(([, offset]) => offset.length));
  return aligned(rows.map(([name, offset, shape]) => [name, offset.padStart(width), shape]));
}

function line(operation: Operation, plan: Plan): Line {
  const [name, ...rest] = wordsOf(operation, plan);
  return [name.padEnd(NAME_WIDTH), ...rest];
}

function wordsOf(operation: Operation, { regions }: Plan): Line {
  const shape = (name: RegionName): string => shapeText(regions[name].shape);
  const turned = (name: RegionName): string => shapeText([...regions[name].shape].reverse());
  switch (operation.op) {
    case "dense": {
      const { input, weights, bias, field, output, activation } = operation;
      const sum = `${field} = ${input} · ${weights}ᵀ${bias === null ? "" : ` + ${bias}`}`;
      const formula = output === field ? sum : `${sum}; ${output} = ${activation}(${field})`;
      return ["dense", formula, `${shape(input)}·${turned(weights)}`];
    }
    case "dropout":
      return [
        "dropout",
        `${operation.output} = mask ${operation.layer} ∘ ${operation.input}, rate ${operation.rate}`,
        shape(operation.output),
      ];
    case "scale":
    case "parametric-activation":
    case "embedding":
    case "periodic":
      return [operation.op.replace("-activation", ""), signalFormula(operation), shape(operation.output)];
    case "loss": {
      const { loss, output, desired, negativeGradient } = operation;
      return [
        "loss",
        `L = (1/B) Σ w ${loss.name}(${output}, ${desired}); ${negativeGradient} = −∂L/∂${output}`,
        shape(output),
      ];
    }
    case "local-gradient":
      return [
        "local gradient",
        `${operation.to} = ${throughLayer(operation.negativeGradient, operation.step)}`,
        shape(operation.to),
      ];
    case "pull-back": {
      const { delta, weights, to, step } = operation;
      return [
        "pull-back",
        `${to} = ${throughLayer(`${delta} · ${weights}`, step)}`,
        `${shape(delta)}·${shape(weights)}`,
      ];
    }
    case "pass-back": {
      const { delta, to, through, step } = operation;
      return ["pass-back", `${to} = ${throughLayer(backFormula(delta, through), step)}`, shape(to)];
    }
    case "tensor-gradient":
      return ["gradient", gradientFormula(operation.delta, operation.of), shape(operation.delta)];
    case "gradient": {
      const { delta, input, weights, bias } = operation;
      const sum = bias === null ? "" : `; ${bias} = −Σ ${delta}`;
      return ["gradient", `${weights} = −${delta}ᵀ · ${input}${sum}`, `${turned(delta)}·${shape(input)}`];
    }
    case "freeze":
      return ["freeze", frozenFormula(operation), ""];
    case "penalty":
      return ["penalty", `∂W = ∂W${l1Text(operation)}${l2Text(operation)}, for every W`, ""];
    case "clip":
      return ["clip", `g = g · min(1, ${operation.norm} / ‖g‖)`, shape("gradients")];
    case "update": {
      const { optimizer } = operation;
      return ["update", withOptions(optimizer), optimizerOf(optimizer).formula.text];
    }
    default:
      return operation satisfies never;
  }
}

/** "∂W0, ∂b0 = 0: W0, b0 are frozen" */
function frozenFormula({ gradients }: FreezeOperation): string {
  const tensors = gradients.map((name) => name.slice(1));
  return `${gradients.join(", ")} = 0: ${tensors.join(", ")} ${tensors.length === 1 ? "is" : "are"} frozen`;
}

/** What a layer that isn't dense computes. */
function signalFormula(operation: SignalOperation): string {
  const { input, output } = operation;
  switch (operation.op) {
    case "scale":
      return `${output} = ${operation.scale} ∘ ${input}`;
    case "parametric-activation":
      return `${output} = ${input} + ${operation.slopes} ∘ (${operation.activation}(${input}) − ${input})`;
    case "embedding": {
      const codes = operation.columns.map(({ column }) => column).join(", ");
      return `${output} = [${input} without columns ${codes} | rows of ${operation.weights} by their codes]`;
    }
    case "periodic": {
      const { weights, frequencies, phases, bias, columns } = operation;
      return `${output} = [${weights} cos(2π ${frequencies} x + ${phases}) + ${bias} for x in columns ${columns.join(", ")} | ${input}]`;
    }
    default:
      return operation satisfies never;
  }
}

/** −∂L/∂input of such a layer. */
function backFormula(delta: RegionName, through: SignalOperation): string {
  switch (through.op) {
    case "scale":
      return `${delta} ∘ ${through.scale}`;
    case "parametric-activation":
      return `${delta} ∘ (1 + ${through.slopes} ∘ (${through.activation}'(${through.input}) − 1))`;
    case "embedding":
      return `${delta} of the inputs that are not codes`;
    case "periodic":
      return `${delta} of the inputs − 2π ${through.frequencies} sin(2π ${through.frequencies} x + ${through.phases}) · (${through.weights}ᵀ ${delta})`;
    default:
      return through satisfies never;
  }
}

/** The gradients of such a layer's tensors. */
function gradientFormula(delta: RegionName, of: SignalOperation): string {
  switch (of.op) {
    case "scale":
      return `∂${of.scale} = −Σ ${delta} ∘ ${of.input}`;
    case "parametric-activation":
      return `∂${of.slopes} = −Σ ${delta} ∘ (${of.activation}(${of.input}) − ${of.input})`;
    case "embedding":
      return `∂${of.weights} = −Σ ${delta} over the rows with the code`;
    case "periodic":
      return `∂${of.weights}, ∂${of.bias}, ∂${of.phases}, ∂${of.frequencies} = −Σ ${delta} · their derivatives`;
    default:
      return of satisfies never;
  }
}

const l1Text = ({ l1 }: PenaltyOperation): string => (l1 === 0 ? "" : ` + ${l1} sign(W)`);
const l2Text = ({ l2 }: PenaltyOperation): string => (l2 === 0 ? "" : ` + ${l2} W`);

/** What comes back, through the layer's own function: φ', the Jacobian of softmax, or the mask. */
function throughLayer(negativeGradient: string, step: LocalStep): string {
  const whole = negativeGradient.includes(" ") ? `(${negativeGradient})` : negativeGradient;
  if (step.by === "dropout") return `mask ${step.layer} ∘ ${whole}`;
  if (step.activation === "identity") return negativeGradient;
  if (step.activation === "softmax") return `${whole} · ∂${step.output}/∂${step.field}`;
  return `${whole} ∘ ${step.activation}'(${step.field})`;
}

function shapeText(shape: readonly number[]): string {
  return `[${shape.join("×")}]`;
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
