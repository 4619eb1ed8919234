/**
 * The derivation in the lab, in Chromium: its numbers are the library's, and it is reached by pointer and by key. With the
 * environment variable SCREENSHOTS naming a folder, pictures of it are left there to be looked at.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ActivationChoice, OptimizerChoice } from "../../lab/src/libraryNames.ts";
import type { Setting } from "../../lab/src/setting.ts";
import type { Block, Trace } from "../../src/entries/explain.ts";
import { traceExposition, traceSession } from "../../src/entries/explain.ts";
import {
  createSession,
  dense,
  dropout,
  type Network,
  network,
  optimizers,
  random,
  type Session,
} from "../../src/entries/network.ts";
import { modelOfNetwork } from "../../src/index.ts";
import { hiddenActivations } from "../../src/network/activations.ts";
import { type Folder, folderOf, gradus } from "../commandLine.ts";
import { type Lab, openLab, seriousViolations, until } from "./labPage.ts";

const screenshots = process.env.SCREENSHOTS;
const activationNames = Object.keys(hiddenActivations) as ActivationChoice[];
const optimizerNames = Object.keys(optimizers) as OptimizerChoice[];

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
});

afterAll(() => lab?.close());

/** Keeps hold of the page's worker, so that a test can ask it what the page asks. */
const keepWorker = (page: Page): Promise<unknown> =>
  page.addInitScript(`{
    const Own = Worker;
    globalThis.Worker = class extends Own {
      constructor(...given) {
        super(...given);
        globalThis.labWorker ??= this;
      }
      postMessage(message, ...rest) {
        if (message.run !== undefined) globalThis.labRun = message.run; // the worker takes messages in their order
        super.postMessage(message, ...rest);
      }
    };
    let last = 1e9;
    globalThis.askWorker = (name, asked) => new Promise((resolve, reject) => {
      const id = ++last;
      labWorker.addEventListener("message", function hear({ data }) {
        if (data.kind !== "answer" || data.id !== id) return;
        labWorker.removeEventListener("message", hear);
        if (data.fault === undefined) resolve(data.answer); else reject(new Error(data.fault));
      });
      labWorker.postMessage({ kind: "ask", run: labRun, id, question: { name, asked } });
    });
  }`);

/** The lab at step 0, standing still. */
const pausedLab = (hash: string, view = {}) => lab.open({ hash, prepare: keepWorker, isCalm: true, ...view });

interface Traced {
  readonly rows: readonly number[];
  readonly trace: Trace;
}

const askTrace = (page: Page, asked: object): Promise<Traced> =>
  page.evaluate(`askWorker("trace", ${JSON.stringify(asked)}).then(({ rows, trace }) => ({ rows, trace }))`);

type Drawn = Omit<Setting, "target" | "types" | "points" | "noise" | "rows" | "activations">;

/** A setting by chance, the same for the same number; and how many steps are made before. */
function drawSetting(at: number): { setting: Drawn; steps: number } {
  const draw = random(at, "derivation");
  const one = <Value>(values: readonly Value[]): Value => values[draw.integer(values.length)];
  const data = (["circles", "clusters", "hills", "xor", "spirals"] as const)[at % 5];
  const losses = {
    clusters: ["crossEntropy"],
    hills: ["meanSquaredError", "meanAbsoluteError", "huber"],
    others: ["binaryCrossEntropy", "meanSquaredError"],
  } as const;
  const setting: Drawn = {
    data,
    hidden: Array.from({ length: draw.integer(4) }, () => 1 + draw.integer(5)),
    activation: one(activationNames),
    loss: one<Drawn["loss"]>(losses[data === "clusters" || data === "hills" ? data : "others"]),
    optimizer: optimizerNames[at % optimizerNames.length],
    rate: one([0.003, 0.01, 0.05]),
    batch: 1 + draw.integer(6),
    l2: one([0, 0.01]),
    dropout: one([0, 0, 0.3]),
    seed: draw.integer(1000),
  };
  return { setting, steps: draw.integer(6) };
}

