import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { NeaiError } from '../../shared/errors.ts';
import { type Repair, repairFile } from '../../studio/repair-file.ts';
import { interrupted } from '../interrupt.ts';
import { makeFolder } from '../make-folder.ts';

export interface FixOptions {
  readonly axes: number;
  /** A file for one input; a folder for several. */
  readonly out: string;
  readonly force: boolean;
  readonly dropDuplicates: boolean;
}

/** A repaired copy of one file. */
export interface Fix extends Repair {
  readonly input: string;
}

/** Writes repaired copies of files; several go into a folder under their own names. */
export async function fixFiles(inputs: readonly string[], options: FixOptions): Promise<Fix[]> {
  const { axes, force, dropDuplicates, out } = options;
  const names = inputs.map((input) => basename(input));
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new NeaiError('USAGE', `two of the files are called ${twice}`, {
      remedy: 'Repair them one by one: copies keep the names of their files.',
    });
  }
  const isFolder = await stat(out).then(
    (found) => found.isDirectory(),
    () => inputs.length > 1,
  );
  const folder = isFolder ? await makeFolder(out) : null;
  const fixes: Fix[] = [];
  for (const [i, input] of inputs.entries()) {
    const output = folder === null ? out : join(folder, names[i]!);
    const request = { axes, force, dropDuplicates, signal: interrupted };
    fixes.push({ input, ...(await repairFile(input, output, request)) });
  }
  return fixes;
}

/** What was changed, line by line. */
export function fixLines({ input, output, linesKept, steps }: Fix): string[] {
  const runs = steps
    .flatMap(({ what, lines }) => lines.map(([first, last]) => ({ what, first, last })))
    .sort((a, b) => a.first - b.first);
  const done = runs.map(
    ({ what, first, last }) => `  ${first === last ? `line ${first}` : `lines ${first}–${last}`}: ${what}`,
  );
  for (const { what, count, lines } of steps) {
    const shown = lines.reduce((sum, [first, last]) => sum + last - first + 1, 0);
    if (count > shown) done.push(`  and ${count - shown} lines more: ${what}`);
  }
  const total = steps.length === 0 ? 'nothing to repair, an unchanged copy' : `${linesKept} lines kept`;
  return [`${input} → ${output}: ${total}, fit`, ...done];
}

/** The same for the JSON document. */
export const describeFix = ({ input, output, linesKept, steps, checked }: Fix) => ({
  input,
  output,
  linesKept,
  sha256: checked.sha256,
  steps,
});
