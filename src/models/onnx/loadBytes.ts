/** The part that knows the bytes of ONNX files, loaded when it is needed: it brings an optional package. */
import { GradusError } from "../../errors.ts";

/** @throws {GradusError} where the package is not installed */
export async function loadBytes(): Promise<typeof import("./protobuf/bytes.ts")> {
  return await import("./protobuf/bytes.ts").catch((cause: unknown) => {
    throw new GradusError(
      "ONNX files are written and read by @bufbuild/protobuf, which is not installed. Install it (npm install @bufbuild/protobuf@2).",
      { cause },
    );
  });
}
