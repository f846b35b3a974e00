import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Metric {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What the figure should be, in words; null where it is only reported. */
  readonly goal: string | null;
}

/** Prints the table of a benchmark and writes bench/out/<name>.json. */
export function writeMetrics(name: string, metrics: readonly Metric[]): void {
  const folder = join(import.meta.dirname, 'out');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify({ metrics }, undefined, 2)}\n`);
  for (const { name: metric, value, unit, goal } of metrics) {
    const shown = Number(value.toPrecision(4));
    console.log(`${metric.padEnd(34)} ${String(shown).padStart(12)} ${unit.padEnd(24)} ${goal ?? ''}`);
  }
}
