import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { EpochRecord } from "../../training/events.ts";
import { crc32c } from "./eventRecord.ts";
import { tensorBoardWriter } from "./tensorBoard.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gradus events "));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const record = (epoch: number): EpochRecord => ({
  epoch,
  step: 10 * epoch,
  trainingLoss: 0.5,
  validationLoss: 0.25,
  score: { name: "accuracy", value: 0.75 },
  learningRate: 0.125,
  best: true,
});

/** The fields of a message of protocol buffers: numbers of either kind of float, whole numbers, bytes. */
function fields(bytes: Uint8Array): { field: number; value: number | Uint8Array }[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const found: { field: number; value: number | Uint8Array }[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++];
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const key = varint();
    const [field, type] = [key >> 3, key & 7];
    const length = type === 2 ? varint() : ({ 0: 0, 1: 8, 5: 4 }[type] ?? Number.NaN);
    const start = at;
    at += length;
    if (type === 0) found.push({ field, value: varint() });
    else if (type === 1) found.push({ field, value: view.getFloat64(start, true) });
    else if (type === 5) found.push({ field, value: view.getFloat32(start, true) });
    else found.push({ field, value: bytes.subarray(start, at) });
  }
  return found;
}

/** The messages of a TFRecord file, checked by their checksums. */
function messages(file: Uint8Array): Uint8Array[] {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const unmasked = (at: number): number => {
    const rotated = (view.getUint32(at, true) - 0xa282ead8) >>> 0;
    return ((rotated >>> 17) | (rotated << 15)) >>> 0;
  };
  const found: Uint8Array[] = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(view.getBigUint64(at, true));
    expect(unmasked(at + 8)).toBe(crc32c(file.subarray(at, at + 8)));
    const message = file.subarray(at + 12, at + 12 + length);
    expect(unmasked(at + 12 + length)).toBe(crc32c(message));
    found.push(message);
    at += length + 16;
  }
  return found;
}

const text = (value: number | Uint8Array): string => new TextDecoder().decode(value as Uint8Array);

/** Tags and values of an event, by its step. */
function scalars(message: Uint8Array): { step: number; values: Record<string, number> } {
  const event = fields(message);
  const summary = event.find(({ field }) => field === 5)?.value as Uint8Array;
  const values = fields(summary).map(({ value }) => {
    const [tag, simple] = fields(value as Uint8Array);
    expect([tag.field, simple.field]).toEqual([1, 2]);
    return [text(tag.value), simple.value] as const;
  });
  return {
    step: event.find(({ field }) => field === 2)?.value as number,
    values: Object.fromEntries(values) as Record<string, number>,
  };
}

test("CRC-32C of 123456789 is the catalogue's check value", () => {
  expect(crc32c(new TextEncoder().encode("123456789"))).toBe(0xe3069283);
});

test("what is written reads back: the version, then each epoch's scalars", () => {
  const writer = tensorBoardWriter(join(folder, "runs", "first"));
  writer.write(record(1));
  writer.write(record(300));
  writer.close();
  const [version, ...events] = messages(readFileSync(writer.path));
  expect(fields(version).map(({ field }) => field)).toEqual([1, 3]);
  expect(text(fields(version)[1].value)).toBe("brain.Event:2");
  const values = { "loss/training": 0.5, "loss/validation": 0.25, "metric/accuracy": 0.75, learning_rate: 0.125 };
  expect(events.map(scalars)).toEqual([
    { step: 1, values },
    { step: 300, values },
  ]);
});

test("layers have their scalars, and what is absent has none", () => {
  const spread = { mean: 0, deviation: 0.5, least: 0, most: 0, quantiles: [0, 0, 0, 0, 0] } as const;
  const signals = { inducedField: spread, output: spread, localGradient: spread, localGradientNorm: 1 };
  const layer = { layer: 2, units: 4, patterns: 8, ...signals, updateRatio: 0.25, deadUnits: 1, saturatedUnits: 2 };
  const writer = tensorBoardWriter(folder);
  const { validationLoss: _loss, score: _score, ...bare } = record(1);
  writer.write({ ...bare, layers: [layer] });
  writer.close();
  expect(scalars(messages(readFileSync(writer.path))[1]).values).toEqual({
    "loss/training": 0.5,
    learning_rate: 0.125,
    "signal_deviation/layer_2": 0.5,
    "update_ratio/layer_2": 0.25,
    "dead_units/layer_2": 0.25,
    "saturated_units/layer_2": 0.5,
  });
});

test("the file can be read while training goes on, and two runs in a folder have two files", () => {
  const place = join(folder, "both");
  const [first, second] = [tensorBoardWriter(place), tensorBoardWriter(place)];
  first.write(record(1));
  expect(messages(readFileSync(first.path))).toHaveLength(2);
  first.close();
  first.close();
  second.close();
  const names = readdirSync(place);
  expect(names).toHaveLength(2);
  for (const name of names) expect(name).toMatch(/^events\.out\.tfevents\.\d{10}\./);
});

test("a training that goes on says from which epoch, in a file that is read after the others, whatever the clock says", () => {
  const place = join(folder, "going on");
  const before = tensorBoardWriter(place);
  before.close();
  const ahead = join(place, "events.out.tfevents.4000000000.host.1.1");
  renameSync(before.path, ahead);
  const writer = tensorBoardWriter(place, { firstEpoch: 300 });
  writer.write(record(300));
  writer.close();
  expect(writer.path).toContain("events.out.tfevents.4000000001.");
  const [, restart, event] = messages(readFileSync(writer.path)).map(fields);
  expect(restart.map(({ field }) => field)).toEqual([1, 2, 7]);
  expect([restart[1].value, fields(restart[2].value as Uint8Array)]).toEqual([300, [{ field: 1, value: 1 }]]);
  expect(event[1].value).toBe(300);
  expect(() => tensorBoardWriter(place, { firstEpoch: -1 })).toThrow("firstEpoch");
});

test("a folder that cannot be made is refused with the reason", () => {
  const file = join(folder, "file");
  writeFileSync(file, "");
  expect(() => tensorBoardWriter(join(file, "runs"))).toThrow(/Cannot write event files for TensorBoard in .*ENOTDIR/);
});
