import { createHash } from 'node:crypto';
import { rename, stat } from 'node:fs/promises';

/** Key of everything that a compiled file depends on. */
export function keyOf(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex').slice(0, 24);
}

/**
 * Makes a file unless it is there. Its name holds the key of what it depends on, and it appears whole or not at all.
 * @param make writes the file under the name that it is given
 */
export async function compiledOnce(path: string, make: (part: string) => Promise<unknown>): Promise<string> {
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  if (isThere) return path;
  await make(`${path}.part`);
  await rename(`${path}.part`, path);
  return path;
}
