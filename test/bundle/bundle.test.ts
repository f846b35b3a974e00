import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runBareCore } from '../../src/virtual/bare-core.ts';
import type { CpuModel } from '../../src/virtual/core-models.ts';
import { runNeai } from '../cli/run-neai.ts';
import { build, commandOfPage, LIBRARY, writeInputs } from './build-bundle.ts';

const PROBE = join(import.meta.dirname, 'probe.c');
const ROOT = join(import.meta.dirname, '../..');
const SELF_TEST = ['-Iselftest', 'selftest/neai_selftest.c'];

/** Compilers and bundlers on a computer that others use as well. */
const BUILD_MS = 300_000;

let folder: string;
/** The bundle for cortex-m4, and what the command printed of it. */
let m4: { readonly path: string; readonly printed: Record<string, number> & { readonly zip: string } };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neai-bundle-'));
  await writeInputs(folder);
  m4 = { path: join(folder, 'm4'), printed: await build(folder, 'm4', '--core', 'cortex-m4') };
}, BUILD_MS);
afterAll(() => rm(folder, { recursive: true, force: true }));

const inBundle = (path: string, file: string, args: readonly string[]) => execa(file, args, { cwd: path });
const metadataOf = async (path: string) => JSON.parse(await readFile(join(path, 'metadata.json'), 'utf8'));

/** The library with a probe around it, linked as the page says, run on a bare core. */
async function probe(
  path: string,
  model: CpuModel,
  extra: readonly string[] = ['-L.', '-lneai'],
): Promise<Uint32Array> {
  const { target } = await metadataOf(path);
  const core = target.flags.filter((flag: string) => /^-(m|fshort)/.test(flag));
  const flags = ['-std=c11', '-O1', '-nostartfiles', '--specs=nano.specs', '-Wl,--no-wchar-size-warning'];
  const sources = [PROBE, 'example/startup.c', ...SELF_TEST, ...extra];
  await inBundle(path, 'arm-none-eabi-gcc', [
    ...[...core, ...flags, '-I.', '-T', 'example/cortex-m.ld', ...sources],
    ...['-o', 'probe.elf'],
  ]);
  const { output, breakpoint } = runBareCore({
    model,
    elf: await readFile(join(path, 'probe.elf')),
    input: { symbol: 'probe_in', bytes: new Uint8Array(4) },
    output: 'probe_out',
    deadlineInstructions: 1e9,
  });
  expect(breakpoint).toBe(0x2a);
  return new Uint32Array(output.slice().buffer);
}

describe('the bundle of a library', { timeout: BUILD_MS }, () => {
  it('is a folder and the same as one zip, the same to the byte when built again', async () => {
    const zip = await readFile(m4.printed.zip);
    const entries = unzipSync(zip);
    const names = (await readdir(m4.path, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile() && !/\.(zip|elf)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name).slice(m4.path.length + 1));
    expect(Object.keys(entries).sort()).toEqual(names.sort());
    for (const name of names) {
      expect(Buffer.from(entries[name]!).equals(await readFile(join(m4.path, name)))).toBe(true);
    }
    expect(names).toEqual(
      expect.arrayContaining([
        'LICENSE',
        'NanoEdgeAI.h',
        'NanoEdgeAI.hpp',
        'documentation.html',
        'emulator.mjs',
        'example/main.c',
        'libneai.a',
        'metadata.json',
        'selftest/neai_selftest.c',
        'sources/neai_runtime.c',
      ]),
    );
    const again = await build(folder, 'again', '--core', 'cortex-m4');
    expect((await readFile(again.zip)).equals(zip)).toBe(true);
  });

  it('tells nothing of who made it and where', async () => {
    for (const [name, bytes] of Object.entries(unzipSync(await readFile(m4.printed.zip)))) {
      const text = Buffer.from(bytes).toString('latin1');
      for (const secret of [folder, tmpdir(), ROOT, homedir()].filter((path) => path.length > 4)) {
        expect(text.includes(secret), `${secret} in ${name}`).toBe(false);
      }
      expect(/node_modules\/(?!\.)/.test(text), name).toBe(false);
    }
  });

  it('has the sizes in its metadata that the tools measure, and .neai as the seed shows it', async () => {
    const { memory } = await metadataOf(m4.path);
    const { stdout } = await inBundle(m4.path, 'arm-none-eabi-size', ['-A', 'libneai.a']);
    const sum = (start: string): number =>
      [...stdout.matchAll(/^(\.\w+)\S*\s+(\d+)/gm)]
        .filter(([, name]) => name === start)
        .reduce((total, [, , bytes]) => total + Number(bytes), 0);
    const { text, rodata, data, bss, neai } = memory.archive;
    expect([text, rodata, data, bss, neai]).toEqual(['.text', '.rodata', '.data', '.bss', '.neai'].map(sum));
    const grep = stdout.split('\n').filter((line) => line.includes('neai'));
    expect(grep).toHaveLength(2);
    expect(grep[1]).toMatch(new RegExp(`^\\.neai +${neai} +0$`));
    const { linked, stackBytes } = memory;
    expect(memory.flashBytes).toBe(linked.text + linked.rodata + linked.data);
    expect(memory.ramBytes).toBe(linked.data + linked.bss + linked.neai + stackBytes);
    expect(m4.printed['flashBytes']).toBe(memory.flashBytes);
  });

  it('is refused with figures when it is over a budget, and nothing is written', async () => {
    const { ramBytes } = (await metadataOf(m4.path)).memory;
    const args = ['build', '.', '--core', 'cortex-m4', '--out', 'none', '--max-ram'];
    const refused = await runNeai(folder, ...args, String(ramBytes - 1), '--max-flash', '100');
    expect(refused).toMatchObject({ stdout: '', exitCode: 2 });
    expect(refused.stderr).toContain('BUILD_OVER_BUDGET');
    expect(refused.stderr).toContain(`RAM ${ramBytes} of ${ramBytes - 1} bytes`);
    expect(refused.stderr).toContain('of 100 bytes');
    expect(await readdir(join(folder, 'none'))).toEqual([]);
  });

  it('takes no option of a library for the firmware of a board', async () => {
    const args = ['build', '.', '--board', 'nucleo-l432kc', '--out', 'none', '--no-fshort-wchar'];
    const refused = await runNeai(folder, ...args);
    expect(refused).toMatchObject({ stdout: '', exitCode: 2 });
    expect(refused.stderr).toContain('--fshort-wchar belongs to --core');
  });

  it('leaves no source of another library in its folder', async () => {
    await mkdir(join(folder, 'old', 'sources'), { recursive: true });
    await writeFile(join(folder, 'old', 'sources', 'neai_model_other.c'), '#error old\n');
    await build(folder, 'old', '--core', 'host');
    expect(existsSync(join(folder, 'old', 'sources', 'neai_model_other.c'))).toBe(false);
  });
});

