import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildLibrary, CORES } from '../../src/host/library-build.ts';
import { stackBounds } from '../../src/host/stack-bound.ts';
import { trivialLibrary } from './trivial-library.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neai-library-build-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a compiled library', () => {
  it.each(CORES)('is measured for %s: sections, stack, what it adds to a program', async (core) => {
    const { sizes, linked, stackBytes, targetFlags, shortWchar } = await buildLibrary(trivialLibrary(), {
      core,
    });
    expect(sizes).toMatchObject({ data: 4, bss: 0, neai: 16 });
    expect(sizes.text).toBeGreaterThan(20);
    for (const bytes of Object.values(stackBytes)) expect(bytes).toBeLessThan(100);
    if (core === 'host') expect([linked, targetFlags, shortWchar]).toEqual([null, [], null]);
    else {
      expect(targetFlags).toContain(`-mcpu=${core}`);
      expect(targetFlags).toContain('-fshort-wchar');
      expect(linked).toMatchObject({ data: 4, neai: 16 });
    }
  });

  it('is one object with inner names local, where grep neai finds the size of the knowledge', async () => {
    const extra =
      'int neai_inner(int x); int neai_inner(int x) { return x; }\nextern int neai_open; int neai_open = 3;';
    const { archive } = await buildLibrary(trivialLibrary({ extra }), { core: 'cortex-m4' });
    await writeFile(join(folder, 'libneai.a'), archive);
    const { stdout: sizes } = await execa('arm-none-eabi-size', ['-A', 'libneai.a'], { cwd: folder });
    expect(sizes.match(/ex libneai\.a/g)).toHaveLength(1);
    const found = sizes.split('\n').filter((line) => line.includes('neai') && !line.includes('libneai.a'));
    expect(found.map((line) => line.split(/ +/).slice(0, 2))).toEqual([['.neai', '16']]);
    expect(sizes).toContain('.text.inner');
    const { stdout: names } = await execa('arm-none-eabi-nm', ['-g', 'libneai.a'], { cwd: folder });
    expect([...names.matchAll(/ [A-TV-Z] (\w+)/g)].map(([, name]) => name).sort()).toEqual([
      'NanoEdgeAI_detect',
      'NanoEdgeAI_get_sensitivity',
      'NanoEdgeAI_get_status',
      'NanoEdgeAI_initialize',
      'NanoEdgeAI_learn',
      'NanoEdgeAI_set_sensitivity',
    ]);
  });

  it('has the ABI that was asked for in its attributes, and refuses hard floats without an FPU', async () => {
    const attributes = async (options: object): Promise<string> => {
      const { archive } = await buildLibrary(trivialLibrary(), { core: 'cortex-m4', ...options });
      await writeFile(join(folder, 'abi.a'), archive);
      return (await execa('arm-none-eabi-readelf', ['-A', 'abi.a'], { cwd: folder })).stdout;
    };
    const usual = await attributes({});
    expect(usual).toContain('Tag_ABI_VFP_args: VFP registers');
    expect(usual).toContain('Tag_ABI_PCS_wchar_t: 2');
    expect(usual).toContain('Tag_ABI_enum_size: small');
    const other = await attributes({ floatAbi: 'soft', shortWchar: false, shortEnums: false });
    expect(other).not.toContain('Tag_ABI_VFP_args');
    expect(other).toContain('Tag_ABI_PCS_wchar_t: 4');
    expect(other).toContain('Tag_ABI_enum_size: int');
    await expect(
      buildLibrary(trivialLibrary(), { core: 'cortex-m3', floatAbi: 'hard' }),
    ).rejects.toMatchObject({ code: 'USAGE', exitStatus: 2 });
  });

  it('is the same to the byte when built again elsewhere, and with its figures when kept from an earlier build', async () => {
    const built = (isFresh: boolean) => buildLibrary(trivialLibrary(), { core: 'cortex-m33', isFresh });
    const [first, second] = await Promise.all([built(true), built(true)]);
    expect(second).toEqual(first);
    await built(false);
    expect(await built(false)).toEqual(first);
  });
});

describe('the bound of the stack', () => {
  const node = (name: string, bytes: number, kind = 'static'): string =>
    `node: { title: "${name}" label: "${name}\\nx.c:1:1\\n${bytes} bytes (${kind})" }\n`;
  const edge = (from: string, to: string): string => `edge: { sourcename: "${from}" targetname: "${to}" }\n`;

  it('follows the worst path, through pointers to whatever nobody calls by name', () => {
    const one =
      node('learn', 16) + node('inner', 40) + edge('learn', 'inner') + edge('learn', '__indirect_call');
    const two =
      node('kernel', 100) + edge('kernel', '__aeabi_fadd') + node('leaf', 8) + edge('inner', 'leaf');
    expect(stackBounds([one, two], ['learn'])).toEqual({ learn: 16 + 100 + 96 });
  });

  it.each([
    ['a recursion', node('learn', 16) + node('a', 8) + edge('learn', 'a') + edge('a', 'learn')],
    [
      'a kernel that may call itself through a pointer',
      node('learn', 8) + node('k', 8) + edge('learn', '__indirect_call') + edge('k', '__indirect_call'),
    ],
    ['a frame that depends on arguments', node('learn', 16, 'dynamic,bounded')],
  ])('cannot be told of %s', (_name, graph) => {
    expect(() => stackBounds([graph], ['learn'])).toThrow(
      expect.objectContaining({ code: 'BUILD_STACK_UNBOUNDED' }),
    );
  });
});
