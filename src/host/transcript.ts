import { appendFileSync } from 'node:fs';

const KEPT_LINES = 400;

/**
 * What OpenOCD was told and what it said, with milliseconds since its start. The last lines stay in memory for error
 * messages; with a file, every line is on disk before the next command is sent, so a killed run leaves its evidence.
 */
export class Transcript {
  readonly file: string | undefined;
  readonly #lines: string[] = [];
  readonly #startMs = performance.now();

  constructor(file?: string) {
    this.file = file;
  }

  add(mark: '>' | '<' | '!' | ' ', text: string): void {
    const stamp = (performance.now() - this.#startMs).toFixed(1).padStart(9);
    const lines = text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => `${stamp} ${mark} ${line.trimEnd()}`);
    if (lines.length === 0) return;
    this.#lines.push(...lines);
    if (this.#lines.length > KEPT_LINES) this.#lines.splice(0, this.#lines.length - KEPT_LINES);
    if (this.file !== undefined) appendFileSync(this.file, `${lines.join('\n')}\n`);
  }

  /** The lines still in memory, oldest first. */
  text(): string {
    return this.#lines.join('\n');
  }

  /** What an error names as its evidence: the file, else the last lines themselves. */
  evidence(): string {
    return this.file ?? `OpenOCD transcript:\n${this.#lines.slice(-40).join('\n')}`;
  }
}
