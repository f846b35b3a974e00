import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { buildFirmware } from '../../src/host/build.ts';
import type { VirtualSlot } from '../../src/host/virtual-slot.ts';
import { board, Rig } from '../host/rig.ts';
import { trivialLibrary } from '../host/trivial-library.ts';
import { type NeaiResult, runNeai } from './run-neai.ts';

const rig = new Rig();
const shape = { axes: 3, bufferSize: 16 };
let virtual: VirtualSlot;

/** A command on the board of the rack file. */
const neai = (...args: string[]): Promise<NeaiResult> =>
  runNeai(rig.folder, ...args, '--rack', 'rack.yaml', '--slot', virtual.slot.name);

async function answer(...args: string[]): Promise<Record<string, unknown>> {
  const { stdout, stderr, exitCode } = await neai(...args, '--json');
  expect(exitCode, stderr).toBe(0);
  return JSON.parse(stdout);
}

const fileOf = (name: string): Uint8Array => readFileSync(join(rig.folder, name));

beforeAll(async () => {
  const { elf } = await buildFirmware(trivialLibrary(shape), { board, shape, outDir: rig.folder });
  virtual = await rig.virtual();
  writeFileSync(join(rig.folder, 'rack.yaml'), stringify({ slots: [virtual.slot] }));
  const session = await rig.attach(virtual.slot);
  await session.flash(elf);
  const client = await session.connect();
  await client.call('initialize', {});
  for (let n = 0; n < 3; n++) await client.call('learn', { signal: new Float32Array(48) });
  await session.close();
});
afterAll(() => rig.close());

describe('a board that goes on running between commands', () => {
  it('keeps what it has learned, and every way of backing it up writes the same file', async () => {
    expect(await answer('backup', '--out', 'a.neai')).toMatchObject({
      learnCounter: 3,
      via: 'firmware',
      bytes: 96,
    });
    expect(await answer('backup', '--via', 'swd', '--out', 'b.neai')).toMatchObject({ learnCounter: 3 });
    expect(await answer('knowledge', 'dump')).toMatchObject({ slot: 0, sequence: 1, learnCounter: 3 });
    await answer('backup', '--via', 'chip', '--out', 'c.neai');
    expect(fileOf('b.neai')).toEqual(fileOf('a.neai'));
    expect(fileOf('c.neai')).toEqual(fileOf('a.neai'));
  });

  it('is restored and loaded by commands, which say the sensitivity', async () => {
    for (const args of [
      ['restore', 'a.neai'],
      ['restore', 'a.neai', '--via', 'swd'],
      ['knowledge', 'load'],
    ]) {
      expect(await answer(...args)).toMatchObject({ learnCounter: 3, sensitivityBefore: 1, sensitivity: 1 });
    }
    const { stdout, stderr } = await neai('restore', 'a.neai');
    expect(stdout).toMatch(/^restored: 3 learns, digest [0-9a-f]{8}\n?$/);
    expect(stderr).toContain("the backup's sensitivity is set: 1; it was 1");
  });

  it('lists and erases what its flash holds', async () => {
    const { slots } = (await answer('knowledge', 'list')) as { slots: object[] };
    expect(slots).toMatchObject([
      { state: 'valid', isNewest: true, record: { learnCounter: 3, sensitivity: 1 } },
      { state: 'empty', record: null },
    ]);
    expect((await neai('knowledge', 'list')).stdout).toMatch(
      /^slot 0 at 0x08034000: valid, dump 1, .*\(newest\)\nslot 1 .* empty$/,
    );
    expect(await answer('knowledge', 'erase')).toEqual({ pagesErased: 1 });
    const { exitCode, stderr } = await neai('knowledge', 'load');
    expect([exitCode, stderr.split(':')[0]]).toEqual([2, 'STORE_EMPTY']);
  });

  it('refuses a damaged file before it is touched', async () => {
    const damaged = Uint8Array.from(fileOf('a.neai'));
    damaged[85]! ^= 1;
    writeFileSync(join(rig.folder, 'damaged.neai'), damaged);
    const { exitCode, stderr } = await neai('restore', 'damaged.neai');
    expect([exitCode, stderr.split(':')[0]]).toEqual([2, 'KNOWLEDGE_FILE_INVALID']);
    expect(await answer('backup', '--via', 'swd', '--out', 'd.neai')).toMatchObject({ learnCounter: 3 });
  });

  it('is misused with a word: a way that does not exist, a file that is not there', async () => {
    expect((await neai('backup', '--via', 'pigeon', '--out', 'x')).exitCode).toBe(2);
    expect((await neai('knowledge', 'dumb')).exitCode).toBe(2);
    expect((await neai('restore', 'nowhere.neai')).stderr).toContain('KNOWLEDGE_FILE_INVALID');
  });
});
