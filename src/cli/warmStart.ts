/** The options --from and --freeze of `gradus train`: a training that goes on from a model. */
import type { Command } from "commander";
import { DescriptionError, type FileWarmStartOptions, loadModel } from "../node.ts";
import { columns, option, whole } from "./options.ts";
import { type TrainFlags, trainOptions } from "./trainFlags.ts";

/** The options that only a training has: a search tries settings that a model has decided. */
export function withWarmStart(command: Command): Command {
  return command
    .optionsGroup("Going on from a model:")
    .option(
      "--from <model>",
      "go on from this model: its columns, categories, scales, classes and network stay; --target and what decides a network are the model's",
    )
    .option(
      "--old-test <file>",
      "the table of the model's training, whose test rows are taken, or other old rows: the metrics on them before and after show what is forgotten",
    )
    .addOption(
      option("--freeze <layers>", "layers that stay as they are, by their numbers in gradus show, such as 0,1", layers),
    );
}

const layers = (flag: string) => (text: string) => columns(flag, "the number of a layer")(text).map(whole(0)(flag));

/** What goes on, with the model open. */
interface GoingOn extends Pick<FileWarmStartOptions, "from" | "frozen" | "oldTest"> {}

/** The same; nothing where a training begins anew. */
export async function warmStartOf({ from, freeze, oldTest }: TrainFlags): Promise<GoingOn | undefined> {
  if (from !== undefined) {
    return {
      from: await loadModel(from),
      ...(freeze && { frozen: freeze }),
      ...(oldTest !== undefined && { oldTest }),
    };
  }
  const alone = freeze !== undefined ? "--freeze" : oldTest !== undefined ? "--old-test" : undefined;
  if (alone === undefined) return undefined;
  throw new DescriptionError(
    `${alone} is for --from, which is not given: a new network has learned nothing before. Leave it out.`,
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
