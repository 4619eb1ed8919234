/** The options --from and --freeze of `gradus train`: a training that goes on from a model. */
import type { Command } from "commander";
import { DescriptionError, type FileWarmStartOptions, loadModel, type Model } from "../node.ts";
import { list, option, whole } from "./options.ts";
import { type TrainFlags, trainOptions } from "./trainFlags.ts";

/** The options that only a training has: a search tries settings that a model has decided. */
export function withWarmStart(command: Command): Command {
  return command
    .optionsGroup("Going on from a model:")
    .option(
      "--from <model>",
      "go on from this model: its columns, categories, scales, classes and network stay; --target and what decides a network are the model's",
    )
    .addOption(
      option("--freeze <layers>", "layers that stay as they are, by their numbers in gradus show, such as 0,1", layers),
    );
}

const layers = (flag: string) => (text: string) => list(text).map(whole(0)(flag));

/** What goes on, with the model open; nothing where a training begins anew. */
export async function warmStartOf({
  from,
  freeze,
}: TrainFlags): Promise<{ from: Model; frozen?: number[] } | undefined> {
  if (from !== undefined) return { from: await loadModel(from), ...(freeze && { frozen: freeze }) };
  if (freeze === undefined) return undefined;
  throw new DescriptionError(
    "--freeze is for --from, which is not given: a new network has nothing to keep. Leave it out.",
  );
}

/** The same of a training that goes on from a model, which reads its columns in its own way; the model and the table are the command's. */
export function warmStartOptions(flags: TrainFlags): Omit<FileWarmStartOptions, "table" | "from"> {
  const { target, type = {}, ...rest } = flags;
  const { target: _target, types, ...options } = trainOptions({ ...rest, type, target: target ?? [] });
  return {
    ...options,
    ...(target && { target }),
    ...(Object.keys(type).length > 0 && { types }),
  } as Omit<FileWarmStartOptions, "table" | "from">;
}
