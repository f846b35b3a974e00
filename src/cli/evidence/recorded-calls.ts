import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Dataset, signalAt } from '../../engine/dataset/dataset.ts';
import type { CheckedBundle } from '../../history/evidence/check.ts';
import { unpackCalls } from '../../record/calls.ts';
import type { RunRecord } from '../../record/run-record.ts';
import { NeaiError } from '../../shared/errors.ts';
import { readDataset } from '../../studio/read-dataset.ts';
import type { SignalCall } from '../compare/signal-plan.ts';

/**
 * The calls of a recorded run with the values they carried, from the files in its bundle; what is there by its hash only
 * is looked for by that hash in `dataFolder`.
 * @param folder an empty one, for the files
 * @throws NeaiError BUNDLE_INVALID when a file is nowhere, SIGNAL_… when it cannot be read
 */
export async function recordedCalls(
  record: RunRecord,
  { members, manifest }: CheckedBundle,
  { folder, dataFolder }: { readonly folder: string; readonly dataFolder: string | undefined },
): Promise<SignalCall[]> {
  const { axes, bufferSize } = record.library;
  const shape = { axes, valuesPerLine: axes * bufferSize };
  const datasets: Dataset[] = [];
  for (const [at, { path, sha256 }] of record.dataset.files.entries()) {
    const entry = manifest?.data[at];
    const content = entry?.member ? members.get(entry.member) : undefined;
    let file: string | undefined;
    if (content !== undefined) {
      file = join(folder, `${at}-${basename(path)}`);
      await writeFile(file, content);
    } else if (dataFolder !== undefined) file = await findByHash(dataFolder, sha256);
    if (file === undefined) {
      throw new NeaiError('BUNDLE_INVALID', 'the signals of this run are not in the bundle', {
        file: path,
        asked: `SHA-256 ${sha256}`,
        got: entry?.absent ?? 'nothing',
        remedy: 'Name the folder that holds the file with --data DIR.',
      });
    }
    const dataset = await readDataset(file, shape);
    if (dataset.sha256 !== sha256)
      throw new NeaiError('BUNDLE_DAMAGED', 'these are other signals', { file: path });
    datasets.push(dataset);
  }
  return unpackCalls(record.calls).calls.map((call): SignalCall => {
    if (call.file === null || call.line === null) return { ...call, signal: null };
    const dataset = datasets[call.file]!;
    const row = dataset.lineNumbers.indexOf(call.line);
    return { ...call, signal: signalAt(dataset, row) };
  });
}

async function findByHash(folder: string, sha256: string): Promise<string | undefined> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
    if (hash.digest('hex') === sha256) return file;
  }
  return undefined;
}
