import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { heldOutLines, type LabelSplit, selectionLines, splitLabel } from '../../src/engine/dataset/split.ts';
import type { Shape } from '../../src/engine/transforms/transform.ts';
import { readDataset } from '../../src/studio/read-dataset.ts';

/** What a folder of data sets says of each: `<name>/regular.csv` and `<name>/abnormal.csv` lie beside it. */
const manifestSchema = z.array(z.object({ name: z.string(), axes: z.int().min(1), buffer: z.int().min(1) }));

/** One data set, split as a search splits it. */
export interface BenchSet {
  readonly name: string;
  readonly shape: Shape;
  readonly regular: LabelSplit;
  readonly abnormal: LabelSplit;
  readonly files: { readonly regular: string; readonly abnormal: string };
  /** Row-major lines. */
  readonly lines: {
    readonly regular: Float32Array;
    readonly abnormal: Float32Array;
    readonly heldOutRegular: Float32Array;
    readonly heldOutAbnormal: Float32Array;
  };
}

/** Folder of the data sets: NEAI_DATASETS, or where they lie beside the project; null without a manifest.json. */
export function dataSetFolder(): string | null {
  const folder = resolve(process.env['NEAI_DATASETS'] ?? '../shared/datasets');
  return existsSync(join(folder, 'manifest.json')) ? folder : null;
}

/** What the manifest of a folder lists, in its order. */
export function readManifest(
  folder: string,
): { name: string; axes: number; buffer: number; regular: string }[] {
  const listed = manifestSchema.parse(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')));
  return listed.map((set) => ({ ...set, regular: join(folder, set.name, 'regular.csv') }));
}

/** The sets of a folder, in the order of its manifest; `only` keeps those named. */
export async function readSets(folder: string, only?: readonly string[]): Promise<BenchSet[]> {
  const sets: BenchSet[] = [];
  for (const { name, axes, buffer } of readManifest(folder)) {
    if (only !== undefined && !only.includes(name)) continue;
    const files = {
      regular: join(folder, name, 'regular.csv'),
      abnormal: join(folder, name, 'abnormal.csv'),
    };
    const read = (path: string) => readDataset(path, { axes, forSearch: true });
    const regular = splitLabel('regular', [await read(files.regular)], axes);
    const abnormal = splitLabel('abnormal', [await read(files.abnormal)], axes);
    sets.push({
      name,
      shape: { axes, length: buffer },
      regular,
      abnormal,
      files,
      lines: {
        regular: rows(selectionLines(regular)),
        abnormal: rows(selectionLines(abnormal)),
        heldOutRegular: rows(heldOutLines(regular)),
        heldOutAbnormal: rows(heldOutLines(abnormal)),
      },
    });
  }
  return sets;
}

function rows(lines: readonly { readonly signal: Float32Array }[]): Float32Array {
  const width = lines[0]?.signal.length ?? 0;
  const values = new Float32Array(lines.length * width);
  lines.forEach(({ signal }, i) => {
    values.set(signal, i * width);
  });
  return values;
}
