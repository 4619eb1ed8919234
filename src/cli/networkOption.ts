/** The option --network: which of the networks that a model averages a command looks at. */
import type { Command } from "commander";
import { memberCount, memberDocument } from "../entries/internal.ts";
import { DescriptionError, type Model } from "../node.ts";
import { option, whole } from "./options.ts";
import type { Terminal } from "./terminal.ts";

export interface NetworkFlags {
  readonly network?: number;
}

/** One network of a model, as if it were a model by itself. */
export type OneNetwork = Pick<Model, "document" | "parameters">;

/** Adds the option to a command. */
export function withNetwork(command: Command): Command {
  const description = "which of the model's networks, counted from 1 (default: the first)";
  return command.addOption(option("--network <k>", description, whole(1)));
}

/**
 * The network that was asked for; a note where there are others.
 *
 * @throws {DescriptionError} a number beyond the model's networks
 */
export function networkOf(model: Model, { network }: NetworkFlags, terminal: Terminal): OneNetwork {
  const count = memberCount(model.document);
  const at = network ?? 1;
  if (at > count) {
    const has = count === 1 ? "has one network" : `averages ${count} networks`;
    throw new DescriptionError(`--network: the model ${has}, found ${at}.`);
  }
  if (network === undefined && count > 1) {
    terminal.note(`The model averages ${count} networks; this is the first. --network 2 shows the second, and so on.`);
  }
  const parameters = at === 1 ? model.parameters : model.further[at - 2];
  return { document: memberDocument(model.document, at - 1), parameters };
}
