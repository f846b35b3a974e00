import { NeaiError } from '../../shared/errors.ts';
import { WASM_PAGE_BYTES, type WasmMemory, type WasmModule, webAssembly } from '../../shared/webassembly.ts';
import type { CompiledAnswer, CompiledLibrary, RawStage } from '../compiled-library.ts';

/** What module.c exports; pointers are byte offsets into the memory. */
interface ModuleExports {
  neai_module_signal(): number;
  neai_module_knowledge(): number;
  neai_module_knowledge_bytes(): number;
  neai_module_initialize(): number;
  neai_module_learn(): number;
  neai_module_detect(): number;
  neai_module_set_sensitivity(sensitivity: number): void;
  neai_module_learn_counter(): number;
  neai_module_digest(): number;
  neai_module_distance_bits(): number;
  neai_module_score_bits(): number;
  neai_module_trace(on: number): void;
}

/** More than a library made for microcontrollers can use, whose sums of all stages are a few kilobytes. */
const STACK_BYTES = 4 * WASM_PAGE_BYTES;
const MOST_TABLE_ENTRIES = 256;

/** A generated library as a WebAssembly module in this process. */
export class WasmLibrary implements CompiledLibrary {
  readonly #module: WasmModule;
  readonly #memoryBytes: number;
  #memory!: WasmMemory;
  #exports!: ModuleExports;
  #stages: RawStage[] = [];

  /** @param module see module.c. An object's data lie in its file whole, zeros too: they cannot be longer than it is. */
  private constructor(module: Uint8Array) {
    this.#module = new (webAssembly().Module)(module);
    this.#memoryBytes = Math.ceil((module.length + STACK_BYTES) / WASM_PAGE_BYTES) * WASM_PAGE_BYTES;
    this.restart();
  }

  /** @throws HOST_LIBRARY_FAILED for what is no such module */
  static start(module: Uint8Array): WasmLibrary {
    return failing(() => new WasmLibrary(module));
  }

  /** An instance of its own, in a memory of its own: data from 0 on, and the stack, which grows downwards from the end. */
  restart(): void {
    const { Memory, Table, Global, Instance } = webAssembly();
    this.#memory = new Memory({ initial: this.#memoryBytes / WASM_PAGE_BYTES });
    this.#stages = [];
    const { exports } = new Instance(this.#module, {
      env: {
        __linear_memory: this.#memory,
        __stack_pointer: new Global({ value: 'i32', mutable: true }, this.#memoryBytes),
        __indirect_function_table: new Table({ initial: MOST_TABLE_ENTRIES, element: 'anyfunc' }),
        neai_module_stage: (stage: number, offset: number, words: number): void => {
          const output = new Uint32Array(this.#memory.buffer, offset >>> 0, words).slice();
          this.#stages.push({ stage: stage >>> 0, words: output });
        },
      },
    });
    this.#exports = exports as ModuleExports;
  }

  async initialize(): Promise<CompiledAnswer> {
    return this.#call(() => this.#exports.neai_module_initialize());
  }

  async learn(signal: Float32Array): Promise<CompiledAnswer> {
    return this.#callOn(signal, () => this.#exports.neai_module_learn());
  }

  async detect(signal: Float32Array): Promise<CompiledAnswer> {
    return this.#callOn(signal, () => this.#exports.neai_module_detect());
  }

  async setSensitivity(sensitivity: number): Promise<void> {
    failing(() => this.#exports.neai_module_set_sensitivity(sensitivity));
  }

  async restore(knowledge: Uint8Array): Promise<CompiledAnswer> {
    return this.#call(() => {
      this.#knowledge().set(knowledge);
      return 0;
    });
  }

  async knowledge(): Promise<Uint8Array> {
    return this.#knowledge().slice();
  }

  async trace(on: boolean): Promise<void> {
    this.#exports.neai_module_trace(on ? 1 : 0);
  }

  async close(): Promise<void> {}

  #knowledge(): Uint8Array {
    const [offset, bytes] = [
      this.#exports.neai_module_knowledge(),
      this.#exports.neai_module_knowledge_bytes(),
    ];
    return new Uint8Array(this.#memory.buffer, offset, bytes);
  }

  #callOn(signal: Float32Array, call: () => number): CompiledAnswer {
    const offset = this.#exports.neai_module_signal();
    // As words: a NaN keeps its bits on the way.
    new Uint32Array(this.#memory.buffer, offset, signal.length).set(
      new Uint32Array(signal.buffer, signal.byteOffset, signal.length),
    );
    return this.#call(call);
  }

  #call(call: () => number): CompiledAnswer {
    this.#stages = [];
    return failing(() => ({
      code: call() >>> 0,
      learnCounter: this.#exports.neai_module_learn_counter() >>> 0,
      digest: this.#exports.neai_module_digest() >>> 0,
      distanceBits: this.#exports.neai_module_distance_bits() >>> 0,
      scoreBits: this.#exports.neai_module_score_bits() >>> 0,
      stages: this.#stages,
    }));
  }
}

function failing<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (thrown) {
    throw new NeaiError('HOST_LIBRARY_FAILED', 'the library as WebAssembly was stopped', {
      got: String(thrown),
    });
  }
}
