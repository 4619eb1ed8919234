/** ln x in float64, of one number: the formula of `wasm/kernels/logarithm.ts`, whose comments give its reasons and error. */
import type { Assembler } from "../assembler/assembler.ts";
import { type Address, at, low, rax, rbp, type VectorRegister } from "../assembler/operands.ts";

/** The high word of √½. */
const ROOT_HALF = 0x3fe6a09e;

/** x := ln x, for normal x above 0; Infinity and NaN stay. Overwrites the other vectors, rax and rbp. */
export function emitLog(
  code: Assembler,
  x: VectorRegister,
  s: VectorRegister,
  sum: VectorRegister,
  n: VectorRegister,
): void {
  const done = code.label("log_done");
  const number = (value: number): Address => at(code.constant(Float64Array.of(value)));
  code.emit("vmovsd", s, number(Number.POSITIVE_INFINITY));
  code.emit("vucomisd", s, x);
  code.emit("jbe", done);
  // x = 2ⁿ m
  code.emit("vmovq", rax, x);
  code.emit("mov", rbp, rax);
  code.emit("shr", rbp, 32);
  code.emit("sub", low(rbp), ROOT_HALF);
  code.emit("sar", low(rbp), 20);
  code.emit("vcvtsi2sd", n, n, low(rbp));
  code.emit("shl", rbp, 52);
  code.emit("sub", rax, rbp);
  code.emit("vmovq", x, rax);
  // s = (m − 1) / (m + 1), u = s²
  code.emit("vsubsd", s, x, number(1));
  code.emit("vaddsd", x, x, number(1));
  code.emit("vdivsd", s, s, x);
  code.emit("vmulsd", x, s, s);
  // ln x = n ln 2 + 2 (s + s u (1/3 + u (1/5 + …)))
  code.emit("vmulsd", sum, x, number(1 / 13));
  for (const divisor of [11, 9, 7, 5, 3]) {
    code.emit("vaddsd", sum, sum, number(1 / divisor));
    code.emit("vmulsd", sum, sum, x);
  }
  code.emit("vmulsd", sum, sum, s);
  code.emit("vaddsd", sum, sum, s);
  code.emit("vaddsd", sum, sum, sum);
  code.emit("vmulsd", n, n, number(Math.LN2));
  code.emit("vaddsd", x, n, sum);
  code.bind(done);
}