/** The session of a setting, made by the library alone. */
async function sessionOf({ data, hidden, activation, loss, optimizer, rate, batch, l2, dropout: drops, seed }: Drawn) {
  const outputs = data === "clusters" ? 3 : 1;
  const isProbability = data !== "hills" && loss === "meanSquaredError";
  return await createSession({
    network: network({
      inputs: 2,
      layers: [
        ...hidden.flatMap((units) => [dense(units, { activation }), ...(drops > 0 ? [dropout(drops)] : [])]),
        dense(outputs, isProbability ? { activation: "logistic" } : {}),
      ],
    }),
    loss,
    optimizer: { name: optimizer, learningRate: rate },
    batchSize: batch,
    l2,
    seed,
    engine: "reference",
  });
}

/** Gives a session the state of the page's run: every parameter and its slots, as the traces of the page have them. */
async function takeState(session: Session, page: Page, { layers, step }: Trace): Promise<void> {
  const { tensors } = session.layout;
  const names = layers.flatMap(({ layer, description, inputs, units }) =>
    [...Array(description.kind === "dense" ? units : 0).keys()].flatMap((unit) =>
      [...Array(inputs).keys(), "bias" as const].map((input) => ({ layer, unit, input, inputs })),
    ),
  );
  const weights = await page.evaluate<Trace["weights"]>(`Promise.all(${JSON.stringify(names)}.map(async (weight) => {
    const { layer, unit, input } = weight;
    const { trace } = await askWorker("trace", { pattern: 0, weight: { layer, unit, input } });
    return trace.weights[0];
  }))`);
  for (const [at, { layer, unit, input, inputs }] of names.entries()) {
    const role = input === "bias" ? "bias" : "weights";
    const offset = Number(tensors.find((tensor) => tensor.layer === layer && tensor.role === role)?.offset);
    const index = offset + (input === "bias" ? unit : unit * inputs + input);
    session.parameters[index] = weights[at].value;
    for (const [name, { before }] of Object.entries(weights[at].slots)) session.slots[name][index] = before;
  }
  session.step = step - 1;
}

/** The texts of the numbers of some blocks, in order. */
function numbersOf(blocks: readonly Block[], unit: number | undefined): string[] {
  const of = (
    part: string | { readonly slots?: { readonly numbers: readonly { readonly text: string }[] } },
  ): string[] => (typeof part === "string" ? [] : (part.slots?.numbers.map(({ text }) => text) ?? []));
  return blocks.flatMap((block) => {
    switch (block.kind) {
      case "equations":
        return block.equations
          .filter((each) => each.unit === undefined || each.unit === unit)
          .flatMap(({ left, right }) => [left, ...right].flatMap(of));
      case "table":
        return block.rows.flat().flatMap(of);
      case "list":
        return block.items.flat().flatMap(of);
      default:
        return block.content.flatMap(of);
    }
  });
}

interface Shown {
  readonly position: string;
  readonly unit: number;
  readonly numbers: readonly string[];
  /** Of the table of all units: a row each. */
  readonly units: readonly (readonly string[])[];
}

/** What the position on the page shows, all of it unfolded. */
async function shownNow(page: Page): Promise<Shown> {
  const folded = page.locator(".position details:not([open]) > summary");
  if ((await folded.count()) > 0) await folded.click();
  await page.waitForSelector(".position details:not([open])", { state: "detached" });
  return await page.evaluate<Shown>(`(() => {
    const position = document.querySelector(".position");
    const isOwn = (element) => element.closest(".units, .weight-box") === null;
    const textsOf = (found) => Array.from(found, ({ textContent }) => textContent);
    // A matrix is made of columns and a fraction begins with its denominator: the numbers of a formula by their order in it.
    const slots = (formula) =>
      [...formula.querySelectorAll("[data-slot]")].sort((a, b) => Number(a.dataset.slot) - Number(b.dataset.slot));
    const numbers = [...position.querySelectorAll(".formula, [data-number]")]
      .filter(isOwn)
      .flatMap((element) => (element.matches(".formula") ? slots(element) : [element]));
    const rows = [...position.querySelectorAll(".units tbody tr")];
    return {
      position: position.dataset.position,
      unit: Number(position.querySelector(".units [aria-pressed=true]")?.textContent ?? 0),
      numbers: textsOf(numbers),
      units: rows.map((row) => textsOf(row.querySelectorAll("td"))),
    };
  })()`);
}

