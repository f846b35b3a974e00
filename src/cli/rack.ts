import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { listBoards, loadBoard } from '../boards/load.ts';
import type { Board } from '../boards/schema.ts';
import { probeChip } from '../host/probe-chip.ts';
import { parseRack, type Slot } from '../host/rack.ts';
import { type BoardGuess, type Finding, guessBoard, mergeRack, type RackChange } from '../host/rack-scan.ts';
import { scanUsb } from '../host/usb-scan.ts';
import { describeError, NeaiError } from '../shared/errors.ts';
import { interrupted } from './interrupt.ts';
import { printJson, printLine, printRemark } from './output.ts';

interface ScanOptions {
  readonly out?: string;
  readonly probe?: true;
  readonly sysfs: string;
  readonly json?: true;
}

/** `neai rack scan`: which ST-LINKs are plugged in, and the rack file that names them. */
export function registerRack(program: Command): void {
  const rack = program.command('rack').description('the rack file: which board is plugged in where');
  rack
    .command('scan')
    .description(
      'list the ST-LINKs that are plugged in, with their serial ports; write or complete a rack file',
    )
    .option('--out <file>', 'rack file to write; one that exists keeps its names, boards and comments')
    .option('--probe', 'ask every chip who it is, through OpenOCD (reads only; the core runs on)')
    .option('--sysfs <root>', 'folder that stands for /, with sys and dev below it', '/')
    .option('--json', 'print one JSON document: probes, rack')
    .action(scan);
}

/** A probe with what its chip said, or why it did not. */
type Answer = Finding & { readonly refusal?: NeaiError };

async function scan(options: ScanOptions): Promise<void> {
  const boards = listBoards().map((id) => loadBoard(id));
  const { out } = options;
  const text = out !== undefined && existsSync(out) ? readFileSync(out, 'utf8') : undefined;
  const slots = text === undefined ? [] : parseRack(text, out!);
  const answers: Answer[] = [];
  for (const probe of scanUsb(options.sysfs)) {
    const slot = slots.find(({ probeSerial }) => probeSerial === probe.serial);
    answers.push({ probe, ...(options.probe === true ? await ask(probe.serial, slot, boards) : {}) });
  }
  const change =
    out === undefined ? undefined : mergeRack(text, answers, { file: out, boards, today: today() });
  if (change !== undefined && change.text !== text) replaceFile(out!, change.text);
  const probes = answers.map((answer) => ({ ...answer, guess: guessBoard(answer, boards) }));
  if (options.json === true) {
    const { text: _text, ...rack } = change ?? { text: '' };
    printJson({
      probes: probes.map(asJson),
      ...(change === undefined ? {} : { rack: { file: out, ...rack } }),
    });
  } else {
    for (const line of probes.flatMap(probeLines)) printLine(line);
    if (probes.length === 0) printLine('no ST-LINK is plugged in');
    for (const line of change === undefined ? [] : changeLines(out!, change)) printLine(line);
  }
  // A probe that could not be asked is a fact about the rack, not a reason to withhold the list.
  const refused = answers.find(({ refusal }) => refusal !== undefined)?.refusal;
  if (refused !== undefined) process.exitCode = refused.exitStatus;
}

async function ask(
  probeSerial: string | undefined,
  slot: Slot | undefined,
  boards: readonly Board[],
): Promise<Omit<Answer, 'probe'>> {
  if (probeSerial === undefined) return {};
  try {
    const { adapter, deadlineFactor } = slot ?? { adapter: [], deadlineFactor: 1 };
    return { chip: await probeChip({ probeSerial, adapter, boards, deadlineFactor, signal: interrupted }) };
  } catch (error) {
    if (!(error instanceof NeaiError) || error.code === 'INTERRUPTED') throw error;
    printRemark(`probe ${probeSerial}: ${describeError(error)}`);
    return { refusal: error };
  }
}

type Listed = Answer & { readonly guess: BoardGuess };

const asJson = ({ probe, chip, refusal, guess }: Listed) => ({
  ...probe,
  guess,
  ...(chip === undefined ? {} : { chip }),
  ...(refusal === undefined ? {} : { refusal: { code: refusal.code, message: refusal.message } }),
});

function probeLines({ probe, guess }: Listed): string[] {
  const board = guess.boards.length === 1 ? guess.boards[0]! : 'board unknown';
  const head = `${probe.serial ?? 'no serial number'}  ${probe.title}, USB ${probe.usbPath}`;
  return [
    head,
    `  port:   ${(probe.byId.length > 0 ? probe.byId : probe.ttys).join(' ') || 'none'}`,
    `  board:  ${board} (${guess.because})`,
    ...probe.remarks.map((remark) => `  remark: ${remark}`),
  ];
}

function changeLines(file: string, change: RackChange): string[] {
  const names = (list: readonly string[]): string => list.join(', ') || 'none';
  return [
    `${file}: added ${names(change.added)}; found ${names(change.present)}; not plugged in ${names(change.absent)}`,
    ...change.disagreements.map((text) => `${file}: disagrees with the board: ${text}`),
    ...change.toFillIn.map((name) => `${file}: slot ${name}: write behind 'board:' which board it is`),
  ];
}

/** The file is complete at every moment, whenever the power goes. */
function replaceFile(file: string, text: string): void {
  try {
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  } catch (cause) {
    throw new NeaiError('RACK_FILE_INVALID', 'cannot be written', { file, got: String(cause), cause });
  }
}

const today = (): string => new Date().toISOString().slice(0, 10);
