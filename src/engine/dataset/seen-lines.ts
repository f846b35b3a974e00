import type { LineRange } from './line-range.ts';
import { sha256 } from './sha256.ts';

/** Bytes of a content digest: the first eight of SHA-256 over the line's float32 values, little-endian. */
const DIGEST_BYTES = 8;

/** What a library's search record says about the lines that the search has seen. */
export interface SeenRecord {
  readonly files: readonly {
    readonly sha256: string;
    readonly selected: readonly (readonly [first: number, last: number])[];
  }[];
  /** Base64 of the content digests of all selected lines, one after the other. */
  readonly seenLines: string;
}

/** Content digest of a signal, 16 hexadecimal digits. */
export function lineDigest(signal: Float32Array): string {
  const bytes = new Uint8Array(signal.length * 4);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < signal.length; i++) view.setFloat32(4 * i, signal[i]!, true);
  return hex(sha256(bytes).subarray(0, DIGEST_BYTES));
}

/** The `seenLines` text of a search record. */
export function encodeSeenLines(signals: Iterable<Float32Array>): string {
  return btoa(Array.from(signals, (signal) => fromHex(lineDigest(signal))).join(''));
}

/** Tells of any line whether a library's search has seen it. */
export class SeenLines {
  readonly #selected = new Map<string, LineRange[]>();
  readonly #digests = new Set<string>();

  constructor(record: SeenRecord | null) {
    if (record === null) return;
    for (const file of record.files) {
      const ranges = file.selected.map(([first, last]) => ({ first, last }));
      this.#selected.set(file.sha256, [...(this.#selected.get(file.sha256) ?? []), ...ranges]);
    }
    const digests = Uint8Array.from(atob(record.seenLines), (character) => character.charCodeAt(0));
    for (let at = 0; at + DIGEST_BYTES <= digests.length; at += DIGEST_BYTES) {
      this.#digests.add(hex(digests.subarray(at, at + DIGEST_BYTES)));
    }
  }

  /**
   * In a file that the record knows by its SHA-256 the line number decides; in any other file the line's content
   * does, so that a copy, an excerpt or a reformatted file is recognised.
   * @param line 1-based line in the file
   */
  has(fileSha256: string, line: number, signal: Float32Array): boolean {
    const ranges = this.#selected.get(fileSha256);
    if (ranges !== undefined) return ranges.some(({ first, last }) => line >= first && line <= last);
    return this.#digests.has(lineDigest(signal));
  }
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function fromHex(digits: string): string {
  return digits.replace(/../g, (pair) => String.fromCharCode(Number.parseInt(pair, 16)));
}
