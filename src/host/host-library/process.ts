import { NeaiError } from '../../shared/errors.ts';
import { type Child, startChild } from '../child-process.ts';
import type { CompiledAnswer, CompiledLibrary, RawStage } from '../compiled-library.ts';

const OPERATION = {
  initialize: 1,
  learn: 2,
  detect: 3,
  sensitivity: 4,
  restore: 5,
  knowledge: 6,
  trace: 7,
  restart: 8,
};
const HEAD_WORDS = 6;
/** Generous for one call on a loaded computer. */
const ANSWER_WITHIN_MS = 60_000;
const ENDS_WITHIN_MS = 2_000;

/**
 * A generated library as a process on this computer. One call at a time. A program that ends, or does not answer, fails
 * the call with HOST_LIBRARY_FAILED.
 */
export class HostLibrary implements CompiledLibrary {
  readonly #child: Child;
  #received: Uint8Array[] = [];
  #receivedBytes = 0;
  #wake: () => void = () => undefined;
  #ended = false;

  private constructor(program: string) {
    this.#child = startChild(program, [], ENDS_WITHIN_MS);
    this.#child.stdout.on('data', (chunk: Uint8Array) => {
      this.#received.push(chunk);
      this.#receivedBytes += chunk.length;
      this.#wake();
    });
    // A pipe that breaks is seen as the end of the program.
    this.#child.stdin.on('error', () => undefined);
    this.#child.stderr.resume();
    void this.#child.then(() => {
      this.#ended = true;
      this.#wake();
    });
  }

  static start(program: string): HostLibrary {
    return new HostLibrary(program);
  }

  initialize(): Promise<CompiledAnswer> {
    return this.#call(OPERATION.initialize);
  }

  learn(signal: Float32Array): Promise<CompiledAnswer> {
    return this.#call(OPERATION.learn, bytesOf(signal));
  }

  detect(signal: Float32Array): Promise<CompiledAnswer> {
    return this.#call(OPERATION.detect, bytesOf(signal));
  }

  async setSensitivity(sensitivity: number): Promise<void> {
    await this.#call(OPERATION.sensitivity, bytesOf(Float32Array.of(sensitivity)));
  }

  restore(knowledge: Uint8Array): Promise<CompiledAnswer> {
    return this.#call(OPERATION.restore, knowledge);
  }

  async knowledge(): Promise<Uint8Array> {
    const { rest } = await this.#exchange(OPERATION.knowledge);
    return rest;
  }

  async trace(on: boolean): Promise<void> {
    await this.#call(OPERATION.trace, bytesOf(Uint32Array.of(on ? 1 : 0)));
  }

  /** Another process in the place of this one. */
  restart(): void {
    this.#send(OPERATION.restart);
  }

  async close(): Promise<void> {
    this.#child.stdin.end();
    const timer = setTimeout(() => this.#child.kill(), ENDS_WITHIN_MS);
    await this.#child;
    clearTimeout(timer);
  }

  async #call(operation: number, payload?: Uint8Array): Promise<CompiledAnswer> {
    const { head, rest } = await this.#exchange(operation, payload);
    const [code, learnCounter, digest, distanceBits, scoreBits] = head as unknown as number[];
    const words = new Uint32Array(rest.buffer);
    const stages: RawStage[] = [];
    for (let at = 0; at < words.length; ) {
      const length = words[at + 1]!;
      stages.push({ stage: words[at]!, words: words.slice(at + 2, at + 2 + length) });
      at += 2 + length;
    }
    return {
      code: code!,
      learnCounter: learnCounter!,
      digest: digest!,
      distanceBits: distanceBits!,
      scoreBits: scoreBits!,
      stages,
    };
  }

  async #exchange(
    operation: number,
    payload?: Uint8Array,
  ): Promise<{ head: Uint32Array; rest: Uint8Array<ArrayBuffer> }> {
    this.#send(operation, payload);
    const head = new Uint32Array((await this.#read(4 * HEAD_WORDS)).buffer);
    return { head, rest: await this.#read(4 * head[HEAD_WORDS - 1]!) };
  }

  #send(operation: number, payload: Uint8Array = new Uint8Array(0)): void {
    this.#child.stdin.write(Buffer.concat([bytesOf(Uint32Array.of(operation)), payload]));
  }

  async #read(bytes: number): Promise<Uint8Array<ArrayBuffer>> {
    const deadline = performance.now() + ANSWER_WITHIN_MS;
    while (this.#receivedBytes < bytes) {
      if (this.#ended) throw this.#failed(`it has ended${await this.#howItEnded()}`);
      const left = deadline - performance.now();
      if (left <= 0) throw this.#failed(`no answer within ${ANSWER_WITHIN_MS / 1000} s`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    const all = this.#received.length === 1 ? this.#received[0]! : Buffer.concat(this.#received);
    this.#received = all.length > bytes ? [all.subarray(bytes)] : [];
    this.#receivedBytes -= bytes;
    // A copy of its own, from the first byte of its buffer on: words are read from it.
    return Uint8Array.from(all.subarray(0, bytes));
  }

  async #howItEnded(): Promise<string> {
    const { exitCode, signal } = await this.#child;
    return signal ? ` by ${signal}` : ` with status ${exitCode}`;
  }

  #failed(got: string): NeaiError {
    return new NeaiError('HOST_LIBRARY_FAILED', 'the C library on this computer did not answer', { got });
  }
}

const bytesOf = (words: Float32Array | Uint32Array): Uint8Array =>
  new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
