import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Public data sets lie beside the project, or where NEAI_DATASETS says. */
const DATASETS = resolve(process.env['NEAI_DATASETS'] ?? '../shared/datasets');

export interface DatasetPaths {
  readonly regular: string;
  readonly abnormal: string;
}

/** The two files of a data set, or why the test that wants them is NOT RUN. */
export function datasetPaths(name: string): DatasetPaths | { readonly missing: string } {
  const regular = join(DATASETS, name, 'regular.csv');
  const abnormal = join(DATASETS, name, 'abnormal.csv');
  const absent = [regular, abnormal].find((file) => !existsSync(file));
  return absent === undefined
    ? { regular, abnormal }
    : { missing: `${absent} is not there; NEAI_DATASETS names the folder` };
}
