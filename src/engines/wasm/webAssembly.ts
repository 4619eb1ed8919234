/**
 * The little of the WebAssembly API that the engine uses, typed here because the core's types know neither a DOM nor Node.
 *
 * The object itself is the runtime's own.
 */
import type { DeviceMemory } from "../memory/device.ts";

/** Compiled code; workers get it by message. */
export interface WasmModule {
  readonly [Symbol.toStringTag]?: string;
}

export interface WasmInstance {
  readonly exports: unknown;
}

interface WebAssemblyApi {
  readonly Memory: new (options: { initial: number; maximum?: number; shared?: boolean }) => DeviceMemory;
  readonly Module: {
    new (bytes: Uint8Array): WasmModule;
    customSections(module: WasmModule, name: string): ArrayBuffer[];
  };
  readonly Instance: new (
    module: WasmModule,
    imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ) => WasmInstance;
  validate(bytes: Uint8Array): boolean;
  compile(bytes: Uint8Array): Promise<WasmModule>;
  /** Compiles while the response arrives, whose type must be application/wasm. */
  compileStreaming?(response: object): Promise<WasmModule>;
}

/** The runtime's WebAssembly; undefined where there is none. */
export const webAssembly = (globalThis as { readonly WebAssembly?: WebAssemblyApi }).WebAssembly;
