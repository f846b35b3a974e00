import type { NeaiError } from '../shared/errors.ts';

/**
 * A line to a board, already split into records: what lies between two '\n'. Whoever implements it (serial port,
 * process of the host build) ends and drops any record longer than MAX_RECORD_BYTES and reports its bytes as noise.
 */
export interface Transport {
  /** Resolves when the bytes are handed over for sending; rejects with a NeaiError when the line has gone. */
  write(bytes: Uint8Array): Promise<void>;
  /** One listener at a time. The record comes without its '\n' and may be kept. */
  onRecord(listener: (record: Uint8Array) => void): void;
  /** Bytes that belonged to no record (too long, or unfinished at close). */
  onNoise(listener: (bytes: number) => void): void;
  /** The line has gone for good: unplugged, process ended, port closed by somebody else. Called at most once. */
  onLost(listener: (error: NeaiError) => void): void;
  /** Bytes received since the line was opened; those of an unfinished record too. */
  readonly traffic: { readonly bytesIn: number };
  /** Changes the rate of this side only. A transport without a rate does nothing. */
  setBaud(baud: number): Promise<void>;
  close(): Promise<void>;
}

/** Time as the client uses it, so that tests need not wait. */
export interface Clock {
  nowMs(): number;
  /** Calls back once after delayMs; the function returned cancels. */
  after(delayMs: number, callback: () => void): () => void;
}

export const realClock: Clock = {
  nowMs: () => performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