describe('the library of a bundle', { timeout: BUILD_MS }, () => {
  it('passes its self-test on this computer, also in the build with taps', async () => {
    const path = join(folder, 'old');
    const main =
      '#include "neai_selftest.h"\nint main(void) { static float b[BUFFER_SIZE * NB_AXES]; return neai_selftest(b); }\n';
    await writeFile(join(path, 'check.c'), main);
    const warnings = ['-std=c11', '-Wall', '-Wextra', '-Wconversion', '-Wpedantic', '-Werror', '-I.', '-O2'];
    await inBundle(path, 'gcc', [
      ...warnings,
      'check.c',
      ...SELF_TEST,
      '-L.',
      '-lneai',
      '-lm',
      '-o',
      'check',
    ]);
    expect((await inBundle(path, './check', [])).exitCode).toBe(0);
    const sources = (await readdir(join(path, 'sources'))).filter((name) => name.endsWith('.c'));
    const from = sources.map((name) => `sources/${name}`);
    const taps = [...warnings, '-DNEAI_TAPS', '-ffp-contract=off', '-Isources'];
    await inBundle(path, 'gcc', [...taps, 'check.c', ...SELF_TEST, ...from, '-lm', '-o', 'tapped']);
    expect((await inBundle(path, './tapped', [])).exitCode).toBe(0);
  });

  it.each(['cortex-m4', 'cortex-m0'] as const)(
    'passes its self-test on %s, and its stack stays below the bound',
    async (core) => {
      const path = core === 'cortex-m4' ? m4.path : join(folder, core);
      if (core !== 'cortex-m4') await build(folder, core, '--core', core);
      const [result, ...used] = await probe(path, core);
      expect(result).toBe(0);
      const { initialize, learn, detect } = (await metadataOf(path)).memory.stack;
      for (const [i, bound] of [initialize, learn, detect].entries()) {
        // the probe's own step from its frame into the function takes a word or two
        expect(used[i]).toBeLessThanOrEqual(bound + 8);
        expect(used[i]).toBeGreaterThan(0);
      }
      expect(used[1]).toBeGreaterThan(learn / 3);
    },
  );

  it('does not pass it when it was compiled with fused multiply and add', async () => {
    const sources = (await readdir(join(m4.path, 'sources'))).filter((name) => name.endsWith('.c'));
    const fused = ['-O2', '-ffp-contract=fast', '-Isources', ...sources.map((name) => `sources/${name}`)];
    const [result] = await probe(m4.path, 'cortex-m4', fused);
    expect(result).toBeGreaterThan(0);
  });
});

