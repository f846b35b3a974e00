import { crc32c } from '../../shared/crc32c.ts';
import { NeaiError } from '../../shared/errors.ts';
import { type Library, libraryShape } from '../library.ts';
import { allFinite, floatToBits, hexToFloat } from '../numeric/f32.ts';
import { createChain, INPUT_TAP, type StageTap } from './chain.ts';
import { createDetector, KNOWLEDGE } from './detector.ts';
import { similarity } from './similarity.ts';

/** Return codes beside similarities 0 ... 100; 0 from initialize and get_status means ready. */
export const RETURN_CODE = {
  learnNotInitialized: 0,
  learnDone: 1,
  learnNotFinite: 2,
  detectNotReady: 124,
  detectNotFinite: 125,
} as const;

const LAYOUT_VERSION = 1;

/**
 * First word of valid knowledge: 24 bits of the library's id above the layout's version. Knowledge of another library,
 * or memory that was never written, does not have it and counts as not initialised.
 */
export function knowledgeVersion(libraryId: string): number {
  return ((Number.parseInt(libraryId.slice(0, 6), 16) << 8) | LAYOUT_VERSION) >>> 0;
}

/**
 * The library in TypeScript: the six functions with the bits of the generated C library, on whatever core that runs.
 * State is checked first, then the signal: a call that could not be answered anyway does not look at the values.
 */
export class Emulator {
  readonly library: Library;
  readonly #detector;
  readonly #chain;
  readonly #features;
  readonly #version;
  readonly #signalLength;
  readonly #tap;
  readonly #scale;
  readonly #width;
  #sensitivity = 1;
  #distance = 0;

  /** @param tap sees the signal of each call that gets as far, and the output of each kernel call: see chain.ts */
  constructor(library: Library, tap?: StageTap) {
    this.library = library;
    this.#tap = tap;
    this.#chain = createChain(library.pipeline, libraryShape(library), tap);
    this.#features = new Float32Array(this.#chain.outputLength);
    this.#detector = createDetector(library.model, this.#chain.outputLength);
    this.#version = knowledgeVersion(library.id);
    this.#signalLength = library.axes * library.bufferSize;
    this.#scale = hexToFloat(library.calibration.scale);
    this.#width = hexToFloat(library.calibration.width);
  }

  /** Forgets everything and sets sensitivity 1. @returns 0 */
  initialize(): number {
    this.#detector.reset();
    this.#detector.words.u[KNOWLEDGE.version] = this.#version;
    this.#sensitivity = 1;
    this.#distance = 0;
    return 0;
  }

  /** @returns 1 learnt, 0 not initialised, 2 a value is NaN or infinite (nothing changed). */
  learn(signal: Float32Array): number {
    this.#checkLength(signal);
    if (!this.#initialized()) return RETURN_CODE.learnNotInitialized;
    this.#tap?.(INPUT_TAP, signal);
    if (!allFinite(signal)) return RETURN_CODE.learnNotFinite;
    this.#chain.run(signal, this.#features);
    this.#detector.learn(this.#features);
    return RETURN_CODE.learnDone;
  }

  /** @returns similarity 0 ... 100; 124 not initialised or too few learns, 125 a value is NaN or infinite. */
  detect(signal: Float32Array): number {
    this.#checkLength(signal);
    if (!this.#initialized() || this.#detector.learned < this.library.detectFloor) {
      return RETURN_CODE.detectNotReady;
    }
    this.#tap?.(INPUT_TAP, signal);
    if (!allFinite(signal)) return RETURN_CODE.detectNotFinite;
    this.#chain.run(signal, this.#features);
    this.#distance = this.#detector.ratio(this.#features);
    return similarity(this.#distance, this.#scale, this.#width, this.#sensitivity);
  }

  /** Takes 0 < sensitivity <= 100 (as binary32); anything else changes nothing. */
  setSensitivity(sensitivity: number): void {
    const value = Math.fround(sensitivity);
    if (value > 0 && value <= 100) this.#sensitivity = value;
  }

  getSensitivity(): number {
    return this.#sensitivity;
  }

  /** @returns 0: an emulator is never limited to a board. */
  getStatus(): number {
    return 0;
  }

  get learnCounter(): number {
    return this.#detector.learned;
  }

  /** A copy of the knowledge: little-endian 32-bit words, version and learn counter first. */
  knowledge(): Uint8Array {
    const { u } = this.#detector.words;
    const bytes = new Uint8Array(4 * u.length);
    const view = new DataView(bytes.buffer);
    u.forEach((word, index) => {
      view.setUint32(4 * index, word, true);
    });
    return bytes;
  }

  /** Replaces the knowledge as writing .neai over the debug port does; foreign knowledge leaves it not initialised. */
  restore(bytes: Uint8Array): void {
    const { u } = this.#detector.words;
    if (bytes.length !== 4 * u.length) {
      throw new NeaiError('KNOWLEDGE_MISMATCH', 'knowledge has another size than this library keeps', {
        asked: `${4 * u.length} bytes`,
        got: `${bytes.length} bytes`,
      });
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let index = 0; index < u.length; index++) u[index] = view.getUint32(4 * index, true);
    this.#detector.invalidate();
  }

  /** CRC-32C of the knowledge. */
  digest(): number {
    return crc32c(this.knowledge());
  }

  /** Bits of distance over reference in the last detect that came so far; 0 after initialize. */
  distanceBits(): number {
    return floatToBits(this.#distance);
  }

  /** Bits of the model's distance in the last learn (from the warm-up on) or detect; 0 after initialize. */
  scoreBits(): number {
    return floatToBits(this.#detector.lastScore);
  }

  #initialized(): boolean {
    return this.#detector.words.u[KNOWLEDGE.version] === this.#version;
  }

  #checkLength(signal: Float32Array): void {
    if (signal.length === this.#signalLength) return;
    throw new NeaiError('SIGNAL_WRONG_COUNT', 'a signal has another length than the library takes', {
      asked: `${this.#signalLength} values (${this.library.axes} axes, ${this.library.bufferSize} samples)`,
      got: `${signal.length} values`,
    });
  }
}
