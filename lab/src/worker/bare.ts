/**
 * A worker that makes the steps of a setting and nothing else: what `npm run bench:lab` compares the lab's learning with.
 * It takes a number of milliseconds and answers with the steps that it made and the time that they took.
 */
import { random } from "gradus/network";
import { defaults } from "../setting.ts";
import { kernels } from "./kernels.ts";
import { openProblem } from "./problem.ts";

const problem = kernels.then(() => openProblem(defaults, undefined));
let epoch = 0;

async function learn(milliseconds: number): Promise<{ steps: number; milliseconds: number }> {
  const { session, training, data } = await problem;
  const [first, begun] = [session.step, performance.now()];
  let spent = 0;
  do {
    epoch++;
    await session.run(training, random(defaults.seed, "shuffle", epoch).permutation(data.training));
    spent = performance.now() - begun;
  } while (spent < milliseconds);
  return { steps: session.step - first, milliseconds: spent };
}

self.onmessage = ({ data }: MessageEvent<number>) => void learn(data).then((learned) => self.postMessage(learned));
