import type { FilePlan } from '../shared/file-plan.ts';

/** Output of one stage as words; `stage` is 0xffffffff for the signal as the library was given it. */
export interface RawStage {
  readonly stage: number;
  readonly words: Uint32Array;
}

/** What a compiled library says after a call. Distances and stages are there in a build with taps only. */
export interface CompiledAnswer {
  readonly code: number;
  readonly learnCounter: number;
  readonly digest: number;
  readonly distanceBits: number;
  readonly scoreBits: number;
  readonly stages: readonly RawStage[];
}

/** A generated library, compiled and running on this computer. One call at a time; a library that fails, fails the call. */
export interface CompiledLibrary {
  initialize(): Promise<CompiledAnswer>;
  learn(signal: Float32Array): Promise<CompiledAnswer>;
  detect(signal: Float32Array): Promise<CompiledAnswer>;
  setSensitivity(sensitivity: number): Promise<void>;
  /** Replaces the knowledge as writing .neai over a debug port does. @returns the state afterwards */
  restore(knowledge: Uint8Array): Promise<CompiledAnswer>;
  knowledge(): Promise<Uint8Array>;
  /** Whether stages are told from now on; a build without taps tells none. */
  trace(on: boolean): Promise<void>;
  /** As after power-on: nothing is left in its variables. */
  restart(): void;
  /** Never throws. */
  close(): Promise<void>;
}

export interface CompileLibraryOptions {
  /** The library's sources, as the code generator wrote them. */
  readonly plan: FilePlan;
  /** The same sources with -DNEAI_TAPS. */
  readonly taps: boolean;
  /** Folder for what is compiled. */
  readonly folder: string;
  readonly signal?: AbortSignal | undefined;
}
