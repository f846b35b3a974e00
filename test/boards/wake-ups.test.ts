import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadBoard } from '../../src/boards/load.ts';
import { buildFirmware } from '../../src/host/build.ts';
import { cutIntoPages } from '../../src/host/flash-pages.ts';
import { createBoard, type VirtualBoard } from '../../src/virtual/board.ts';
import { SerialLine } from '../../src/virtual/wire/line.ts';
import { trivialLibrary } from '../host/trivial-library.ts';

const home = mkdtempSync(join(tmpdir(), 'neai-wake-'));
type Receiver = Parameters<SerialLine['connect']>[0];

let board: VirtualBoard;
let receiver: Receiver;

/** Runs the machine by hand, up to `limit` instructions a step, until it sleeps and nothing is on its way. */
function untilAsleep(): void {
  for (let steps = 0; steps < 100_000; steps++) if (!board.machine.runSlice() && board.machine.asleep) return;
  throw new Error('the firmware does not go to sleep');
}

/** One more record: an empty one, which the firmware has nothing to say to. @returns instructions it took */
function sendNewline(): number {
  const before = board.machine.instructions;
  board.line.fromHost(Uint8Array.of(0x0a));
  untilAsleep();
  return board.machine.instructions - before;
}

/** Sends a record and stops the machine as soon as the firmware has woken. */
function wake(): void {
  const before = board.machine.instructions;
  board.line.fromHost(Uint8Array.of(0x0a));
  while (board.machine.instructions === before) board.machine.runSlice(1);
}

async function start(boardId: string): Promise<void> {
  const facts = loadBoard(boardId);
  const stateFolder = join(home, boardId);
  const shape = { axes: 3, bufferSize: 8 };
  const { elf } = await buildFirmware(trivialLibrary(shape), { board: facts, shape, outDir: stateFolder });
  const flash = Buffer.alloc(facts.flash.bytes, 0xff);
  for (const page of cutIntoPages(readFileSync(elf), elf, facts).pages)
    flash.set(page.bytes, page.address - facts.flash.address);
  writeFileSync(join(stateFolder, 'flash.bin'), flash);
  const { connect } = SerialLine.prototype;
  SerialLine.prototype.connect = function (uart) {
    receiver = uart;
    connect.call(this, uart);
  };
  board = createBoard({
    facts,
    probeSerial: '0667FF485550755187123456',
    stateFolder,
    host: { speedBaud: () => 115_200, deliver: () => undefined, holdBack: () => undefined },
    complained: () => undefined,
    failed: (failure) => {
      throw failure;
    },
  });
  SerialLine.prototype.connect = connect;
  board.powerOn();
  untilAsleep();
}

afterAll(() => rmSync(home, { recursive: true, force: true }));

// A UART that matches the newline; one that knows an idle line only, where the timer is asked as well.
describe.each(['nucleo-l432kc', 'nucleo-f103rb'])('the firmware of the %s on its way to sleep', (boardId) => {
  beforeAll(() => start(boardId));
  afterAll(() => board?.close());

  // Events are the coming of a request, not its being there: a flag that rises in the wrong place, and stays up, would
  // make the receiver deaf until half a ring of bytes has come, or for good.
  it.each([
    ['a framing error', { data: 0, framingError: true, noise: false, overrun: false }],
    ['an overrun', { data: 0, framingError: false, noise: false, overrun: true }],
    ['the end of a record', { data: 0x0a, framingError: false, noise: false, overrun: false }],
  ])('loses no wake-up, at whatever instruction %s comes', (_what, arrival) => {
    const instructions = sendNewline();
    expect(instructions).toBeGreaterThan(100);
    expect(instructions).toBeLessThan(3000);
    const deafAfter: number[] = [];
    for (let place = 0; place < instructions; place++) {
      wake();
      for (let step = 0; step < place && !board.machine.asleep; step++) board.machine.runSlice(1);
      receiver.receive(arrival);
      untilAsleep();
      if (sendNewline() === 0) {
        deafAfter.push(place);
        board.powerOff();
        board.powerOn();
        untilAsleep();
      }
    }
    expect(deafAfter).toEqual([]);
  });
});