/** Every position of the page, from the first to the last. */
async function allShown(page: Page): Promise<Shown[]> {
  const all: Shown[] = [];
  await page.click(".steps li:first-child button");
  for (;;) {
    all.push(await shownNow(page));
    const next = page.locator("button:text('Next')");
    if (await next.isDisabled()) return all;
    await next.click();
  }
}

/** The same once it is all there: read until two readings are equal. */
async function settled(page: Page): Promise<Shown[]> {
  let before = "";
  for (let tries = 0; tries < 6; tries++) {
    const all = await allShown(page);
    if (JSON.stringify(all) === before) return all;
    before = JSON.stringify(all);
  }
  throw new Error("The derivation shows other numbers at each reading.");
}

/** The largest difference of two plain values in a number, by the larger of both and 1; NaN where they differ otherwise. */
function difference(a: unknown, b: unknown): number {
  if (typeof a === "number" && typeof b === "number") return Math.abs(a - b) / Math.max(1, Math.abs(a), Math.abs(b));
  if (typeof a !== "object" || a === null || typeof b !== "object" || b === null) return a === b ? 0 : Number.NaN;
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  const parts = [...names].map((name) => difference((a as never)[name], (b as never)[name]));
  return parts.some(Number.isNaN) ? Number.NaN : Math.max(0, ...parts);
}

test.each(Array.from({ length: 3 }, (_, at) => at))(
  "network %i by chance: the trace is the library's of the same state, and every number of every position is the one it prints",
  async (at) => {
    const { setting, steps } = drawSetting(at);
    const { hidden, ...rest } = setting;
    const given = Object.entries({ ...rest, rows: 60, hidden: hidden.join("-") || "none" });
    const hash = `#${given.map(([name, value]) => `${name}=${value}`).join("&")}`;
    const { page, faults } = await pausedLab(hash);
    for (let step = 0; step < steps; step++) await page.click("button:text('Step')");
    await until(page, "step", (step) => step === steps);
    await page.click("text=Show the derivation");
    await page.waitForSelector(`text=Derivation of step ${steps + 1}`);

    const first = await askTrace(page, { pattern: 0 });
    const weights = first.trace.weights.map(({ layer, unit, input }) => ({ layer, unit, input }));
    using session = await sessionOf(setting);
    await takeState(session, page, first.trace);
    const { inputs, desired, inputNames, outputNames } = first.trace;
    const own = traceSession(
      session,
      { inputs: inputs.flat(), desired: desired.flat() },
      { weights, inputNames, outputNames },
    );
    expect(difference(JSON.parse(JSON.stringify(own)), first.trace)).toBeLessThanOrEqual(1e-13);

    const last = Math.min(setting.batch, first.rows.length) - 1;
    if (last > 0) await page.selectOption("[name=pattern]", String(last));
    const { blocks } = traceExposition(first.trace, { units: "all", patterns: [last] });
    const placed = blocks.slice(blocks.findIndex((block) => block.at !== undefined));
    await page.waitForSelector(`.position[data-pattern="${last}"]`);
    const shown = await settled(page);
    const update = shown.filter(({ position }) => position.startsWith("5"));
    const updateBlocks = placed.filter((block) => (block.at?.step ?? 5) === 5);
    expect(update.flatMap(({ numbers }) => numbers)).toEqual(numbersOf(updateBlocks, undefined));
    let count = 0;
    for (const { position, unit, numbers, units } of shown.filter((each) => !update.includes(each))) {
      const [step, layer] = position.split(".").map(Number);
      const isFirst = shown.find((each) => each.position.startsWith(`${step}.`))?.position === position;
      const ofIt = placed.filter(
        ({ at: place }) => place?.step === step && (place.layer === layer || (isFirst && place.layer === undefined)),
      );
      expect(numbers, position).toEqual(numbersOf(ofIt, unit));
      for (const [name, ...results] of units) {
        const all = ofIt.flatMap((block) => (block.kind === "equations" ? block.equations : []));
        const expected = all.filter((each) => each.unit === Number(name) && each.right.length > 0);
        expect(results).toEqual(expected.map(({ right }) => right[right.length - 1].text));
      }
      count += ofIt.length;
    }
    const isOutside = (block: Block) => !updateBlocks.includes(block);
    expect(count).toBe(placed.filter(isOutside).length);
    expect(faults).toEqual([]);
    await page.close();
  },
);

