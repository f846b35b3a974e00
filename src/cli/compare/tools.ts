import { readFileSync } from 'node:fs';
import { execa } from 'execa';
import type { RunRecord } from '../../record/run-record.ts';
import { askControl } from '../control-client.ts';

export type Tools = RunRecord['tools'];

/** Versions of everything that took part; null where a part did not or does not tell. */
export async function toolVersions(parts: {
  readonly openOcdVersion: string | null;
  readonly control: string | undefined;
}): Promise<Tools> {
  const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  const compiler = await execa('arm-none-eabi-gcc', ['-dumpfullversion'], { reject: false, timeout: 10_000 });
  const hello =
    parts.control === undefined ? {} : await askControl(parts.control, { do: 'hello' }).catch(() => ({}));
  const libunicorn: unknown = (hello as Record<string, unknown>)['libunicorn'];
  return {
    neai: manifest.version,
    node: process.versions.node,
    openocd: parts.openOcdVersion,
    compiler: compiler.failed ? null : `arm-none-eabi-gcc ${compiler.stdout.trim()}`,
    libunicorn: typeof libunicorn === 'string' ? libunicorn : null,
  };
}
