import { Emulator, type Library } from '../src/engine/index.ts';
import type { Answer } from './board.ts';
import { floatsOf, type Signal } from './signal.ts';

/** The emulator of a library with the verbs of a board, so that a scenario can say the same to both. */
export class Reference {
  readonly library: Library;
  readonly #emulator: Emulator;

  constructor(library: Library) {
    this.library = library;
    this.#emulator = new Emulator(library);
  }

  initialize(): Answer {
    return this.#answer(this.#emulator.initialize());
  }

  learn(signal: Signal): Answer {
    return this.#answer(this.#emulator.learn(floatsOf(signal, 'learn', this.library)));
  }

  detect(signal: Signal): Answer {
    return this.#answer(this.#emulator.detect(floatsOf(signal, 'detect', this.library)));
  }

  /** @returns the sensitivity then in force */
  setSensitivity(sensitivity: number): number {
    this.#emulator.setSensitivity(sensitivity);
    return this.#emulator.getSensitivity();
  }

  getSensitivity(): number {
    return this.#emulator.getSensitivity();
  }

  getStatus(): Answer {
    return this.#answer(this.#emulator.getStatus());
  }

  knowledge(): Uint8Array {
    return this.#emulator.knowledge();
  }

  /** Replaces the knowledge, as a restore on a board does. */
  restore(knowledge: Uint8Array): void {
    this.#emulator.restore(knowledge);
  }

  #answer(code: number): Answer {
    return { code, learnCounter: this.#emulator.learnCounter, digest: this.#emulator.digest() };
  }
}
