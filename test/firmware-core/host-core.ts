import { execa } from 'execa';
import { RecordSplitter } from '../../src/host/record-splitter.ts';
import { MAX_RECORD_BYTES } from '../../src/protocol/frame.ts';
import type { Transport } from '../../src/protocol/transport.ts';
import { NeaiError } from '../../src/shared/errors.ts';

/** What happens to a unit or a record on its way: nothing, loss, or other bytes. */
type Fault = (bytes: Uint8Array) => readonly Uint8Array[];

const straight: Fault = (bytes) => [bytes];

const start = (program: string, args: readonly string[], environment: Readonly<Record<string, string>>) =>
  execa(program, args, {
    env: environment,
    stdin: 'pipe',
    stdout: 'pipe',
    buffer: false,
    encoding: 'buffer',
    reject: false,
  });

/** The real core as a process, with a line that can lie in both directions. */
export class HostCore implements Transport {
  readonly #child: ReturnType<typeof start>;
  #onRecord: (record: Uint8Array) => void = () => undefined;
  #onNoise: (bytes: number) => void = () => undefined;
  #onLost: (error: NeaiError) => void = () => undefined;
  #closing = false;
  #bytesIn = 0;
  toBoard: Fault = straight;
  toHost: Fault = straight;
  readonly bauds: number[] = [];

  constructor(
    program: string,
    environment: Readonly<Record<string, string>> = {},
    args: readonly string[] = [],
  ) {
    this.#child = start(program, args, environment);
    const splitter = new RecordSplitter(
      MAX_RECORD_BYTES,
      (record) => {
        for (const each of this.toHost(record)) {
          this.#bytesIn += each.length + 1;
          this.#onRecord(each);
        }
      },
      (bytes) => this.#onNoise(bytes),
    );
    this.#child.stdout.on('data', (chunk: Buffer) => splitter.push(chunk));
    // A write after the end reports itself through the end of the process.
    this.#child.stdin.on('error', () => undefined);
    void this.#child.then(() => {
      if (!this.#closing) this.#onLost(new NeaiError('PORT_CLOSED', 'the core ended'));
    });
  }

  /** What the faults of this line let pass. */
  get traffic(): { readonly bytesIn: number } {
    return { bytesIn: this.#bytesIn };
  }

  onRecord(listener: (record: Uint8Array) => void): void {
    this.#onRecord = listener;
  }

  onNoise(listener: (bytes: number) => void): void {
    this.#onNoise = listener;
  }

  onLost(listener: (error: NeaiError) => void): void {
    this.#onLost = listener;
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (const each of this.toBoard(bytes)) this.#child.stdin.write(each);
  }

  async setBaud(baud: number): Promise<void> {
    this.bauds.push(baud);
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#child.stdin.end();
    await this.#child;
  }

  /** Ends the process as a broken cable would. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }
}
