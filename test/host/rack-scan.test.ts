import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { listBoards, loadBoard } from '../../src/boards/load.ts';
import { parseRack } from '../../src/host/rack.ts';
import { type Finding, guessBoard, mergeRack } from '../../src/host/rack-scan.ts';

const A = '066CFF515753667267114211';
const B = '066CFF515753667267114212';
const l432kc = loadBoard('nucleo-l432kc');
// Two more kinds of board, so that a guess can be wrong: one with the same chip, one with a longer name.
const boards = [
  l432kc,
  { ...l432kc, id: 'nucleo-l433rc-p' },
  { ...l432kc, id: 'nucleo-l552ze-q', identity: { ...l432kc.identity, deviceId: 0x472 } },
];
const today = '2026-03-01';
const options = { file: 'rack.yaml', boards, today };

function finding(serial: string | undefined, rest: Partial<Finding['probe']> = {}): Finding {
  const probe = {
    usbPath: '1-1.4',
    productId: '374b',
    title: 'ST-LINK/V2-1',
    node: '/dev/bus/usb/001/004',
    ttys: ['/dev/ttyACM0'],
    byId: [`/dev/serial/by-id/usb-STMicroelectronics_STM32_STLink_${serial}-if02`],
    remarks: [],
    ...rest,
  };
  return { probe: serial === undefined ? probe : { ...probe, serial } };
}

const kept = `# our rack
slots:
  # the one by the window
  - name: window   # two spaces more
    board:   nucleo-l432kc
    kind: silicon
    probeSerial: ${A.toLowerCase()}

  - name: soft
    board: nucleo-l432kc
    kind: virtual
    probeSerial: 0660FF000000000000000001
    adapter: [ "hla_stlink_backend tcp 41234" ] # brackets
    # deadlineFactor: 4
`;

