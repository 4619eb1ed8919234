/** `gradus derive`: how a model's network learns, step by step, in symbols: its own layers, loss and optimizer. */
import { Command } from "commander";
import { outputNames } from "../entries/internal.ts";
import { DescriptionError, derivationOf, type Exposition, encodedNames, problemOf } from "../node.ts";
import { exampleNames, exampleOption, requireExampleAlone } from "./exampleOption.ts";
import { type ExpositionFlags, show, showingsOf, withExposition } from "./exposition.ts";
import { withJson } from "./jsonOption.ts";
import { modelFrom } from "./modelArgument.ts";
import { type NetworkFlags, networkOf, withNetwork } from "./networkOption.ts";
import { placeOf } from "./outputs.ts";
import type { Terminal } from "./terminal.ts";
import { type TraceExampleName, traceExamples } from "./traceExamples.ts";

const EXAMPLES = `
Examples:
  gradus derive --example xor                         a small network
  gradus derive flowers.gradus
  gradus derive flowers.gradus --html flowers.html    with typeset formulas
  gradus derive flowers.gradus --latex > flowers.tex
  gradus derive flowers.gradus --out flowers.tex      the same`;

interface DeriveFlags extends ExpositionFlags, NetworkFlags {
  readonly example?: TraceExampleName;
}

/** Builds the command. */
export function deriveCommand(terminal: Terminal): Command {
  const command = new Command("derive")
    .description("Derive how the network of a model learns: the chain rule for its layers, loss and optimizer.")
    .argument("[model]", "a model file, - for standard input; none with --example")
    .addOption(exampleOption());
  return withJson(withNetwork(withExposition(command)), "the derivation, its text and formulas,")
    .addHelpText("after", EXAMPLES)
    .action(async (file: string | undefined, flags: DeriveFlags) => {
      const showings = await showingsOf(flags, placeOf("the model", file));
      const exposition =
        flags.example === undefined
          ? await modelDerivation(file, flags, terminal)
          : exampleDerivation(flags.example, file, flags);
      await show(showings, exposition, terminal, exposition);
    });
}

async function modelDerivation(file: string | undefined, flags: DeriveFlags, terminal: Terminal): Promise<Exposition> {
  if (file === undefined) throw new DescriptionError(`Give a model file, or --example ${exampleNames[0]}.`);
  using model = await modelFrom(file);
  const { document } = networkOf(model, flags, terminal);
  return derivationOf(problemOf(document), {
    inputNames: encodedNames(document.encoder).map(({ name }) => name),
    outputNames: outputNames(document.target),
  });
}

/** @throws {DescriptionError} what is for models, beside an example */
function exampleDerivation(name: TraceExampleName, file: string | undefined, flags: DeriveFlags): Exposition {
  requireExampleAlone(file, flags);
  const { problem, inputNames, outputNames: outputs } = traceExamples[name];
  return derivationOf(problem, { inputNames, outputNames: outputs });
}
