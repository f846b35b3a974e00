import { readFileSync } from 'node:fs';
import { execa } from 'execa';
import type { RunRecord } from '../../record/run-record.ts';
import { askControl } from '../control-client.ts';

export type Tools = RunRecord['tools'];

/** Versions of everything that took part; null where a part did not or does not tell. */
export async function toolVersions(parts: {
  readonly openOcdVersion: string | null;
  readonly libunicorn: string | null;
}): Promise<Tools> {
  const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  const compiler = await execa('arm-none-eabi-gcc', ['-dumpfullversion'], { reject: false, timeout: 10_000 });
  return {
    neai: manifest.version,
    node: process.versions.node,
    openocd: parts.openOcdVersion,
    compiler: compiler.failed ? null : `arm-none-eabi-gcc ${compiler.stdout.trim()}`,
    libunicorn: parts.libunicorn,
  };
}

/** Version of libunicorn behind a control socket; null where there is none, or it does not tell. */
export async function libunicornOf(control: string | undefined): Promise<string | null> {
  if (control === undefined) return null;
  const hello = await askControl(control, { do: 'hello' }).catch((): Record<string, unknown> => ({}));
  const { libunicorn } = hello;
  return typeof libunicorn === 'string' ? libunicorn : null;
}
