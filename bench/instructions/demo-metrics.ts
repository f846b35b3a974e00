import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateMotor, MOTOR_AXES } from '../../src/studio/motor.ts';
import { runSearch } from '../../src/studio/run-search.ts';
import type { Metric } from '../write-metrics.ts';
import { LearnCounter } from './count.ts';

/** The machine of `neai demo`. */
export const DEMO = { seed: 1, regularLines: 240, abnormalLines: 120, bufferSize: 512 };
const DEMO_RAM_BYTES = 2048;
/** Signals that a core learns over and over: as many as its mailbox holds. */
const SIGNALS = 48;

/** Signals of the demo machine, as a core learns them here. */
export function demoSignals(): Float32Array[] {
  return generateMotor(DEMO)
    .regular.slice(0, SIGNALS)
    .map((line) => Float32Array.from(line.split(',').map(Number)));
}

/** What the demo machine's best library within 2 kB of RAM costs on a Cortex-M4F, and how good it is. */
export async function demoMetrics(): Promise<Metric[]> {
  const folder = mkdtempSync(join(tmpdir(), 'neai-demo-cost-'));
  try {
    const motor = generateMotor(DEMO);
    const files = { regular: join(folder, 'regular.csv'), abnormal: join(folder, 'abnormal.csv') };
    writeFileSync(files.regular, `${motor.regular.join('\n')}\n`);
    writeFileSync(files.abnormal, `${motor.abnormal.join('\n')}\n`);
    const { library } = await runSearch({
      couples: [{ name: 'demo', regular: [files.regular], abnormal: [files.abnormal] }],
      axes: MOTOR_AXES,
      limits: { maxRamBytes: DEMO_RAM_BYTES },
    });
    const cost = await new LearnCounter('cortex-m4', folder).cost(library, demoSignals());
    const heldOut = library.search!.scores['heldOut'] as { balancedAccuracy: number };
    const ramBytes = cost.staticRamBytes + cost.stackBytes;
    return [
      {
        name: 'learnInstructions512x3',
        value: cost.learnInstructions,
        unit: 'instructions, M4F',
        goal: '<= 100000',
      },
      { name: 'ram512x3', value: ramBytes, unit: 'bytes with stack', goal: '<= 2048' },
      { name: 'flash512x3', value: cost.flashBytes, unit: 'bytes', goal: '< 5222' },
      {
        name: 'balancedAccuracy512x3',
        value: heldOut.balancedAccuracy,
        unit: 'held out',
        goal: '>= 0.97',
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
