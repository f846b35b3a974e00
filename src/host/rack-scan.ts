import type { Board } from '../boards/schema.ts';
import { NeaiError } from '../shared/errors.ts';
import type { ChipFacts } from './probe-chip.ts';
import { parseRack, type Slot } from './rack.ts';
import { editRackText } from './rack-text.ts';
import type { UsbProbe } from './usb-scan.ts';

/** Stands in a rack file where nobody has said yet which board it is. No board has this name. */
const BOARD_TO_FILL_IN = 'fill-in';
const NAME_STEM = 'bench-';

/** A probe that is plugged in, with what its chip said when it was asked. */
export interface Finding {
  readonly probe: UsbProbe;
  readonly chip?: ChipFacts;
}

export interface BoardGuess {
  /** Exactly one: that it is; none or several: somebody has to say. */
  readonly boards: readonly string[];
  readonly because: string;
}

/** Which board a probe sits on: as its chip says, else as the drive's label (`NODE_L432KC`, `NOD_L552ZE`) says. */
export function guessBoard({ probe, chip }: Finding, boards: readonly Board[]): BoardGuess {
  if (chip !== undefined) {
    const flash = chip.flashKilobytes === undefined ? '' : ` and ${chip.flashKilobytes} KB of flash`;
    return { boards: chip.boards, because: `the chip has device id 0x${chip.deviceId.toString(16)}${flash}` };
  }
  const model = /^NODE?_([A-Z0-9]+)$/.exec(probe.driveLabel ?? '')?.[1]?.toLowerCase();
  if (model === undefined) return { boards: [], because: 'the chip has not been asked (--probe)' };
  const named = boards.map(({ id }) => id).filter((id) => shortName(id).startsWith(model));
  return { boards: named, because: `the probe's drive is called ${probe.driveLabel}` };
}

const shortName = (board: string): string => board.replace(/^nucleo-/, '').replaceAll('-', '');

export interface RackChange {
  readonly text: string;
  /** Names of slots: written anew, given their board, found, and on real boards not found. */
  readonly added: readonly string[];
  readonly filledIn: readonly string[];
  readonly present: readonly string[];
  readonly absent: readonly string[];
  /** Slots that still need somebody to say which board it is. */
  readonly toFillIn: readonly string[];
  /** What the file and the boards disagree about; the file is left as it is. */
  readonly disagreements: readonly string[];
}

export interface MergeOptions {
  /** Names the text in errors. */
  readonly file: string;
  readonly boards: readonly Board[];
  /** Such as `2026-03-01`, for the remark at slots that were not found. */
  readonly today: string;
}

/**
 * Brings findings into a rack file as people keep it: what stands there stays to the letter, probes without a slot get
 * one at the end, slots on real boards whose probe is not there get a comment, which goes when it is back. A slot is
 * known by its probe's serial number; its name is never changed, and its board only where it was left to fill in.
 * @param text undefined: there is no file yet
 * @throws NeaiError RACK_FILE_INVALID; PROBE_NOT_FOUND when there is neither a file nor anything to write into one
 */
export function mergeRack(
  text: string | undefined,
  findings: readonly Finding[],
  { file, boards, today }: MergeOptions,
): RackChange {
  const slots = text === undefined ? [] : parseRack(text, file);
  const bySerial = new Map(findings.map((finding) => [finding.probe.serial, finding]));
  const fresh = findings.filter(
    ({ probe }) => probe.serial !== undefined && !slots.some((slot) => slot.probeSerial === probe.serial),
  );
  if (text === undefined && fresh.length === 0)
    throw new NeaiError(
      'PROBE_NOT_FOUND',
      `no ST-LINK with a serial number is plugged in: ${file} not written`,
    );
  const names = freeNames(fresh.length, slots);
  const present = slots.filter((slot) => bySerial.has(slot.probeSerial));
  const absent = slots.filter((slot) => slot.kind === 'silicon' && !bySerial.has(slot.probeSerial));
  const filled = new Map(
    present
      .filter(({ board }) => board === BOARD_TO_FILL_IN)
      .map((slot) => [slot.name, boardText(guessBoard(bySerial.get(slot.probeSerial)!, boards), boards)])
      .filter((entry): entry is [string, string] => !entry[1]!.startsWith(BOARD_TO_FILL_IN)),
  );
  const merged = editRackText(text, file, {
    absent: absent.map(({ name }) => name),
    boards: filled,
    added: fresh.map((finding, index) => slotLines(finding, names[index]!, boards)),
    today,
  });
  const after = parseRack(merged, file);
  assertKept(slots, after, filled);
  return {
    text: merged,
    added: names,
    filledIn: [...filled.keys()],
    present: present.map(({ name }) => name),
    absent: absent.map(({ name }) => name),
    toFillIn: after.filter(({ board }) => board === BOARD_TO_FILL_IN).map(({ name }) => name),
    disagreements: present.flatMap((slot) => disagreement(slot, bySerial.get(slot.probeSerial)!)),
  };
}

function slotLines({ probe, chip }: Finding, name: string, boards: readonly Board[]): string[] {
  const ports = probe.byId.length > 0 ? probe.byId : probe.ttys;
  return [
    `- name: ${name}`,
    `  board: ${boardText(guessBoard({ probe, ...(chip ? { chip } : {}) }, boards), boards)}`,
    '  kind: silicon',
    `  probeSerial: ${probe.serial} # ${[probe.title, `USB ${probe.usbPath}`, ...ports].join(', ')}`,
    ...(chip?.uniqueId === undefined ? [] : [`  uniqueId: ${chip.uniqueId}`]),
  ];
}

/** What stands behind `board:`: the board and how it is known, or a name to fill in and what there is to choose from. */
function boardText({ boards: guessed, because }: BoardGuess, all: readonly Board[]): string {
  if (guessed.length === 1) return `${guessed[0]} # ${because}`;
  const choice = (guessed.length > 0 ? guessed : all.map(({ id }) => id)).join(', ');
  return `${BOARD_TO_FILL_IN} # <- write here which board it is; known: ${choice} (${because})`;
}

/** `bench-1`, `bench-2` …, those that no slot has. */
function freeNames(count: number, slots: readonly Slot[]): string[] {
  const names: string[] = [];
  for (let number = 1; names.length < count; number++) {
    const name = `${NAME_STEM}${number}`;
    if (!slots.some((slot) => slot.name === name)) names.push(name);
  }
  return names;
}

/** A file that people keep is written only when every slot of theirs reads afterwards as it did before. */
function assertKept(
  before: readonly Slot[],
  after: readonly Slot[],
  filled: ReadonlyMap<string, string>,
): void {
  for (const [index, slot] of before.entries()) {
    const now = after[index];
    const board = filled.has(slot.name) ? now?.board : slot.board;
    if (JSON.stringify(now) !== JSON.stringify({ ...slot, board }))
      throw new NeaiError('INTERNAL', `the scan would have changed slot '${slot.name}': nothing written`);
  }
}

function disagreement(slot: Slot, { chip }: Finding): string[] {
  if (chip === undefined) return [];
  const said = [
    ...(slot.uniqueId !== undefined && chip.uniqueId !== undefined && slot.uniqueId !== chip.uniqueId
      ? [`unique id ${slot.uniqueId} in the file, ${chip.uniqueId} on the chip`]
      : []),
    ...(slot.board !== BOARD_TO_FILL_IN && !chip.boards.includes(slot.board)
      ? [
          `board ${slot.board} in the file, a chip with device id 0x${chip.deviceId.toString(16)} on the probe`,
        ]
      : []),
  ];
  return said.map((text) => `${slot.name}: ${text}`);
}