/** `gradus trace --json` of the network of a trace, on its rows, from a model file. */
async function commandLineTrace({ layers, inputs, desired, optimizer, loss, weights }: Trace, folder: Folder) {
  const own: Network = {
    inputs: inputs[0].length,
    layers: layers.map(({ description }) => description),
    outputs: 1,
  };
  const parameters = Float32Array.from(layers.flatMap((layer) => [...layer.weights.flat(), ...layer.bias]));
  const number = { kind: "number", median: 0, scale: 1, clip: false, missingIndicator: false } as const;
  const rows = { training: inputs.length, validation: 0, test: 0 };
  using model = await modelOfNetwork({
    encoder: { columns: ["x₁", "x₂"].map((name) => ({ ...number, name })) },
    target: { task: "regression", columns: ["height"], means: [0], deviations: [1] },
    network: own,
    loss,
    parameters,
    provenance: { source: "", fingerprint: "", rows, seed: 0, engine: "wasm", options: {}, epochs: 0, bestEpoch: 0 },
  });
  const file = await folder.write("lab.gradus", model.toBytes());
  const lines = inputs.map((row, n) => [...row, ...desired[n]].join(","));
  const table = await folder.write("rows.csv", ["x₁,x₂,height", ...lines].join("\n"));
  const named = weights.flatMap(({ layer, unit, input }) => ["--weight", `${layer}.${unit}.${input}`]);
  const { out, notes } = await gradus(
    "trace",
    file,
    table,
    ...["--rows", inputs.map((_, n) => n + 1).join(","), "--json", ...named],
    ...["--optimizer", optimizer.name, "--learning-rate", String(optimizer.learningRate)],
  );
  expect(notes).toEqual([]);
  return JSON.parse(out.join("\n")) as Trace;
}

test.each(Array.from({ length: 10 }, (_, at) => at))(
  "network %i by chance: the open step is the one of gradus trace --json",
  async (at) => {
    const { hidden, activation, optimizer, rate, batch, seed } = drawSetting(at).setting;
    const network = `hidden=${hidden.join("-") || "none"}&activation=${activation}&optimizer=${optimizer}`;
    const { page } = await pausedLab(
      `#data=hills&loss=meanSquaredError&rows=60&${network}&rate=${rate}&batch=${batch}&seed=${seed}`,
    );
    const { trace } = await askTrace(page, { pattern: 0 });
    await page.close();
    const folder = await folderOf({});
    const { inputNames: _, outputNames: __, ...own } = trace;
    const { inputNames: ___, outputNames: ____, ...theirs } = await commandLineTrace(trace, folder);
    expect(difference(theirs, own)).toBeLessThanOrEqual(1e-13);
  },
);

