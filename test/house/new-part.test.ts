import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPart } from '../../scripts/new-part.ts';

const ROOT = resolve(import.meta.dirname, '../..');
/** Plays the new parts of a copy of the tree against their own kernels, as the parity tests play all of them. */
const PLAY = `
import { buildDispatch } from './test/parity/build.ts';
import { portfolioCases } from './test/parity/cases.ts';
import { differences, hostPlayer, planBatches } from './test/parity/play.ts';
const cases = portfolioCases(3, 40).filter(({ name }) => name.includes('brand_new'));
const program = await buildDispatch({ core: 'host', outDir: process.cwd() + '/out', extraFlags: ['-O1'] });
console.log(JSON.stringify([cases.length, await differences(planBatches(cases), hostPlayer(program))]));
`;

let copy: string;

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'neai-new-'));
  for (const path of ['src', 'scripts', 'firmware/cmake', 'test/parity', 'test/vectors', 'package.json']) {
    await cp(join(ROOT, path), join(copy, path), { recursive: true });
  }
  for (const path of ['tsconfig.json', 'biome.jsonc']) await cp(join(ROOT, path), join(copy, path));
  await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
});

afterAll(() => rm(copy, { recursive: true, force: true }));

describe('npm run new', () => {
  test('makes a model and a transform that compile, and whose two halves give the same bits', async () => {
    const files = [
      ...(await createPart(copy, 'model', 'brand_new_model')),
      ...(await createPart(copy, 'transform', 'brand_new_transform')),
    ];
    const { stdout } = await execa(process.execPath, ['--input-type=module', '--eval', PLAY], { cwd: copy });
    const [cases, found] = JSON.parse(stdout) as [number, string[]];
    expect(found).toEqual([]);
    expect(cases).toBeGreaterThan(3);

    const written = files.filter((file) => file.endsWith('.ts'));
    const biome = ['check', '--vcs-enabled=false', ...written];
    const lint = await execa('biome', biome, { cwd: copy, preferLocal: true, localDir: ROOT, reject: false });
    expect(lint.exitCode, `${lint.stdout}${lint.stderr}`).toBe(0);
  });

  test('enters them at the end of the list that search and parity read', async () => {
    const singles = await readFile(join(copy, 'src/engine/models/singles.ts'), 'utf8');
    expect(singles).toMatch(/import \{ brandNewModel \} from '\.\/brand_new_model\/model\.ts';/);
    expect(singles).toMatch(/,\n {2}brandNewModel,\n\];/);
  });

  test('refuses names that are taken or are no identifiers of C', async () => {
    await expect(createPart(copy, 'model', 'diag')).rejects.toThrow(/exists already/);
    await expect(createPart(copy, 'transform', 'Fourier-2')).rejects.toThrow(/lower case/);
  });
});
