import { setTimeout as sleep } from 'node:timers/promises';
import type { Board } from '../../boards/schema.ts';
import { parseBoardText } from '../../protocol/board-text.ts';
import { RESET_BAUD } from '../../protocol/limits.ts';
import type { Abortable, DebugTarget } from '../debug-target.ts';
import {
  dmaPlaces,
  pinPlaces,
  timerHz,
  timerPlaces,
  UART_BYTE_WAITS,
  UART_RECEIVES,
  UART_TRANSMITS,
  uartEnableBit,
  uartPlaces,
} from './registers.ts';

/** Why a board does not answer, as far as a probe can see. */
export const CAUSES = {
  'no-clock':
    'An oscillator or the PLL does not start: look at its pins and at the clock part of board.json.',
  'wrong-clock': 'The core runs at another clock than board.json says: compare oscillator and PLL.',
  'wrong-baud': 'The divider of the UART makes another rate than 115200.',
  'uart-off': 'The UART is not switched on: its clock enable, or CR1.',
  'wrong-tx-pin': 'The pin that leads to the probe is not switched to the transmitter.',
  'wrong-rx-pin': 'The pin that the probe drives is not switched to the receiver.',
  'no-dma-receive': 'Bytes reach the UART and no DMA takes them: compare controller, channel and request.',
  'no-dma-send': 'No DMA feeds the transmitter: compare controller, channel and request.',
  line: 'Everything in the chip is as it should be: look at cable, jumpers, solder bridges and the port of the probe.',
} as const;
export type Cause = keyof typeof CAUSES;

/** One thing looked at, in the order in which a person would. */
export interface Look {
  readonly what: string;
  readonly found: string;
  /** Undefined: as it should be. */
  readonly cause: Cause | undefined;
}

/** Time over which the time base is counted against this computer's clock, and how often before it is called wrong. */
const COUNTED_MS = 400;
const COUNTED_TIMES = 3;
const CLOCK_TOLERANCE = 0.03;
const BAUD_TOLERANCE = 0.03;

/**
 * Looks through the debug port at a board that does not answer, step by step, and stops at nothing: the first look with a
 * cause is the one to begin with. Reads only; the core may run.
 * @param console text lines that came over the serial line
 */
export async function examineBoard(
  target: DebugTarget,
  board: Board,
  console: readonly string[],
  limits: Abortable = {},
): Promise<Look[]> {
  const looks: Look[] = [];
  const read = async (address: number): Promise<number> => (await target.readWords(address, 1, limits))[0]!;
  looks.push(lookAtReports(console));
  looks.push(await lookAtClock(board, read));
  looks.push(...(await lookAtUart(board, read)));
  for (const which of ['tx', 'rx'] as const) looks.push(await lookAtPin(board, which, read));
  for (const which of ['receive', 'transmit'] as const) looks.push(await lookAtDma(board, which, read));
  if (looks.every(({ cause }) => cause === undefined))
    looks.push({ what: 'the line', found: 'nothing wrong is seen in the chip', cause: 'line' });
  return looks;
}

type Read = (address: number) => Promise<number>;

/** What the firmware itself says: it names a clock that does not come, and a DMA that does not send. */
function lookAtReports(console: readonly string[]): Look {
  const what = 'reports of the firmware';
  const report = console.map(parseBoardText).findLast((text) => text?.kind === 'panic');
  if (report?.kind !== 'panic') return { what, found: 'none', cause: undefined };
  const cause = report.fault.startsWith('no-clock')
    ? 'no-clock'
    : report.fault.startsWith('no-dma')
      ? 'no-dma-send'
      : undefined;
  return { what, found: report.fault, cause };
}

async function lookAtClock(board: Board, read: Read): Promise<Look> {
  const what = `core clock, ${megahertz(board.clock.coreHz)} wanted`;
  const wanted = timerHz(board);
  const timers = timerPlaces(board);
  let found = '';
  for (let time = 0; time < COUNTED_TIMES; time++) {
    const first = await count(timers, read);
    await sleep(COUNTED_MS);
    const last = await count(timers, read);
    const counts = timers.length > 1 ? last.value - first.value : (last.value - first.value) >>> 0;
    // The counter was read somewhere within each reading: between these two lies the truth.
    const [slowest, fastest] = [counts / (last.toMs - first.fromMs), counts / (last.fromMs - first.toMs)].map(
      (perMs) => perMs * 1000,
    );
    const isWithin = slowest! * (1 - CLOCK_TOLERANCE) <= wanted && wanted <= fastest! * (1 + CLOCK_TOLERANCE);
    const clockHz = (board.clock.coreHz * (slowest! + fastest!)) / 2 / wanted;
    found = counts === 0 ? 'its time base stands still' : `about ${megahertz(clockHz)}, by its time base`;
    if (isWithin) return { what, found, cause: undefined };
  }
  return { what, found, cause: 'wrong-clock' };
}

