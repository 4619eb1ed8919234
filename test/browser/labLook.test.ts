/** How the lab shows the network, in Chromium. SCREENSHOTS naming a folder leaves pictures there to be looked at. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { figure, type Lab, openLab, until } from "./labPage.ts";

let opener: Lab;
const lab: Lab["open"] = (view) => opener.open(view);

beforeAll(async () => {
  opener = await openLab();
});

afterAll(() => opener?.close());

const activation = (layer: number): string => `select[aria-label="Activation of hidden layer ${layer}"]`;

test("each hidden layer has an activation of its own, chosen above its column and kept in the address", async () => {
  const { page, faults } = await lab({ hash: "#hidden=4-4-4" });
  await until(page, "step", (step) => step > 0);
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
    const { page } = await lab({ hash });
    await page.click("text=Pause");
    if (!hash.includes("activations")) await page.selectOption(activation(1), "relu");
    await page.click("text=Reset");
    await page.click("button:text('Epoch')");
    await until(page, "step", (step) => step === 40);
    losses.push(await figure(page, "validationLoss"));
    await page.close();
  }
  expect(losses[1]).toBe(losses[0]);
  const { page } = await lab({ hash: "#hidden=5-3&activations=relu" });
  expect(await page.textContent(".message")).toMatch(/1 activation for 2 hidden layers: expected one for each/);
  expect(await page.inputValue(activation(1))).toBe("relu");
  expect(await page.inputValue(activation(2))).toBe("tanh");
  await page.close();
});
