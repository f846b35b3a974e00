import { stat } from 'node:fs/promises';

/** Whether two paths lead to one file that is there, by whatever names: a result must not overwrite what it is made of. */
export async function isSameFile(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([one, other].map((path) => stat(path).catch(() => undefined)));
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;
}