test("to look at a step changes no bit of the run, and Make this step makes it", async () => {
  const found: Trace[] = [];
  for (const looks of [true, false]) {
    const { page, faults } = await pausedLab("#data=xor&rows=60&hidden=4-3&batch=5&dropout=0.2&seed=3");
    if (looks) {
      await page.click("text=Show the derivation");
      for (let step = 1; step <= 3; step++) {
        await page.waitForSelector(`text=Derivation of step ${step}`);
        await page.click("button:text('Next')");
        await page.click("text=Make this step");
      }
      await page.waitForSelector("text=Derivation of step 4");
    } else for (let step = 0; step < 3; step++) await page.click("button:text('Step')");
    await until(page, "step", (step) => step === 3);
    found.push((await askTrace(page, { pattern: 0 })).trace);
    expect(faults).toEqual([]);
    await page.close();
  }
  expect(found[0]).toEqual(found[1]);
});

test("in a wide layer the neuron that is clicked is the one that is written out; Undo takes a weight set by hand back", async () => {
  const { page, faults } = await pausedLab("#data=xor&rows=60&hidden=40&batch=4&seed=5");
  await page.focus(".neuron.block");
  for (let unit = 0; unit < 5; unit++) await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  const equation = page.locator('[data-position="1.0"] .equation[aria-label^="v⁽⁰⁾[5] ="]');
  await equation.waitFor();
  const left = await equation.locator(".equation-left").boundingBox();
  const side = await equation.locator(".line >> nth=0").boundingBox();
  expect(left?.y).toBeLessThan((side?.y ?? 0) + (side?.height ?? 0)); // on the line of the first right side
  expect(left?.x).toBeLessThan(side?.x ?? 0);
  await page.click(".steps li:nth-child(5) button");
  expect(await page.textContent(".position h4")).toMatch(/^Weight 0\.5\./);
  const value = await page.inputValue("[name=weight]");
  await page.fill("[name=weight]", "-2");
  await page.press("[name=weight]", "Enter");
  await page.waitForSelector("text=was set by hand after step 0");
  await page.click("button:text('Undo')");
  await expect.poll(() => page.inputValue("[name=weight]"), { timeout: 120_000 }).toBe(value);
  expect(faults).toEqual([]);
  await page.close();
});

const picture = (page: Page): Promise<string> => page.evaluate(`document.querySelector(".stage canvas").toDataURL()`);

/** The network's drawing, once it has taken its size: the same in three looks, some frames apart. */
async function restingPicture(page: Page): Promise<string> {
  const somewhatLater = "setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(drawn)), 100)";
  let last = "";
  for (let looks = 0; looks < 3; ) {
    const now = await picture(page);
    looks = now === last ? looks + 1 : 0;
    last = now;
    await page.evaluate(`new Promise((drawn) => ${somewhatLater})`);
  }
  return last;
}

/** Waits until the network's drawing differs from a picture, or is it again. */
async function untilPicture(page: Page, before: string, isSame: boolean): Promise<void> {
  await expect.poll(async () => (await picture(page)) === before, { timeout: 120_000 }).toBe(isSame);
}

