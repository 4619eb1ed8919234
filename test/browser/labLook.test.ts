/** How the lab shows the network, in Chromium. SCREENSHOTS naming a folder leaves pictures there to be looked at. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { figure, type Lab, openLab, seriousViolations, until, untilText } from "./labPage.ts";

let opener: Lab;
const lab: Lab["open"] = (view) => opener.open(view);

beforeAll(async () => {
  opener = await openLab();
});

afterAll(() => opener?.close());

const activation = (layer: number): string => `select[aria-label="Activation of hidden layer ${layer}"]`;

test("each hidden layer has an activation of its own, chosen above its column and kept in the address", async () => {
  const { page, faults } = await lab({ hash: "#hidden=4-4-4", isCalm: true });
  await page.selectOption(activation(2), "relu");
  expect(page.url()).toMatch(/#hidden=4-4-4&activations=tanh-relu-tanh$/);
  expect(await page.inputValue("[name=activation]")).toBe("mixed");
  await page.click('[aria-label="Add a hidden layer"]');
  expect(page.url()).toMatch(/hidden=4-4-4-4&activations=tanh-relu-tanh-tanh$/);
  await page.selectOption("[name=activation]", "silu");
  expect(page.url()).toMatch(/#hidden=4-4-4-4&activation=silu$/);
  expect(await page.inputValue(activation(4))).toBe("silu");
  expect(faults).toEqual([]);
  await page.close();
});

test("a link with one activation for each layer is the run of its choices, and with too few of them says so", async () => {
  const losses: number[] = [];
  for (const hash of ["#hidden=5-3&activations=relu-tanh", "#hidden=5-3"]) {
    const { page } = await lab({ hash, isCalm: true });
    if (!hash.includes("activations")) await page.selectOption(activation(1), "relu");
    await page.click("text=Reset");
    await page.click("button:text('Epoch')");
    await until(page, "step", (step) => step === 40);
    losses.push(await figure(page, "validationLoss"));
    await page.close();
  }
  expect(losses[1]).toBe(losses[0]);
  const { page } = await lab({ hash: "#hidden=5-3&activations=relu", isCalm: true });
  expect(await page.textContent(".message")).toMatch(/1 activation for 2 hidden layers: expected one for each/);
  expect(await page.inputValue(activation(1))).toBe("relu");
  expect(await page.inputValue(activation(2))).toBe("tanh");
  await page.close();
});

const shown = "select[name=colour]";

test("colour shows weights, outputs, local gradients, updates or saturation, and the legend has the scale's numbers", async () => {
  const { page, faults } = await lab({ hash: "#hidden=4-4", isCalm: true });
  await page.click("button:text('Epoch')");
  await until(page, "step", (step) => step === 40);
  const legends: string[] = [];
  for (const [mode, words] of [
    ["outputs", /Unit: output/],
    ["localGradients", /Unit: mean δ of the next batch.*hidden layer 1 ±.*−∂loss\/∂w.*hidden layer 1 ±/s],
    ["updates", /‖Δw‖ \/ ‖w‖.*hidden layer 1 0 to .*output 0 to .*change in the next step/s],
    ["saturation", /percent of the rows.*0 to 100 %/s],
    ["weights", /Weight: its value/],
  ] as const) {
    await page.selectOption(shown, mode);
    legends.push(await untilText(page, ".network-legend", (text) => words.test(text)));
  }
  expect(new Set(legends).size).toBe(5);
  expect(faults).toEqual([]);
  await page.close();
});

test("looking at updates, local gradients and saturation changes no bit of the run", async () => {
  const losses: string[] = [];
  for (const modes of [["weights"], ["updates", "localGradients", "saturation"]]) {
    const { page } = await lab({ hash: "#hidden=5-3&seed=4&dropout=0.2", isCalm: true });
    for (const mode of modes) {
      await page.selectOption(shown, mode);
      for (let step = 0; step < 5; step++) {
        await page.click("text=Step >> nth=0");
        if (mode !== "weights")
          await untilText(page, ".network-legend", (text) => /next (batch|step)|percent/.test(text));
      }
    }
    await page.click("button:text('Epoch')");
    await until(page, "step", (step) => step === 40);
    await page.hover('[aria-label="Hidden layer 1, unit 1"]');
    losses.push(await untilText(page, "#neuron-details", (text) => /unit 1/.test(text)));
    await page.close();
  }
  expect(losses[1]).toBe(losses[0]);
});

test("units that die are named in the library's words, at the layer and in a list; where all is well there is no list", async () => {
  const { page, faults } = await lab({ hash: "#activation=relu&rate=1&optimizer=sgd&seed=3" });
  await until(page, "step", (step) => step > 400);
  await page.click("text=Pause");
  const list = await untilText(page, ".health", (text) => /units are dead/.test(text));
  expect(list).toMatch(/Hidden layer \d: \d of 8 units are dead .* Lower the learning rate, or use leakyRelu or gelu/);
  expect(await page.locator(".health-badge").first().textContent()).toBe("⚠ dead");
  expect(await page.locator('.unit-mark[title="dead"]').count()).toBeGreaterThan(1);
  await page.fill("[name=rate]", "0.01");
  await page.selectOption("[name=activation]", "tanh");
  await page.click("text=Reset");
  await page.locator(".health").waitFor({ state: "detached" });
  expect(await seriousViolations(page)).toEqual([]);
  expect(faults).toEqual([]);
  await page.close();
});

test("a wide layer is a block in which arrow keys choose a unit, and its strongest weights are listed", async () => {
  const { page, faults } = await lab({ hash: "#hidden=12-40", isCalm: true });
  const units = 'input[aria-label="Units of hidden layer 1"]';
  await page.fill(units, "300");
  await page.press(units, "Enter");
  expect(await page.textContent(".message")).toMatch(/Units of hidden layer 1: expected a whole number from 1 to 256/);
  await page.fill(units, "64");
  await page.press(units, "Enter");
  expect(page.url()).toMatch(/hidden=64-40/);
  await page.locator('[role=slider][aria-label="Hidden layer 1, unit"]').waitFor();
  const block = page.locator('[role=slider][aria-label="Hidden layer 2, unit"]');
  await block.focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("PageDown");
  expect(await block.getAttribute("aria-valuetext")).toBe("unit 12 of 40");
  expect(await untilText(page, "#neuron-details", (text) => /unit 12/.test(text))).toMatch(
    /The strongest 24 of 64 weights/,
  );
  expect(await page.textContent(".network-legend")).toMatch(/Of many weights a matrix/);
  expect(await seriousViolations(page)).toEqual([]);
  expect(faults).toEqual([]);
  await page.close();
});

test("the first layer of digits shows its weights as images, outputs have the names of their classes, and so has each input", async () => {
  for (const width of [1280, 390]) {
    const { page, faults } = await lab({ hash: "#data=digits&hidden=16", width, isCalm: true });
    await untilText(page, ".network-legend", (text) =>
      /Units of the first layer show their weights as images/.test(text),
    );
    expect(await page.locator(".column-head").allTextContents()).toEqual(["inputs61", "outputsscores"]);
    expect(await page.locator(".unit-name").allTextContents()).toEqual(Array.from("0123456789"));
    expect(await page.getAttribute(".neuron >> nth=-1", "aria-label")).toBe("Output unit 10 (9)");
    await page.focus('[role=slider][aria-label="Inputs"]');
    await page.keyboard.press("PageDown");
    expect(await page.textContent(".input-name")).toBe("p11");
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    expect(faults).toEqual([]);
    await page.close();
  }
});
