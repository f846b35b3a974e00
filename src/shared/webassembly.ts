/** The part of the WebAssembly JavaScript interface that is used here: the compiler's library has it with the DOM only. */
interface WebAssemblyInterface {
  readonly Memory: new (limits: { initial: number }) => WasmMemory;
  readonly Table: new (limits: { initial: number; element: 'anyfunc' }) => unknown;
  readonly Global: new (type: { value: 'i32'; mutable: boolean }, value: number) => unknown;
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (
    module: WasmModule,
    imports: Record<string, Record<string, unknown>>,
  ) => { readonly exports: unknown };
}

export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** Compiled, and not yet put into a memory. */
export type WasmModule = object;

export const WASM_PAGE_BYTES = 65_536;

/** The engine's own: Node and browsers have it. */
export const webAssembly = (): WebAssemblyInterface =>
  (globalThis as unknown as { WebAssembly: WebAssemblyInterface }).WebAssembly;
