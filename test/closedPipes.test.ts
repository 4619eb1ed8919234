/** A reader that leaves early (`| head -1`) ends each command quickly and quietly: no trace of a stack, no needless work. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { ensureBuilt, root } from "../scripts/project.mjs";
import { run } from "../src/cli/run.ts";
import { loadModel } from "../src/node.ts";
import { folderOf, gradus, sharedFolder, smallTable } from "./commandLine.ts";

const folder = await sharedFolder({
  "table.csv": smallTable(60),
  "rows.ndjson": '{"x":1,"y":2,"class":"low"}\n'.repeat(2000),
});
const [table, model] = [folder.file("table.csv"), folder.file("model.gradus")];
const quick = "--folds 1 --epochs 2 --hidden 4";

beforeAll(async () => {
  await ensureBuilt();
  await gradus("train", table, "--target", "class", "--out", model, ...quick.split(" "));
});

const commands = {
  train: `train ${table} --target class --force --out ${folder.file("trained.gradus")} ${quick}`,
  tune: `tune ${table} --target class --trials 2 --force --out ${folder.file("tuned.gradus")} ${quick}`,
  predict: `predict ${model} ${table}`,
  evaluate: `evaluate ${model} ${table}`,
  show: `show ${model}`,
  derive: `derive ${model}`,
  trace: `trace ${model} ${table}`,
  check: `check ${model}`,
  explain: `explain ${model} ${table} --rows 1,2,3`,
  engines: "engines",
  learn: `learn ${model} ${folder.file("rows.ndjson")} --out ${folder.file("learned.gradus")} --print-every 1 --force`,
  completion: "completion bash",
  help: "--help",
};

test.skipIf(process.platform === "win32").each(Object.entries(commands))(
  "%s ends quietly and with 0 when its reader leaves after a line",
  (_, command) => {
    const gradusProcess = `'${process.execPath}' '${join(root, "dist", "cli", "main.js")}' ${command}`;
    const line = `${gradusProcess} | head -1; exit \${PIPESTATUS[0]}`;
    const { status, stdout, stderr } = spawnSync("bash", ["-c", line], { encoding: "utf8", timeout: 300_000 });
    expect(status, stderr).toBe(0);
    expect(stdout.split("\n").length).toBe(2);
    expect(stderr).not.toMatch(/\n\s+at |EPIPE|fault in gradus|Warning:/);
  },
);

test.skipIf(process.platform === "win32")(
  "a training, a search or a learner whose reader left has saved its model",
  async () => {
    for (const name of ["trained.gradus", "tuned.gradus", "learned.gradus"]) {
      expect((await loadModel(folder.file(name))).task).toBe("classification");
    }
  },
);

test.each([[], ["--json"], ["--jsonl"]])(
  "predict computes no further rows when its reader has gone %j",
  async (...form) => {
    const many = await folderOf({ "many.csv": smallTable(12_000) });
    const lines: string[] = [];
    let texts = 0;
    const predict = (readsOn: () => boolean) => {
      lines.length = texts = 0;
      return run(["predict", model, many.file("many.csv"), ...form], {
        out: (text) => {
          texts++;
          lines.push(...text.split("\n"));
        },
        note: () => undefined,
        screen: undefined,
        drained: async () => readsOn(),
      });
    };
    expect(await predict(() => texts < 2)).toBe(0);
    expect(lines.length).toBe(2000);
    const beginning = [...lines];
    // A reader that stays gets every row once, in order.
    expect(await predict(() => true)).toBe(0);
    expect(lines.slice(0, 2000)).toEqual(beginning);
    const rows = form[0] === "--json" ? (JSON.parse(lines.join("")) as unknown[]).length : lines.length;
    expect(rows).toBe(form.length === 0 ? 12_001 : 12_000);
  },
);
