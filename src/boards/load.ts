import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { z } from 'zod';
import { NeaiError } from '../shared/errors.ts';
import { type Board, boardSchema } from './schema.ts';

/** firmware/boards of this checkout: one folder with a board.json per board. */
const BOARDS_FOLDER = resolve(import.meta.dirname, '../../firmware/boards');

/** Ids of all boards, sorted. */
export function listBoards(folder = BOARDS_FOLDER): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** Reads and checks firmware/boards/<id>/board.json. @throws BOARD_UNKNOWN, BOARD_INVALID */
export function loadBoard(id: string, folder = BOARDS_FOLDER): Board {
  const known = listBoards(folder);
  if (!known.includes(id)) {
    throw new NeaiError('BOARD_UNKNOWN', `there is no board '${id}'`, {
      got: id,
      remedy: `Choose one of: ${known.join(', ')}.`,
    });
  }
  const file = join(folder, id, 'board.json');
  const board = parseBoard(readFileSync(file, 'utf8'), file);
  if (board.id !== id) {
    throw new NeaiError('BOARD_INVALID', `id: is '${board.id}', but the folder is called '${id}'`, { file });
  }
  return board;
}

/** @param file names the text in errors. @throws BOARD_INVALID with the first wrong key */
export function parseBoard(text: string, file: string): Board {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new NeaiError('BOARD_INVALID', `not JSON: ${(cause as Error).message}`, { file, cause });
  }
  const parsed = boardSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [first, ...others] = parsed.error.issues.map(describeIssue);
  throw new NeaiError('BOARD_INVALID', first!, {
    file,
    ...(others.length > 0 ? { evidence: others.join('; ') } : {}),
  });
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const key = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((name) => `${key ? `${key}.` : ''}${name}: unknown key`).join(', ');
  }
  return `${key || 'the whole file'}: ${issue.message}`;
}
