/** What the worker answers about files. Loaded when the page asks for one. */
import { restore } from "gradus/network";
import type { Adopted, ProgramTexts } from "../filesAnswers.ts";
import type { Run } from "../worker/run.ts";
import { commandOf, programText } from "./program.ts";

/** @throws {GradusError} a run that has diverged */
export async function modelFile(run: Run): Promise<{ bytes: Uint8Array; step: number }> {
  const { step } = run;
  const model = await run.toModel();
  try {
    return { bytes: model.toBytes(), step };
  } finally {
    model.dispose();
  }
}

/** The optimizer begins anew, with its own count of steps: a model's file has the parameters alone. */
export async function adopt(run: Run, { parameters, step }: Adopted): Promise<undefined> {
  const { session } = run;
  const tensors = session.layout.tensors.map(({ name, shape }) => ({ name, shape }));
  const slots = Object.fromEntries(
    Object.entries(session.slots).map(([name, { length }]) => [name, new Float32Array(length)]),
  );
  restore(session, { tensors, optimizer: session.problem.optimizer.name, parameters, slots, step: 0 });
  run.restarted(step);
}

export async function programOf(run: Run, name: string): Promise<ProgramTexts> {
  return { program: programText(run, name), command: commandOf(run, name), csv: csvOf(run) };
}

function csvOf({ data }: Run): string | undefined {
  if (data.table !== undefined) return undefined;
  const lines = Array.from(data.targets, (target, row) => {
    const part = row < data.training ? "training" : "validation";
    return [data.inputs[2 * row], data.inputs[2 * row + 1], target, part].join(",");
  });
  return `x1,x2,${data.targetName},part\n${lines.join("\n")}\n`;
}
