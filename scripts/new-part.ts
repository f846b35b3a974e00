import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What can be made from a template: a folder of src/engine, and the list that it is entered in. */
const KINDS = {
  model: { folder: 'models', list: 'singles.ts' },
  transform: { folder: 'transforms', list: 'registry.ts' },
} as const;
export type PartKind = keyof typeof KINDS;

export const PART_KINDS = Object.keys(KINDS) as PartKind[];
const NAME = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;
const LONGEST_NAME = 32;

/**
 * Makes a transform or model that works from scripts/templates and enters it at the end of its list.
 * @returns the files written, relative to `root`
 * @throws when the name is no C identifier in lower case, or taken
 */
export async function createPart(root: string, kind: PartKind, name: string): Promise<string[]> {
  const { folder, list } = KINDS[kind];
  if (!NAME.test(name) || name.length > LONGEST_NAME) {
    throw new Error(`a ${kind} is named in lower case, words joined by _, as in cov_shrink: not '${name}'`);
  }
  const home = `src/engine/${folder}/${name}`;
  if (existsSync(join(root, home))) throw new Error(`${home} exists already`);
  const camel = name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  const fill = (text: string): string =>
    text
      .replaceAll('__name__', name)
      .replaceAll('__camel__', camel)
      .replaceAll('__Name__', camel[0]!.toUpperCase() + camel.slice(1));
  await mkdir(join(root, home));
  const files = [`${kind}.ts`, 'kernel.c'];
  for (const file of files) {
    const template = join(import.meta.dirname, 'templates', kind, `${file}.txt`);
    await writeFile(join(root, home, file), fill(await readFile(template, 'utf8')));
  }
  const registry = `src/engine/${folder}/${list}`;
  const entered = enter(await readFile(join(root, registry), 'utf8'), camel, `./${name}/${kind}.ts`);
  await writeFile(join(root, registry), entered);
  return [...files.map((file) => `${home}/${file}`), registry];
}

/** The list's text with one import more, in the order of its paths, and one entry more, at the end of the array. */
function enter(text: string, camel: string, from: string): string {
  const lines = text.split('\n');
  const pathOf = (line: string): string => /^import .* from '(\.\/[^']+)'/.exec(line)?.[1] ?? '';
  const after = lines.findLastIndex((line) => pathOf(line) !== '' && pathOf(line) < from);
  const firstOwn = lines.findIndex((line) => pathOf(line) !== '');
  lines.splice(after === -1 ? firstOwn : after + 1, 0, `import { ${camel} } from '${from}';`);
  lines.splice(lines.indexOf('];'), 0, `  ${camel},`);
  return lines.join('\n');
}
