import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateMotor } from '../../src/studio/motor.ts';
import type { CoupleFiles } from '../../src/studio/run-search.ts';

export { MOTOR_AXES } from '../../src/studio/motor.ts';

export interface MotorSize {
  readonly regularLines: number;
  readonly abnormalLines: number;
  /** Samples per axis. */
  readonly bufferSize: number;
}

const SMALL: MotorSize = { regularLines: 40, abnormalLines: 24, bufferSize: 32 };

/** Writes the files of generated machines, one couple for each seed: NAME-regular.csv and NAME-abnormal.csv. */
export async function writeMotors(
  folder: string,
  seeds: Readonly<Record<string, number>>,
  size: MotorSize = SMALL,
): Promise<CoupleFiles[]> {
  const couples: CoupleFiles[] = [];
  for (const [name, seed] of Object.entries(seeds)) {
    const motor = generateMotor({ seed, ...size });
    const file = (label: string): string => join(folder, `${name}-${label}.csv`);
    await writeFile(file('regular'), `${motor.regular.join('\n')}\n`);
    await writeFile(file('abnormal'), `${motor.abnormal.join('\n')}\n`);
    couples.push({ name, regular: [file('regular')], abnormal: [file('abnormal')] });
  }
  return couples;
}