test("the keyboard alone shows a neuron's numbers, a weight's chain and its check, changes the weight and puts it back", async () => {
  const { page, faults } = await pausedLab("#data=xor&rows=60&hidden=3-2&batch=4&seed=5");
  const { trace: before } = await askTrace(page, { pattern: 0, weight: { layer: 1, unit: 1, input: 2 } });
  await page.focus('[aria-label="Hidden layer 2, unit 2"]');
  await page.keyboard.press("Enter");
  await page.waitForSelector('[data-position="1.1"]');
  expect(await page.textContent(".units [aria-pressed=true]")).toBe("1");
  await page.focus("button:text('from neuron 2')");
  await page.keyboard.press("Enter");
  await page.waitForSelector('[data-position="5.chain"]');
  expect(await page.textContent(".position h4")).toMatch(/^Weight 1\.1\.2/);
  await page.focus("text=Check this gradient");
  await page.keyboard.press("Enter");
  expect(await page.textContent("[data-verdict=passed]")).toMatch(/backpropagation .*, finite differences .*; error/);
  await page.focus("[name=weight]");
  await page.keyboard.press("Control+A");
  await page.keyboard.type("1.5");
  await page.keyboard.press("Enter");
  await page.waitForSelector("text=The weight 1.1.2 was set by hand after step 0");
  await page.waitForSelector(".weight-box .loss:has-text('→')");
  const { trace: changed } = await askTrace(page, { pattern: 0, weight: { layer: 1, unit: 1, input: 2 } });
  expect(changed.weights[0].value).toBe(1.5);
  await page.focus("button:has-text('back') >> nth=-1");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".weight-box .loss:not(:has-text('→'))");
  const { trace: after } = await askTrace(page, { pattern: 0, weight: { layer: 1, unit: 1, input: 2 } });
  expect(after).toEqual(before);
  expect(faults).toEqual([]);
  await page.close();
});

test("a click on a line shows that weight's chain; a number that is pointed at lights its place in the drawing, and the reverse", async () => {
  const { page, faults } = await pausedLab("#data=xor&rows=60&hidden=3-2&batch=4&seed=5");
  await page.click("text=Show the derivation");
  await page.waitForSelector('[data-position="1.0"]');
  await page.hover("h1"); // else the pointer rests on a number, which is lit
  const title = await page.locator("#derivation-title").boundingBox();
  const network = await page.locator(".network").boundingBox();
  expect(title?.y).toBeGreaterThan((network?.y ?? 0) + (network?.height ?? 0));
  const resting = await restingPicture(page);
  await page.locator("text=About these numbers").scrollIntoViewIfNeeded();
  expect((await page.locator(".stage").boundingBox())?.y).toBeGreaterThan(0); // it stays in sight
  await page.hover('.equation [data-place^="W.0."]');
  await untilPicture(page, resting, false);
  await page.hover("h1");
  await untilPicture(page, resting, true);
  await page.hover('[aria-label="Hidden layer 1, unit 1"]');
  await page.waitForSelector(".equation .is-pointed, .units .is-pointed", { state: "attached" });
  const end = await page.evaluate<{ x: number; y: number }>(`(() => {
    const stage = document.querySelector(".stage canvas").getBoundingClientRect();
    const from = document.querySelector('[aria-label="Hidden layer 2, unit 2"]').getBoundingClientRect();
    return { x: from.right + 4 - stage.x, y: from.y + from.height / 2 - stage.y };
  })()`);
  await page.click(".stage canvas", { position: end });
  await page.waitForSelector('[data-position="5.chain"]');
  expect(await page.textContent(".position h4")).toMatch(/^Weight 2\.0\.1/);
  expect(faults).toEqual([]);
  await page.close();
});

test.each(["light", "dark"] as const)(
  "axe finds nothing serious in the derivation in the %s theme, light on a desktop and dark on a phone",
  async (colorScheme) => {
    for (const width of colorScheme === "light" ? [1280] : [390]) {
      const { page, faults } = await pausedLab("", { width, colorScheme });
      await page.click("text=Show the derivation");
      for (const [step, name] of [
        [1, "1.0"],
        [4, "4.2"],
        [5, "5.chain"],
      ] as const) {
        await page.click(`.steps li:nth-child(${step}) button`);
        await page.waitForSelector(`[data-position="${name}"]`);
        if (screenshots !== undefined) {
          mkdirSync(screenshots, { recursive: true });
          const path = join(screenshots, `derivation-${width}-${colorScheme}-${step}.png`);
          await page.screenshot({ path, fullPage: width < 500 });
        }
        if (step > 1) expect(await seriousViolations(page)).toEqual([]);
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
      }
      expect(faults).toEqual([]);
      await page.close();
    }
  },
);
