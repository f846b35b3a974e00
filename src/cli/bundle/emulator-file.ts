import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type OutputChunk, rolldown } from 'rolldown';
import type { ClassificationLibrary } from '../../engine/classification/library.ts';
import type { Library } from '../../engine/index.ts';
import { NeaiError } from '../../shared/errors.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const PROGRAMS = join(ROOT, 'src/cli/emulate');
const ENTRY = 'entry-of-the-emulator';

/**
 * emulator.mjs: the emulator's program with one library in it, as one file that needs nothing but Node 20. The same
 * library gives the same text.
 */
export function emulatorFile(library: Library, limitedTo: readonly string[]): Promise<string> {
  const main = join(PROGRAMS, 'standalone.ts');
  return oneFile(library.id, [
    `import { runStandalone } from ${JSON.stringify(main)};`,
    `await runStandalone(${JSON.stringify(library)}, ${JSON.stringify(limitedTo)});`,
  ]);
}

/** The same of a library that classifies. */
export function classifierEmulatorFile(
  library: ClassificationLibrary,
  limitedTo: readonly string[],
): Promise<string> {
  const main = join(PROGRAMS, 'classify-standalone.ts');
  return oneFile(library.id, [
    `import { runClassifierStandalone } from ${JSON.stringify(main)};`,
    `await runClassifierStandalone(${JSON.stringify(library)}, ${JSON.stringify(limitedTo)});`,
  ]);
}

async function oneFile(id: string, lines: readonly string[]): Promise<string> {
  const entry = lines.join('\n');
  const bundler = await rolldown({
    input: ENTRY,
    cwd: ROOT,
    platform: 'node',
    tsconfig: false,
    logLevel: 'silent',
    plugins: [
      {
        name: 'library',
        resolveId: (source) => (source === ENTRY ? source : null),
        load: (source) => (source === ENTRY ? entry : null),
      },
    ],
  });
  try {
    const { output } = await bundler.generate({ format: 'esm', minify: true, codeSplitting: false });
    const [chunk, ...more] = output;
    const foreign = chunk.imports.filter((name) => !name.startsWith('node:'));
    if (more.length > 0 || foreign.length > 0) {
      throw new NeaiError('INTERNAL', 'the emulator is not one file', { got: foreign.join(', ') });
    }
    return `#!/usr/bin/env node\n// Emulator of library ${id}: node emulator.mjs --help\n${notices(chunk)}${chunk.code}`;
  } finally {
    await bundler.close();
  }
}

/** Licences of the packages inside, as comments. */
function notices(chunk: OutputChunk): string {
  const folders = new Set(Object.keys(chunk.modules).flatMap((id) => packageFolder(id.split('?')[0]!) ?? []));
  const texts = [...folders].sort().map((folder) => {
    const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const licence = readFileSync(join(folder, 'LICENSE'), 'utf8').trim();
    return `Contains ${name} ${version}:\n${licence}`;
  });
  return texts.map((text) => `/*\n${text.replaceAll('*/', '* /')}\n*/\n`).join('');
}

/** Folder of the npm package that a module belongs to; null for ours. */
function packageFolder(path: string): string | null {
  if (!path.includes('/node_modules/')) return null;
  let folder = dirname(path);
  while (!existsSync(join(folder, 'LICENSE'))) folder = dirname(folder);
  return folder;
}
