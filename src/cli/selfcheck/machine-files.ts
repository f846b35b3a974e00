import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetFile } from '../../record/run-record.ts';
import { type MachineSignals, machineCalls } from './machine.ts';

/** The self-check's signals as files that a person can open; binary32 values, so every digit counts. */
export async function writeMachineFiles(signals: MachineSignals, folder: string): Promise<DatasetFile[]> {
  const calls = machineCalls(signals);
  const files = [
    { path: 'regular.csv', lines: signals.regular, label: 'nominal' as const },
    { path: 'abnormal.csv', lines: signals.abnormal, label: 'anomaly' as const },
  ];
  return Promise.all(
    files.map(async ({ path, lines, label }, file) => {
      const text = lines.map((line) => `${Array.from(line).join(',')}\n`).join('');
      await writeFile(join(folder, path), text);
      const linesOf = (operation: 'learn' | 'detect'): [number, number][] =>
        ranges(
          calls.filter((call) => call.file === file && call.operation === operation).map(({ line }) => line!),
        );
      return {
        path,
        sha256: createHash('sha256').update(text).digest('hex'),
        lines: lines.length,
        label,
        searched: [],
        learned: linesOf('learn'),
        detected: linesOf('detect'),
      };
    }),
  );
}

function ranges(lines: readonly number[]): [number, number][] {
  const result: [number, number][] = [];
  for (const line of [...new Set(lines)].sort((a, b) => a - b)) {
    const last = result.at(-1);
    if (last !== undefined && line === last[1] + 1) last[1] = line;
    else result.push([line, line]);
  }
  return result;
}
