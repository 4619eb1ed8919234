/** Models in PyTorch: what the programs and weights of `exportPyTorch` predict there, by the Python of `npm run test:pytorch`. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Cell, Row } from "../../src/data/table.ts";
import { memberEncoders } from "../../src/models/document.ts";
import { exportPyTorch, type PyTorchModel } from "../../src/models/pytorch/exportPyTorch.ts";
import type { Case } from "../onnx/cases.ts";

/** What PyTorch makes of a case. */
export interface Judged {
  /** [N, outputs], row by row. */
  readonly predicted: readonly number[];
  readonly shape: readonly number[];
  /** Lower and upper bounds [N, D], of a case with intervals. */
  readonly bounds: readonly (readonly number[])[];
  /** What it predicts after a step of learning. */
  readonly learned: readonly number[];
  /** The file that the program saved of the model as it was loaded, and after that step. */
  readonly savedFile: Uint8Array;
  readonly learnedFile: Uint8Array;
}

/** The columns that a model's encoders take, as Python reads them from JSON. */
export function pythonTable({ model: { document }, rows }: Pick<Case, "model" | "rows">): [string, unknown[]][] {
  const names = new Set(memberEncoders(document).flatMap(({ columns }) => columns.map(({ name }) => name)));
  return Array.from(names, (name) => [name, rows.map((row: Row) => pythonCell(row[name]))]);
}

function pythonCell(cell: Cell): unknown {
  return cell instanceof Date ? { date: cell.getTime() } : cell;
}

export function exportedCase({ model, interval }: Omit<Case, "rows" | "name">, weightsFile: string): PyTorchModel {
  return exportPyTorch(model, { weightsFile, ...(interval !== undefined && { interval }) });
}

/** @param python its command */
export function judgedByPyTorch(python: string, cases: readonly Case[]): { torch: string; judged: Judged[] } {
  const folder = mkdtempSync(join(tmpdir(), "gradus-pytorch-"));
  try {
    for (const [at, each] of cases.entries()) {
      const weightsFile = `_${at}.safetensors`;
      const { weights, program } = exportedCase(each, weightsFile);
      writeFileSync(join(folder, weightsFile), weights);
      writeFileSync(join(folder, `_${at}_model.py`), program);
      writeFileSync(join(folder, `_${at}.json`), JSON.stringify(pythonTable(each)));
    }
    const judge = fileURLToPath(new URL("judge.py", import.meta.url));
    const said = execFileSync(python, [judge, folder], { encoding: "utf8", maxBuffer: 2 ** 28 });
    const { torch, cases: found } = JSON.parse(said) as { torch: string; cases: Judged[] };
    const file = (name: string): Uint8Array => new Uint8Array(readFileSync(join(folder, name)));
    const judged = found.map((each, at) => ({
      ...each,
      savedFile: file(`_${at}.saved.safetensors`),
      learnedFile: file(`_${at}.learned.safetensors`),
    }));
    return { torch, judged };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
