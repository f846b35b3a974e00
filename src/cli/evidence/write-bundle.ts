import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Manifest } from '../../history/evidence/manifest.ts';
import { type Member, packEvidence, sha256Of } from '../../history/evidence/pack.ts';
import type { RunRecord } from '../../record/run-record.ts';
import { replaceFile } from '../replace-file.ts';

export const BUNDLE = 'evidence.zip';
/** Files of signals beyond this, taken together, stand in the bundle by their hashes only. */
const MOST_DATA_BYTES = 32_000_000;

/**
 * Packs everything that a run has left, and the signals it used, into evidence.zip in its folder.
 * @returns path and SHA-256 of the bundle, and the files of signals that are in it by their hashes only, with the reason
 */
export async function writeBundle(
  folder: string,
  record: RunRecord,
  target = join(folder, BUNDLE),
): Promise<{ readonly path: string; readonly sha256: string; readonly leftOut: readonly string[] }> {
  const names = (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name !== BUNDLE && !entry.name.endsWith('.tmp'))
    .map(({ name }) => name);
  const members: Member[] = [];
  for (const path of names) members.push({ path, content: await readFile(join(folder, path)) });
  const data = await dataOf(record, members);
  const zip = packEvidence({ runId: record.runId, data, tools: record.tools }, members);
  await replaceFile(target, zip);
  const leftOut = data.flatMap(({ path, absent }) => (absent === null ? [] : [`${path}: ${absent}`]));
  return { path: target, sha256: sha256Of(zip), leftOut };
}

/** The files of signals of a run: their bytes join the members while there is room. */
async function dataOf(record: RunRecord, members: Member[]): Promise<Manifest['data']> {
  const data: Manifest['data'] = [];
  let room = MOST_DATA_BYTES;
  for (const [at, { path, sha256 }] of record.dataset.files.entries()) {
    const bytes = (await stat(path).catch(() => undefined))?.size;
    const member = `data/${at}-${basename(path)}`;
    if (bytes === undefined) data.push({ path, sha256, member: null, absent: 'it is not there any more' });
    else if (bytes > room) data.push({ path, sha256, member: null, absent: `it has ${bytes} bytes` });
    else if ((await hashOf(path)) !== sha256) {
      data.push({ path, sha256, member: null, absent: 'it has changed since the run' });
    } else {
      room -= bytes;
      members.push({ path: member, content: await readFile(path) });
      data.push({ path, sha256, member, absent: null });
    }
  }
  return data;
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
