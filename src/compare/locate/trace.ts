import type { Operation } from '../../record/calls.ts';

/** A call as it is made again: the signal is null for initialize. */
export interface TracedCall {
  readonly operation: Operation;
  readonly signal: Float32Array | null;
}

/** Values that one stage of a call gave, as words of binary32. */
export interface StageOutput {
  /** 0-based number of the kernel call; INPUT_TAP for the signal as the library was given it. */
  readonly stage: number;
  /** Null when the stage ran and the side had no room to keep its values. */
  readonly words: Uint32Array | null;
}

/** What one side tells of one call, inside and out. */
export interface CallTrace {
  readonly code: number;
  readonly learnCounter: number;
  readonly digest: number;
  /** In the order in which they ran; empty when the library was not called, or refused before it looked. */
  readonly stages: readonly StageOutput[];
  /** The model's distance, and that over its reference, as words; null where this call computed none. */
  readonly score: number | null;
  readonly distance: number | null;
  /** All words of the knowledge after the call; null where the side tells the digest only. */
  readonly knowledge: Uint32Array | null;
}

/** A side that can be put into a state and asked what happens inside a call. */
export interface TracingSide {
  /** As the search for a difference calls it: `emulator`, `C library with taps`. */
  readonly name: string;
  /** A call costs next to nothing: a whole run may be made again without thought. */
  readonly cheap: boolean;
  /** As after power-on: nothing learned, nothing remembered outside the knowledge. */
  restart(): Promise<void>;
  /** Writes knowledge and sets the run's sensitivity. */
  restore(knowledge: Uint8Array): Promise<void>;
  /** Makes a call, with the run's sensitivity set after each initialize. */
  call(call: TracedCall): Promise<CallTrace>;
  close(): Promise<void>;
}

/** How often a search has put a side into a state, and how many calls it has made again. */
export interface Effort {
  restores: number;
  replayedCalls: number;
  bisectionSteps: number;
}