describe('the emulator of a bundle', { timeout: BUILD_MS }, () => {
  const RUN = ['run', '--learn', 'regular.csv:1-40', '--detect', 'regular.csv:41-60', 'abnormal.csv'];
  const nodes = ['/usr/bin/node', '/usr/local/bin/node', '/usr/bin/nodejs'];

  async function versionOf(path: string): Promise<number> {
    return Number(/^v(\d+)/.exec((await execa(path, ['--version'])).stdout)?.[1]);
  }

  async function emulatorOn(node: string, state: string): Promise<[string, Buffer]> {
    const file = join(m4.path, 'emulator.mjs');
    const { stdout } = await execa(node, [file, ...RUN, '--state', state], { cwd: folder });
    return [stdout, await readFile(join(folder, state))];
  }

  it('gives the answers and the knowledge of `neai emulate` on the zip, to the bit', async () => {
    const { stdout } = await runNeai(folder, 'emulate', m4.printed.zip, ...RUN, '--state', 'a.dat');
    expect(await emulatorOn(process.execPath, 'b.dat')).toEqual([
      stdout,
      await readFile(join(folder, 'a.dat')),
    ]);
    expect((await stat(join(folder, 'b.dat'))).size).toBe(
      20 + (await metadataOf(m4.path)).memory.linked.neai,
    );
    expect(JSON.parse(stdout).detection_summary.anomaly).toBeGreaterThan(30);
  });

  it('runs on Node 20 as on Node 24', async ({ skip }) => {
    const found: string[] = [];
    for (const path of nodes.filter(existsSync)) if ((await versionOf(path)) === 20) found.push(path);
    if (found[0] === undefined) return skip('no Node 20 on this computer');
    expect(await emulatorOn(found[0], 'c.dat')).toEqual(await emulatorOn(process.execPath, 'd.dat'));
  });

  it('refuses like the original, and needs no file beside it', async () => {
    const alone = join(folder, 'alone');
    await mkdir(alone);
    await writeFile(join(alone, 'emulator.mjs'), await readFile(join(m4.path, 'emulator.mjs')));
    const call = (...args: string[]) =>
      execa(process.execPath, ['emulator.mjs', ...args], { cwd: alone, reject: false, input: '' });
    expect((await call('NanoEdgeAI_get_version')).stdout).toContain(LIBRARY.id);
    expect(await call('learn', '--array', '1')).toMatchObject({ stdout: '', exitCode: 2 });
    expect((await call('detect', '--array', '1', '--original')).exitCode).toBe(1);
    await call('initialize');
    const serial = await call('learn', '--serial', '/dev/ttyACM0');
    expect(serial).toMatchObject({ stdout: '', exitCode: 2 });
    expect(serial.stderr).toContain('--stream < /dev/ttyACM0');
  });
});

describe('the README', { timeout: BUILD_MS }, () => {
  const shell = (commands: string, cwd: string) =>
    execa('bash', ['-euo', 'pipefail', '-c', commands], { cwd, env: { LC_ALL: 'C' } });

  it('leads from two files to an image, word for word', async () => {
    const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
    const section = readme.slice(readme.indexOf('## From two files to your own firmware'));
    const blocks = [...section.slice(0, section.indexOf('\n## ', 3)).matchAll(/```sh\n(.*?)```/gs)];
    const commands = blocks
      .map(([, text]) => text)
      .join('')
      .replaceAll('bin/neai ', '"$NEAI" ');
    const fresh = join(folder, 'fresh');
    await mkdir(fresh);
    for (const name of ['regular.csv', 'abnormal.csv']) {
      await writeFile(join(fresh, name), await readFile(join(folder, name)));
    }
    const neai = join(folder, 'neai');
    const main = join(ROOT, 'src/cli/main.ts');
    await writeFile(neai, `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`, { mode: 0o755 });
    const { stdout } = await execa('bash', ['-euo', 'pipefail', '-c', commands], {
      cwd: fresh,
      env: { LC_ALL: 'C', NEAI: neai },
    });
    expect(stdout).toMatch(/\.neai +\d+ +0$/);
    const { stdout: sections } = await shell('arm-none-eabi-size -A firmware/firmware.elf', fresh);
    expect(sections).toMatch(/\.neai +\d+ +5368\d+/);
    const command = await commandOfPage(join(fresh, 'firmware'));
    expect(section.replaceAll(/\s*\\\n\s*/g, ' ')).toContain(command.replaceAll(/\s*\\\n\s*/g, ' '));
  });

  it.each([
    ['cortex-m0', []],
    ['cortex-m7', ['--float-abi', 'soft', '--no-fshort-wchar', '--no-fshort-enums']],
  ])(
    'is right that the page of another core has its command line: %s links and says nothing',
    async (core, args) => {
      const empty = join(folder, `${core}-empty`);
      await mkdir(empty);
      const zip = join(folder, core, `${LIBRARY.id}.zip`);
      if (!existsSync(zip)) await build(folder, core, '--core', core, ...args);
      await shell(`unzip -q ${zip}`, empty);
      const { stderr } = await shell(await commandOfPage(empty), empty);
      expect(stderr).toBe('');
    },
  );
});
