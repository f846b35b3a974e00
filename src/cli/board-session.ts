import type { Command } from 'commander';
import { listBoards } from '../boards/load.ts';
import { attach } from '../host/attach.ts';
import type { BoardSession } from '../host/board.ts';
import { interrupted } from './interrupt.ts';
import { type BoardOptions, chooseBoard } from './slot-choice.ts';

export interface SessionOptions extends BoardOptions {
  readonly evidence?: string;
  readonly json?: boolean;
}

/** The options by which a command finds its board. */
export function addBoardOptions(command: Command): Command {
  return command
    .option('--slot <name>', 'use this slot of the rack file')
    .option('--rack <file>', 'rack file', 'rack.yaml')
    .option('--board <board>', `start a virtual board of this kind: ${listBoards().join(', ')}`)
    .option(
      '--virtual-dir <dir>',
      'folder that keeps the flash of the virtual board (default: a temporary one)',
    )
    .option('--evidence <dir>', "folder for OpenOCD's transcript");
}

/** Takes the board for as long as the work takes. It is neither reset nor erased: it keeps what it has learned. */
export async function withBoard<T>(
  options: SessionOptions,
  work: (session: BoardSession) => Promise<T>,
): Promise<T> {
  const place = await chooseBoard(options).open(interrupted);
  try {
    const session = await attach(place.slot, { signal: interrupted, evidenceDir: options.evidence });
    try {
      return await work(session);
    } finally {
      await session.close();
    }
  } finally {
    await place.close();
  }
}
