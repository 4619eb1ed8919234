/**
 * The dedicated worker that holds the session: it takes the page's messages one after the other and lets the run go on
 * between them. How fast it goes never changes what it computes.
 */
import type { FromWorker, Open, Read, Speed, ToWorker } from "../protocol.ts";
import { answerOf, isBeside } from "./answers.ts";
import { kernels } from "./kernels.ts";
import type { OwnTable } from "./labProblem.ts";
import { type Past, Run } from "./run.ts";

/** How long learning lasts between two looks at the messages, in milliseconds, about. */
const CHUNK = 8;
/** The least time between two frames at full speed, so that drawing takes little from learning. */
const BETWEEN_FRAMES = 50;
/** The least time between two frames with losses and scores while the run plays. */
const BETWEEN_POINTS = 100;

let run: Run | undefined;
let number = 0;
/** The remembered runs, by their numbers. */
const pasts = new Map<number, Past>();
/** The reader's own tables, by their numbers; those used last, last. */
const tables = new Map<number, OwnTable>();
const MOST_TABLES = 4;
let playing = false;
let speed: Speed = 20;
/** Whether the page has drawn the last frame. */
let isReady = true;
let lastFrame = 0;
let lastPoint = 0;
/** How many steps fill a chunk. */
let pace = 1;

/** One after the other: messages and what goes on between them. */
let turn: Promise<void> = kernels;
const inTurn = (work: () => Promise<void>): void => {
  turn = turn.then(work).catch(async (error: unknown) => {
    playing = false;
    post({ kind: "fault", run: number, message: error instanceof Error ? error.message : String(error) });
    await postFrame().catch(() => {}); // a run that has diverged is left at a step with finite numbers
  });
};

// The compiler knows `self` as a window; this is the part of a worker that is used here.
const scope = self as unknown as {
  postMessage(message: FromWorker, transfer: readonly Transferable[]): void;
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
};

function post(message: FromWorker, transfer: readonly Transferable[] = []): void {
  scope.postMessage(message, transfer);
}

async function postFrame(): Promise<void> {
  if (run === undefined) return;
  isReady = false;
  lastFrame = performance.now();
  const isMeasured = !playing || lastFrame - lastPoint >= BETWEEN_POINTS;
  if (isMeasured) lastPoint = lastFrame;
  const frame = await run.frame(number, playing, isMeasured);
  post(frame, [frame.parameters.buffer, ...frame.grids.map((grid) => grid.buffer)]);
}

const ticks = new MessageChannel();
let isTicking = false;

/** Goes on in a turn of its own, so that messages come between. */
function tick(): void {
  if (isTicking) return;
  isTicking = true;
  ticks.port2.postMessage(undefined);
}

ticks.port1.onmessage = () => {
  isTicking = false;
  inTurn(goOn);
};

/** Some steps, and a frame where one is due. At a set speed it waits for the page, which asks once a picture. */
async function goOn(): Promise<void> {
  if (!playing || run === undefined) return;
  if (speed === "fastest") {
    const begun = performance.now();
    await run.advance(pace);
    const factor = CHUNK / (performance.now() - begun);
    pace = Math.max(1, Math.round(pace * Math.max(0.5, Math.min(2, factor))));
    if (isReady && performance.now() - lastFrame >= BETWEEN_FRAMES) await postFrame();
    tick();
  } else if (isReady) {
    await run.advance(speed);
    await postFrame();
  }
}

async function open(message: Open): Promise<void> {
  const learned = message.keeps ? run?.learned() : undefined;
  run?.dispose();
  run = undefined;
  playing = false;
  pace = 1;
  number = message.run;
  const past = message.past === undefined ? undefined : pasts.get(message.past);
  const own = past?.own ?? tables.get(message.table ?? -1);
  if (own !== undefined) keepTable(own);
  run = past === undefined ? await Run.open(message.setting, { own, learned }) : await Run.reopen(past);
  post(await run.opened(number));
  await postFrame();
}

function keepTable(own: OwnTable): void {
  tables.delete(own.id);
  tables.set(own.id, own);
  for (const id of [...tables.keys()].slice(0, -MOST_TABLES)) tables.delete(id);
}

/** A file that cannot be read leaves the run as it is. */
async function read(message: Read): Promise<void> {
  const reply = { kind: "answer", run: message.run, id: message.id } as const;
  try {
    const { readOwn } = await import("../files/readOwn.ts");
    const { own, summary } = await readOwn(message, run);
    keepTable(own);
    post({ ...reply, answer: summary });
  } catch (error) {
    post({ ...reply, fault: error instanceof Error ? error.message : String(error) });
  }
}

/** A question that fails leaves the run as it is. */
async function answer({ id, question }: Extract<ToWorker, { kind: "ask" }>, of: Run): Promise<void> {
  const reply = { kind: "answer", run: number, id } as const;
  let hasChanged = false;
  try {
    const { answer: found, changes } = await answerOf(of, question);
    hasChanged = changes;
    post({ ...reply, answer: found });
  } catch (error) {
    post({ ...reply, fault: error instanceof Error ? error.message : String(error) });
  }
  if (hasChanged) await postFrame();
}

async function handle(message: ToWorker): Promise<void> {
  if (message.kind === "open") return open(message);
  if (message.kind === "read") return read(message);
  if (message.run !== number) return;
  if (run === undefined) {
    if (message.kind === "ask") post({ kind: "answer", run: number, id: message.id, fault: "No run is open." });
    return;
  }
  switch (message.kind) {
    case "play":
      playing = true;
      return tick();
    case "pause":
      playing = false;
      return postFrame();
    case "step":
      playing = false;
      await run.advance(1);
      return postFrame();
    case "epoch":
      playing = false;
      await run.advance(run.stepsToEpochEnd);
      return postFrame();
    case "speed":
      speed = message.speed;
      return tick();
    case "plane":
      run.drawOver(message.x, message.y);
      post({ ...(await run.opened(number)), notes: [] });
      return postFrame();
    case "remember":
      pasts.set(message.past, run.past(message.step));
      return;
    case "forget":
      for (const past of message.pasts) pasts.delete(past);
      return;
    case "ready":
      isReady = true;
      return tick();
    case "ask": {
      const answering = answer(message, run);
      return isBeside(message.question) ? undefined : answering;
    }
    default:
      message satisfies never;
  }
}

scope.onmessage = ({ data }) => inTurn(() => handle(data));
