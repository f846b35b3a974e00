import { type FileHandle, open } from 'node:fs/promises';
import { NeaiError } from '../shared/errors.ts';

/** How far a file has been read. */
export interface ByteProgress {
  readonly bytes: number;
  /** Size of the file; null for a pipe. */
  readonly of: number | null;
}

const CHUNK_BYTES = 1 << 20;

const WHY: Record<string, string> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EISDIR: 'it is a folder',
  EACCES: 'no permission to read it',
  ELOOP: 'its symbolic links go round in a circle',
  ENAMETOOLONG: 'its name is too long',
  EIO: 'the disk failed',
};

/**
 * Reads a file from beginning to end through one buffer.
 * @param onChunk gets views of that buffer, valid during the call only
 * @param afterChunk waited for before the next is read
 * @throws NeaiError SIGNAL_FILE_UNREADABLE; the signal's reason when it fires
 */
export async function readBytes(
  path: string,
  onChunk: (chunk: Uint8Array) => void,
  options: { readonly onProgress?: (progress: ByteProgress) => void; readonly signal?: AbortSignal } = {},
  afterChunk?: () => Promise<void>,
): Promise<void> {
  const buffer = new Uint8Array(CHUNK_BYTES);
  let handle: FileHandle | undefined;
  try {
    handle = await open(path).catch((error) => refuse(path, error));
    const { size } = await handle.stat();
    let bytes = 0;
    for (;;) {
      options.signal?.throwIfAborted();
      const { bytesRead } = await handle.read(buffer, 0, CHUNK_BYTES).catch((error) => refuse(path, error));
      if (bytesRead === 0) break;
      onChunk(buffer.subarray(0, bytesRead));
      await afterChunk?.();
      bytes += bytesRead;
      options.onProgress?.({ bytes, of: size > 0 ? size : null });
    }
  } finally {
    await handle?.close();
  }
}

function refuse(path: string, error: NodeJS.ErrnoException): never {
  const { code = '' } = error;
  throw new NeaiError('SIGNAL_FILE_UNREADABLE', `cannot read the file: ${WHY[code] ?? error.message}`, {
    file: path,
    cause: error,
  });
}