async function count(
  timers: readonly number[],
  read: Read,
): Promise<{ value: number; fromMs: number; toMs: number }> {
  const fromMs = performance.now();
  let value = 0;
  for (const address of timers) value = value * 0x1_0000 + (await read(address));
  return { value, fromMs, toMs: performance.now() };
}

const megahertz = (hz: number): string => `${Number((hz / 1e6).toPrecision(3))} MHz`;

async function lookAtUart(board: Board, read: Read): Promise<Look[]> {
  const places = uartPlaces(board);
  const control = await read(places.control);
  const wanted = uartEnableBit(board) | UART_TRANSMITS | UART_RECEIVES;
  const isOn = (control & wanted) === wanted;
  const divider = await read(places.divider);
  const factor = board.uart.instance.startsWith('LPUART') ? 256 : 1;
  const baud = divider === 0 ? 0 : (board.clock.uartHz * factor) / divider;
  const isRate = Math.abs(baud / RESET_BAUD - 1) <= BAUD_TOLERANCE;
  return [
    {
      what: `${board.uart.instance} on, transmitter and receiver`,
      found: `CR1 = ${hex(control)}`,
      cause: isOn ? undefined : 'uart-off',
    },
    {
      what: `line rate, ${RESET_BAUD} wanted`,
      found: `${Math.round(baud)} by a divider of ${divider}`,
      cause: isRate ? undefined : 'wrong-baud',
    },
  ];
}

async function lookAtPin(board: Board, which: 'tx' | 'rx', read: Read): Promise<Look> {
  const { pin, alternateFunction } = board.uart[which];
  const { addresses, judge } = pinPlaces(board, which);
  const words: number[] = [];
  for (const address of addresses) words.push(await read(address));
  const wrong = judge(words);
  const wanted = alternateFunction === null ? '' : `, alternate function ${alternateFunction} wanted`;
  return {
    what: `${pin} as ${board.uart.instance}_${which.toUpperCase()}${wanted}`,
    found: wrong ?? 'so it is',
    cause: wrong === undefined ? undefined : `wrong-${which}-pin`,
  };
}

async function lookAtDma(board: Board, which: 'receive' | 'transmit', read: Read): Promise<Look> {
  const { channel, request } = board.dma[which];
  const places = dmaPlaces(board, which);
  const unit = board.dma.kind === 'streams' ? 'stream' : 'channel';
  const wanted = request === null ? '' : `, request ${request} wanted`;
  const what = `${board.dma.controller} ${unit} ${channel} to ${which}${wanted}`;
  const cause = which === 'receive' ? 'no-dma-receive' : 'no-dma-send';
  if (places.request !== undefined) {
    const selected = ((await read(places.request.address)) >>> places.request.position) & places.request.mask;
    // A stream that sends nothing now has its register cleared between two transfers.
    const isIdleStream = board.dma.kind === 'streams' && which === 'transmit' && selected === 0;
    if (selected !== request && !isIdleStream) return { what, found: `request ${selected}`, cause };
  }
  if (which === 'transmit') return { what, found: 'so it is', cause: undefined };
  const [control, left, status] = [
    await read(places.control),
    await read(places.left),
    await read(uartPlaces(board).status),
  ];
  if ((control & 1) === 0) return { what, found: 'it is switched off', cause };
  const isStuck = left === board.ram.receiveRingBytes && (status & UART_BYTE_WAITS) !== 0;
  const moved = `${board.ram.receiveRingBytes - left} bytes into its ring`;
  return isStuck
    ? { what, found: 'a byte waits in the UART, none was taken', cause }
    : { what, found: moved, cause: undefined };
}

const hex = (word: number): string => `0x${word.toString(16).padStart(8, '0')}`;

/** The looks as lines of text; a mark and the remedy where something is wrong. */
export function describeLooks(looks: readonly Look[]): string[] {
  return looks.flatMap(({ what, found, cause }) => [
    `${cause === undefined ? 'ok   ' : 'WRONG'} ${what}: ${found}`,
    ...(cause === undefined ? [] : [`      ${cause}: ${CAUSES[cause]}`]),
  ]);
}