describe('a scan written into a rack file', () => {
  it('makes a new file that is a rack file, with a board to fill in and what there is to choose from', () => {
    const change = mergeRack(undefined, [finding(A)], options);
    expect(change).toMatchObject({ added: ['bench-1'], toFillIn: ['bench-1'], absent: [] });
    expect(change.text).toContain('board: fill-in # <- write here which board it is; known: nucleo-l432kc,');
    expect(parseRack(change.text, 'r')).toEqual([
      expect.objectContaining({ name: 'bench-1', kind: 'silicon', probeSerial: A, deadlineFactor: 1 }),
    ]);
  });

  it('leaves every line of a file that people keep, and adds what is new at its end', () => {
    const change = mergeRack(kept, [finding(B), finding(A)], options);
    expect(change).toMatchObject({ added: ['bench-1'], present: ['window'], absent: [] });
    expect(change.text.startsWith(kept)).toBe(true);
    expect(parseRack(change.text, 'r').map(({ name }) => name)).toEqual(['window', 'soft', 'bench-1']);
  });

  it('does not change a file that says it all already', () => {
    expect(mergeRack(kept, [finding(A)], options).text).toBe(kept);
  });

  it('marks a real board that is not there by a comment, and a virtual one never', () => {
    const change = mergeRack(kept, [], options);
    expect(change.absent).toEqual(['window']);
    expect(change.text).toBe(
      kept.replace('  - name: window', '  # neai rack scan: not plugged in (2026-03-01)\n  - name: window'),
    );
  });

  it('keeps the date on which a board was first missed, and takes the comment away when it is back', () => {
    const missed = mergeRack(kept, [], options).text;
    expect(mergeRack(missed, [], { ...options, today: '2026-04-01' }).text).toBe(missed);
    expect(mergeRack(missed, [finding(A)], options).text).toBe(kept);
  });

  it('knows a board by its serial number when ports and sockets have changed', () => {
    const moved = finding(A, { usbPath: '3-2', ttys: ['/dev/ttyACM7'] });
    expect(mergeRack(kept, [moved], options).text).toBe(kept);
  });

  it('gives new slots names that nobody has', () => {
    const taken = kept.replace('name: soft', 'name: bench-2');
    expect(mergeRack(taken, [finding(A), finding(B), finding('0'.repeat(24))], options).added).toEqual([
      'bench-1',
      'bench-3',
    ]);
  });

  it('fills in a board where it was left to fill in, and nowhere else', () => {
    const open = mergeRack(undefined, [finding(A), finding(B)], options).text;
    const told = {
      ...finding(A),
      chip: { deviceId: 0x472, boards: ['nucleo-l552ze-q'], flashKilobytes: 256 },
    };
    const change = mergeRack(open, [told, finding(B)], options);
    expect(change).toMatchObject({ filledIn: ['bench-1'], toFillIn: ['bench-2'] });
    expect(parseRack(change.text, 'r').map(({ board }) => board)).toEqual(['nucleo-l552ze-q', 'fill-in']);
    expect(change.text).toContain(
      'board: nucleo-l552ze-q # the chip has device id 0x472 and 256 KB of flash\n',
    );
  });

  it('writes the unique id of a chip that was asked, and tells where the file disagrees with the chip', () => {
    const uniqueId = '0032002E3137511639363634';
    const chip = { deviceId: 0x472, boards: ['nucleo-l552ze-q'], uniqueId };
    const written = mergeRack(undefined, [{ ...finding(A), chip }], options).text;
    expect(parseRack(written, 'r')[0]).toMatchObject({ board: 'nucleo-l552ze-q', uniqueId });
    const other = { deviceId: 0x435, boards: ['nucleo-l432kc'], uniqueId: 'F'.repeat(24) };
    const change = mergeRack(written, [{ ...finding(A), chip: other }], options);
    expect(change.text).toBe(written);
    expect(change.disagreements).toEqual([
      expect.stringMatching(/bench-1: unique id 0032.* F{24}/),
      expect.stringMatching(/bench-1: board nucleo-l552ze-q .* 0x435/),
    ]);
  });

  it('leaves out a probe whose serial number cannot be used', () => {
    expect(mergeRack(kept, [finding(A), finding(undefined)], options).text).toBe(kept);
    expect(() => mergeRack(undefined, [finding(undefined)], options)).toThrow(
      expect.objectContaining({ code: 'PROBE_NOT_FOUND' }),
    );
  });

  it('adds to a file whose dashes stand at the margin or on lines of their own', () => {
    for (const text of [
      `slots:\n- name: a\n  board: nucleo-l432kc\n  kind: silicon\n  probeSerial: ${A}\n`,
      `slots:\n  -\n    name: a\n    board: nucleo-l432kc\n    kind: silicon\n    probeSerial: ${A}`,
    ]) {
      const { text: merged } = mergeRack(text, [finding(B)], options);
      expect(parseRack(merged, 'r').map(({ name }) => name)).toEqual(['a', 'bench-1']);
      expect(merged.split('\n').filter((line) => line.includes('not plugged in'))).toHaveLength(1);
    }
  });

  it('refuses a list in brackets and a file that is no rack file, with the place', () => {
    const brackets = `slots: [{ name: a, board: b, kind: silicon, probeSerial: ${A} }]\n`;
    expect(() => mergeRack(brackets, [finding(B)], options)).toThrow(
      expect.objectContaining({
        code: 'RACK_FILE_INVALID',
        details: expect.objectContaining({ line: 1, column: 8 }),
      }),
    );
    expect(() => mergeRack('slots:\n  - nmae: a\n', [finding(B)], options)).toThrow(
      expect.objectContaining({ code: 'RACK_FILE_INVALID' }),
    );
  });

  it('adds to the committed example', () => {
    const example = readFileSync('rack.example.yaml', 'utf8');
    const { text } = mergeRack(example, [finding(A), finding(B)], {
      ...options,
      boards: listBoards().map((id) => loadBoard(id)),
    });
    expect(text.startsWith(example)).toBe(true);
    expect(parseRack(text, 'r').map(({ name }) => name)).toEqual(['bench-1', 'software-1', 'bench-2']);
  });
});

describe('a guess at the board', () => {
  it.each([
    ['NODE_L432KC', ['nucleo-l432kc']],
    ['NOD_L552ZE', ['nucleo-l552ze-q']],
    ['NODE_L433RC', ['nucleo-l433rc-p']],
    ['NODE_F446RE', []],
    ['BACKUP', []],
  ])('is read from the drive %s', (driveLabel, expected) => {
    expect(guessBoard(finding(A, { driveLabel }), boards).boards).toEqual(expected);
  });

  it('believes the chip before the drive', () => {
    const chip = { deviceId: 0x472, boards: ['nucleo-l552ze-q'] };
    expect(guessBoard({ ...finding(A, { driveLabel: 'NODE_L432KC' }), chip }, boards).boards).toEqual(
      chip.boards,
    );
  });
});
