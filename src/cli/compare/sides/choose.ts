import { NeaiError } from '../../../shared/errors.ts';
import { type BoardOptions, chooseBoard } from '../../slot-choice.ts';
import { boardSide } from './board-side.ts';
import { hostSide, wasmSide } from './compiled-side.ts';
import { emulatorSide } from './emulator-side.ts';
import { type RecordedRun, readRecordedRun, recordedSide } from './recorded-side.ts';
import type { ComparedSide } from './side.ts';

/** What `--reference` and `--target` understand. */
export const SIDE_FORMS =
  'emulator, host-c, wasm, board (by --board or --slot), board:KIND, slot:NAME, record:FILE[#reference]';

export interface SideOptions extends BoardOptions {
  readonly reference?: string;
  readonly target?: string;
}

export interface ChosenSides {
  readonly reference: ComparedSide;
  readonly target: ComparedSide;
  /** The run whose calls are made again when no others are named. */
  readonly recorded: RecordedRun | null;
}

/**
 * The two sides of a comparison: the emulator and the board, unless others are named.
 * @throws NeaiError USAGE, BOARD_UNKNOWN, RACK_…, RECORD_…
 */
export async function chooseSides(options: SideOptions): Promise<ChosenSides> {
  const reference = await sideFrom(options.reference ?? 'emulator', options);
  const target = await sideFrom(options.target ?? 'board', options);
  const isSame = reference.recorded !== null && reference.recorded.file === target.recorded?.file;
  if (isSame && reference.side.name === target.side.name) {
    throw new NeaiError('USAGE', 'both sides are the same recorded answers: they would show nothing', {
      got: `${options.reference} and ${options.target}`,
      remedy: 'Name another side; record:FILE#reference is the other side of the same run.',
    });
  }
  return { reference: reference.side, target: target.side, recorded: target.recorded ?? reference.recorded };
}

/** One side from its form. @throws NeaiError USAGE, BOARD_UNKNOWN, RACK_…, RECORD_… */
export async function sideFrom(
  text: string,
  options: SideOptions,
): Promise<{ side: ComparedSide; recorded: RecordedRun | null }> {
  const [form, ...rest] = text.split(':');
  const name = rest.join(':');
  const alone = (side: ComparedSide) => ({ side, recorded: null });
  if (text === 'emulator') return alone(emulatorSide());
  if (text === 'host-c') return alone(hostSide());
  if (text === 'wasm') return alone(wasmSide());
  if (text === 'board' || text === 'virtual-board') return alone(boardSide(chooseBoard(options)));
  const { rack, virtualDir, baud } = options;
  const wished = baud === undefined ? {} : { baud };
  if (form === 'board' && name !== '') {
    return alone(
      boardSide(chooseBoard({ board: name, ...(virtualDir !== undefined && { virtualDir }), ...wished })),
    );
  }
  if (form === 'slot' && name !== '') {
    return alone(boardSide(chooseBoard({ slot: name, ...(rack !== undefined && { rack }), ...wished })));
  }
  if (form === 'record' && name !== '') {
    const [file, side = 'target'] = name.split('#');
    if (side === 'target' || side === 'reference') {
      const recorded = await readRecordedRun(file!);
      return { side: recordedSide(recorded, side), recorded };
    }
  }
  throw new NeaiError('USAGE', `"${text}" is no side of a comparison`, { asked: SIDE_FORMS, got: text });
}
