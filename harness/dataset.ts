import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Dataset as SignalFile } from '../src/engine/dataset/dataset.ts';
import { signalAt } from '../src/engine/dataset/dataset.ts';
import type { Library } from '../src/engine/index.ts';
import { NeaiError } from '../src/shared/errors.ts';
import { loadRegistry, registeredAs } from '../src/studio/dataset-registry.ts';
import { readDataset } from '../src/studio/read-dataset.ts';

/** The signals of a machine, in the order of its files' lines. */
export interface Dataset {
  readonly regular: readonly Float32Array[];
  readonly abnormal: readonly Float32Array[];
}

/** Reads regular.csv and abnormal.csv (or .txt) of a folder, for one library. @throws NeaiError SIGNAL_…, DATASET_… */
export async function loadDataset(folder: string, library: Library): Promise<Dataset> {
  const [regular, abnormal] = await Promise.all([
    signalsOf(folder, 'regular', library),
    signalsOf(folder, 'abnormal', library),
  ]);
  return { regular, abnormal };
}

async function signalsOf(folder: string, label: string, library: Library): Promise<Float32Array[]> {
  const name = readdirSync(folder).find((file) => file === `${label}.csv` || file === `${label}.txt`);
  if (name === undefined)
    throw new NeaiError('SIGNAL_FILE_UNREADABLE', `there is no ${label}.csv`, { file: folder });
  const { axes, bufferSize } = library;
  const path = join(folder, name);
  const file: SignalFile = await readDataset(path, { axes, valuesPerLine: axes * bufferSize });
  const registry = await loadRegistry(process.env['NEAI_DATASETS']);
  if (registry !== undefined) registeredAs(registry, path, file.sha256);
  return Array.from({ length: file.lines }, (_, row) => Float32Array.from(signalAt(file, row)));
}
