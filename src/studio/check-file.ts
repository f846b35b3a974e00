import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { Finding } from '../engine/dataset/dataset.ts';
import {
  type CheckedSignals,
  type CheckRequest,
  FileChecker,
} from '../engine/dataset/inspect/file-checker.ts';
import { NeaiError } from '../shared/errors.ts';
import { type ByteProgress, readBytes } from './read-bytes.ts';

export interface CheckOptions extends Omit<CheckRequest, 'file' | 'spectrumStride'> {
  readonly onProgress?: (progress: ByteProgress) => void;
  readonly signal?: AbortSignal;
}

/** A file, everything that was found in it, and what is needed to compare it with others. */
export interface CheckedFile extends CheckedSignals {
  readonly path: string;
  readonly bytes: number;
  /** 64 lower-case hexadecimal digits; null when the file could not be read to its end. */
  readonly sha256: string | null;
}

/** Spectra are computed of every line up to this size of file, of larger ones of an even share. */
const SPECTRUM_BYTES = 1 << 26;

/** True when nothing of what was found keeps the file from being searched. */
export const isFit = ({ findings }: { readonly findings: readonly Finding[] }): boolean =>
  findings.every(({ level }) => level !== 'blocking');

/**
 * Checks one file in one pass, in memory that does not grow with it. Never throws for what is wrong with the file: that
 * is a blocking finding.
 * @throws the signal's reason when it fires
 */
export async function checkFile(path: string, options: CheckOptions): Promise<CheckedFile> {
  const { onProgress, signal, ...request } = options;
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  const spectrumStride = Math.max(1, Math.ceil(size / SPECTRUM_BYTES));
  const checker = new FileChecker({ file: path, spectrumStride, ...request });
  const hash = createHash('sha256');
  let bytes = 0;
  let sha256: string | null = null;
  try {
    await readBytes(
      path,
      (chunk) => {
        hash.update(chunk);
        bytes += chunk.length;
        checker.push(chunk);
      },
      { ...(onProgress && { onProgress }), ...(signal && { signal }) },
    );
    checker.end();
    sha256 = hash.digest('hex');
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof NeaiError)) throw error;
    checker.fault(error);
  }
  return { path, bytes, sha256, ...checker.result() };
}
