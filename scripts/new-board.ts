import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listBoards, loadBoard, parseBoard } from '../src/boards/load.ts';
import { UNCHECKED } from '../src/boards/schema.ts';

const NAME = /^nucleo-[a-z][0-9]{2,3}[a-z0-9]*(-[a-z])?$/;

interface BoardText {
  id: string;
  title: string;
  mcu: string;
  family: string;
  documents: Record<string, string>;
  [section: string]: unknown;
}

/**
 * Makes firmware/boards/<name>/board.json from that of a board of the same family. It builds as it stands; every fact that
 * was taken over is marked as unchecked in the section's `source`, and a test refuses to let such a board be shipped.
 * @param like a known board; when not given the first of the family that the name tells (nucleo-l4… is an stm32l4)
 * @returns the file written, relative to `root`
 * @throws when the name is no NUCLEO's, is taken, or no board of its family is known
 */
export async function createBoard(root: string, name: string, like?: string): Promise<string> {
  const folder = join(root, 'firmware/boards');
  if (!NAME.test(name)) throw new Error(`a board is named as in nucleo-l476rg, in lower case: not '${name}'`);
  const known = listBoards(folder);
  if (known.includes(name)) throw new Error(`firmware/boards/${name} exists already`);
  const template = like ?? templateOf(known, name, folder);
  if (!known.includes(template)) {
    throw new Error(`there is no board '${template}' to take after: ${known.join(', ')}`);
  }
  const board = JSON.parse(await readFile(join(folder, template, 'board.json'), 'utf8')) as BoardText;
  const title = name.toUpperCase();
  board.id = name;
  board.title = title;
  board.mcu = `STM32${title.replace(/^NUCLEO-/, '').replace(/-[A-Z]$/, '')}`;
  board.documents = marked(board.documents, template);
  for (const section of Object.values(board)) {
    if (typeof section === 'object' && section !== null && 'source' in section) {
      section.source = `${UNCHECKED} taken from ${template}: ${section.source}`;
    }
  }
  const file = join('firmware/boards', name, 'board.json');
  const text = `${JSON.stringify(board, undefined, 2)}\n`;
  parseBoard(text, file);
  await mkdir(join(folder, name));
  await writeFile(join(root, file), text);
  return file;
}

/** The first known board of the family that a name such as nucleo-l4… belongs to. */
function templateOf(known: readonly string[], name: string, folder: string): string {
  const family = `stm32${name.slice('nucleo-'.length, 'nucleo-'.length + 2)}`;
  const found = known.find((id) => loadBoard(id, folder).family === family);
  if (found !== undefined) return found;
  const families = [...new Set(known.map((id) => loadBoard(id, folder).family))].join(', ');
  throw new Error(`there are no drivers for ${family}: known are ${families} (docs/adding-a-board.md)`);
}

const marked = (documents: Record<string, string>, template: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(documents).map(([key, text]) => [key, `${UNCHECKED} taken from ${template}: ${text}`]),
  );
