import { readFile } from 'node:fs/promises';
import { execa } from 'execa';

/** Whether a program can be started here. */
export async function hasTool(name: string): Promise<boolean> {
  const { exitCode } = await execa(name, ['--version'], { reject: false });
  return exitCode === 0;
}

/** Whether this computer's core has all these features, as Linux names them. */
export async function hasCpuFlags(...flags: string[]): Promise<boolean> {
  const info = await readFile('/proc/cpuinfo', 'utf8').catch(() => '');
  return flags.every((flag) => new RegExp(`\\b${flag}\\b`).test(info));
}

/** The long form of the parity tests, for the night: more cases, every optimisation on every core. */
export const LONG = process.env['NEAI_PARITY_LONG'] === '1';

/** Seed of the random calls: NEAI_PARITY_SEED, or the one given. */
export function paritySeed(usual: number): number {
  const given = process.env['NEAI_PARITY_SEED'];
  return given === undefined ? usual : Number(given) >>> 0;
}

/** No measure of speed: how long a test may take where everything else is busy too. */
export const DEADLINE_MS = LONG ? 3_600_000 : 300_000;
