import { NeaiError } from '../../shared/errors.ts';
import { WASM_PAGE_BYTES, webAssembly } from '../../shared/webassembly.ts';
import { MODELS } from '../models/registry.ts';
import { TRANSFORMS } from '../transforms/registry.ts';
import { SEARCH_KERNELS } from './kernels.generated.ts';

/** What src/engine/kernels/neai_search.c exports; pointers are byte offsets into the memory. */
export interface KernelExports {
  neai_search_stage(
    index: number,
    kernel: number,
    config: number,
    axes: number,
    length: number,
    inputWord: number,
    outputWord: number,
    outputLength: number,
    workWord: number,
  ): void;
  neai_search_features(
    stages: number,
    signals: number,
    lines: number,
    values: number,
    features: number,
    dimension: number,
    work: number,
  ): void;
  neai_search_model(
    kernel: number,
    config: number,
    dimension: number,
    workWord: number,
    warmUp: number,
    knowledge: number,
    words: number,
    work: number,
  ): void;
  neai_search_learn(features: number, lines: number): void;
  neai_search_ratios(features: number, lines: number, ratios: number, work: number): void;
}

/** The module's own data from 0 on, then the stack, which grows downwards, then what is handed out. */
const STACK_TOP = 2 * WASM_PAGE_BYTES;
const MOST_TABLE_ENTRIES = 256;
const ALIGNMENT = 16;

/** One instance of the kernels: memory is handed out from a mark on, and taken back by going back to a mark. */
export interface KernelInstance {
  readonly exports: KernelExports;
  /** Mark of the memory handed out so far. */
  mark(): number;
  release(mark: number): void;
  /** Byte offset of so many words, not cleared. */
  reserve(words: number): number;
  /** The words at an offset; valid until the next reserve. */
  floats(offset: number, words: number): Float32Array;
  integers(offset: number, words: number): Uint32Array;
}

let shared: KernelInstance | undefined;

/**
 * The instance of this thread.
 * @throws SEARCH_KERNELS_STALE
 */
export function kernelInstance(): KernelInstance {
  shared ??= instantiate();
  return shared;
}

/** What a module was made of, each in its order: kernels go by their number, members of ensembles too. */
export interface KernelLists {
  readonly transforms: readonly string[];
  readonly models: readonly string[];
}

/**
 * Refuses a module that was made of other transforms or models than there are, or of another order of them.
 * @throws SEARCH_KERNELS_STALE naming the first that differs
 */
export function refuseStale(made: KernelLists): void {
  const registered = { transforms: TRANSFORMS, models: MODELS };
  for (const kind of ['transforms', 'models'] as const) {
    const [has, wanted] = [made[kind], registered[kind].map(({ name }) => name)];
    const length = Math.max(has.length, wanted.length);
    const place = Array.from({ length }, (_, i) => i).find((i) => has[i] !== wanted[i]);
    if (place === undefined) continue;
    throw new NeaiError('SEARCH_KERNELS_STALE', `the search's kernels were made of other ${kind}`, {
      asked: `${wanted[place] ?? 'none'} as number ${place + 1} of the ${kind}`,
      got: has[place] ?? 'none',
      file: 'src/engine/wasm/kernels.generated.ts',
    });
  }
}

function instantiate(): KernelInstance {
  refuseStale(SEARCH_KERNELS);
  const WebAssembly = webAssembly();
  const memory = new WebAssembly.Memory({ initial: STACK_TOP / WASM_PAGE_BYTES });
  const module = new WebAssembly.Module(fromBase64(SEARCH_KERNELS.module));
  const { exports } = new WebAssembly.Instance(module, {
    env: {
      __linear_memory: memory,
      __stack_pointer: new WebAssembly.Global({ value: 'i32', mutable: true }, STACK_TOP),
      __indirect_function_table: new WebAssembly.Table({ initial: MOST_TABLE_ENTRIES, element: 'anyfunc' }),
    },
  });
  let next = STACK_TOP;
  return {
    exports: exports as KernelExports,
    mark: () => next,
    release(mark) {
      next = mark;
    },
    reserve(words) {
      const offset = next;
      next = Math.ceil((offset + 4 * words) / ALIGNMENT) * ALIGNMENT;
      const missing = next - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / WASM_PAGE_BYTES));
      return offset;
    },
    floats: (offset, words) => new Float32Array(memory.buffer, offset, words),
    integers: (offset, words) => new Uint32Array(memory.buffer, offset, words),
  };
}

const fromBase64 = (text: string): Uint8Array => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
