import { crc32c } from '../../shared/crc32c.ts';
import { NeaiError } from '../../shared/errors.ts';
import { createChain } from '../emulator/chain.ts';
import { knowledgeVersion } from '../emulator/emulator.ts';
import { libraryShape } from '../library-parts.ts';
import { allFinite, clampFeature, hexToFloat } from '../numeric/f32.ts';
import { type ClassificationLibrary, wordsOf } from './library.ts';
import { classModelByName } from './models/registry.ts';
import { probabilitiesOf } from './probabilities.ts';

/** Return codes beside class ids, which count from 1. */
export const CLASSIFY_CODE = { notReady: 124, notFinite: 125 } as const;

export interface Classification {
  /** Class id from 1, or a code of CLASSIFY_CODE. */
  readonly code: number;
  /** One a class, exact 65536ths that add up to 1; all 0 with a code. */
  readonly probabilities: Float32Array;
}

/** Words of the state in section .neai: version, and one that stays 0. */
const STATE_WORDS = 2;

/**
 * A classification library in TypeScript, with the bits of the generated C library on whatever core. Its knowledge is
 * static; initialize only marks the state as valid, so that a call in the wrong order shows.
 */
export class Classifier {
  readonly library: ClassificationLibrary;
  readonly #chain;
  readonly #features;
  readonly #score;
  readonly #scores;
  readonly #sharpness;
  readonly #version;
  readonly #state = new Uint32Array(STATE_WORDS);

  constructor(library: ClassificationLibrary) {
    this.library = library;
    this.#chain = createChain(library.pipeline, libraryShape(library));
    this.#features = new Float32Array(this.#chain.outputLength);
    const { name, params, words } = library.model;
    const classes = library.classes.length;
    this.#score = classModelByName(name).create(wordsOf(words), this.#features.length, classes, params);
    this.#scores = new Float32Array(classes);
    this.#sharpness = hexToFloat(library.sharpness);
    this.#version = knowledgeVersion(library.id);
  }

  /** @returns 0 */
  initialize(): number {
    this.#state.set([this.#version, 0]);
    return 0;
  }

  /** Class and probabilities of one signal. @throws NeaiError SIGNAL_WRONG_COUNT */
  classify(signal: Float32Array): Classification {
    const { axes, bufferSize } = this.library;
    if (signal.length !== axes * bufferSize) {
      throw new NeaiError('SIGNAL_WRONG_COUNT', 'a signal has another length than the library takes', {
        asked: `${axes * bufferSize} values (${axes} axes, ${bufferSize} samples)`,
        got: `${signal.length} values`,
      });
    }
    const probabilities = new Float32Array(this.#scores.length);
    if (this.#state[0] !== this.#version) return { code: CLASSIFY_CODE.notReady, probabilities };
    if (!allFinite(signal)) return { code: CLASSIFY_CODE.notFinite, probabilities };
    const best = probabilitiesOf(this.scores(signal), this.#sharpness, probabilities);
    return { code: best + 1, probabilities };
  }

  /** The model's scores, overwritten by the next call: what probabilities are made of. */
  scores(signal: Float32Array): Float32Array {
    this.#chain.run(signal, this.#features);
    this.#score(this.#features, this.#scores);
    for (let c = 0; c < this.#scores.length; c++) this.#scores[c] = clampFeature(this.#scores[c]!);
    return this.#scores;
  }

  /** What lies in section .neai: little-endian 32-bit words. */
  knowledge(): Uint8Array {
    const bytes = new Uint8Array(4 * STATE_WORDS);
    const view = new DataView(bytes.buffer);
    this.#state.forEach((word, index) => {
      view.setUint32(4 * index, word, true);
    });
    return bytes;
  }

  /** CRC-32C of the knowledge. */
  digest(): number {
    return crc32c(this.knowledge());
  }
}
