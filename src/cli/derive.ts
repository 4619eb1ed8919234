/** `gradus derive`: how a model's network learns, step by step, in symbols: its own layers, loss and optimizer. */
import { Command } from "commander";
import { outputNames } from "../entries/internal.ts";
import { derivationOf, encodedNames, loadModel, problemOf } from "../node.ts";
import { type ExpositionFlags, show, showingsOf, withExposition } from "./exposition.ts";
import { withJson } from "./jsonOption.ts";
import { type NetworkFlags, networkOf, withNetwork } from "./networkOption.ts";
import { placeOf } from "./outputs.ts";
import type { Terminal } from "./terminal.ts";

const EXAMPLES = `
Examples:
  gradus derive flowers.gradus
  gradus derive flowers.gradus --html flowers.html    with typeset formulas
  gradus derive flowers.gradus --latex > flowers.tex
  gradus derive flowers.gradus --out flowers.tex      the same`;

/** Builds the command. */
export function deriveCommand(terminal: Terminal): Command {
  const command = new Command("derive")
    .description("Derive how the network of a model learns: the chain rule for its layers, loss and optimizer.")
    .argument("<model>", "a model file");
  return withJson(withNetwork(withExposition(command)), "the derivation, its text and formulas,")
    .addHelpText("after", EXAMPLES)
    .action(async (file: string, flags: ExpositionFlags & NetworkFlags) => {
      const showings = await showingsOf(flags, placeOf("the model", file));
      using model = await loadModel(file);
      const { document } = networkOf(model, flags, terminal);
      const { target, encoder } = document;
      const { penalties, ...problem } = problemOf(document);
      const exposition = derivationOf(
        { ...problem, ...penalties },
        {
          inputNames: encodedNames(encoder).map(({ name }) => name),
          outputNames: outputNames(target),
        },
      );
      await show(showings, exposition, terminal, exposition);
    });
}
