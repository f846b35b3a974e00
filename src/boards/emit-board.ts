import type { FilePlan } from '../shared/file-plan.ts';
import { emitConfig } from './emit-config.ts';
import { emitMemory } from './emit-memory.ts';
import { listBoards, loadBoard } from './load.ts';
import type { Board } from './schema.ts';

/** board.cmake: what the build has to know before it compiles anything. */
function emitCmake(board: Board): string {
  return `${[
    `# Generated from firmware/boards/${board.id}/board.json by npm run generate. Do not edit.`,
    `set(NEAI_BOARD_CORE ${board.core})`,
    `set(NEAI_BOARD_FAMILY ${board.family})`,
  ].join('\n')}\n`;
}

/** Everything that is generated from one board.json. */
export function emitBoard(board: Board): FilePlan {
  const folder = `firmware/generated/${board.id}`;
  return [
    { path: `${folder}/memory.ld`, content: emitMemory(board) },
    { path: `${folder}/board_config.h`, content: emitConfig(board) },
    { path: `${folder}/board.cmake`, content: emitCmake(board) },
  ];
}

/** The same for every board there is. */
export function emitBoards(): FilePlan {
  return listBoards().flatMap((id) => emitBoard(loadBoard(id)));
}
