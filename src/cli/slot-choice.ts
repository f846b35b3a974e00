import { loadBoard } from '../boards/load.ts';
import { chooseSlot, loadRack, type Slot } from '../host/rack.ts';
import { startVirtualSlot } from '../host/virtual-slot.ts';
import type { LineBaud } from '../protocol/raise-baud.ts';
import { NeaiError } from '../shared/errors.ts';

export interface BoardOptions {
  readonly board?: string;
  readonly slot?: string;
  readonly rack?: string;
  readonly virtualDir?: string;
  /** Line rate wished for; that of the slot when not given. */
  readonly baud?: LineBaud;
}

/** A place that was opened for one command; whoever opened it closes it. */
export interface OpenPlace {
  readonly slot: Slot;
  close(): Promise<void>;
}

export interface BoardChoice {
  /** Kind of board. */
  readonly board: string;
  open(signal: AbortSignal): Promise<OpenPlace>;
}

/**
 * `--slot S` takes a place of the rack file, `--board B` starts a virtual board. What follows is the same for both.
 * @throws NeaiError USAGE, BOARD_UNKNOWN, RACK_FILE_INVALID, RACK_SLOT_UNKNOWN
 */
export function chooseBoard({
  board,
  slot,
  rack = 'rack.yaml',
  virtualDir,
  baud,
}: BoardOptions): BoardChoice {
  const wished = baud === undefined ? {} : { baud };
  if (slot !== undefined) {
    const place = chooseSlot(loadRack(rack), slot);
    if (board !== undefined && board !== place.board) {
      throw new NeaiError('USAGE', `slot '${slot}' holds another board`, { asked: board, got: place.board });
    }
    return {
      board: place.board,
      open: async () => ({ slot: { ...place, ...wished }, close: async () => {} }),
    };
  }
  if (board === undefined) {
    throw new NeaiError('USAGE', 'no board was named', {
      remedy: 'Give --board B for a virtual board, or --slot S with --rack FILE.',
    });
  }
  const facts = loadBoard(board);
  return {
    board,
    async open(signal) {
      const started = await startVirtualSlot(facts, { dir: virtualDir, signal });
      return { slot: { ...started.slot, ...wished }, close: started.close };
    },
  };
}
