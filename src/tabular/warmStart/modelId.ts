/** What trainings that go on from a model call it. */
import { checksumText, crc32 } from "../../data/crc32.ts";
import type { Model } from "../../models/model.ts";

/** CRC-32 of its file, in hexadecimal digits. */
export function modelId(model: Pick<Model, "toBytes">): string {
  return checksumText(crc32(model.toBytes()));
}
