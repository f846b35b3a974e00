import { describe, expect, it } from 'vitest';
import { chooseSlot, loadRack, parseRack } from '../../src/host/rack.ts';

const slot = (name: string, probeSerial: string, rest = ''): string =>
  `  - name: ${name}\n    board: nucleo-l432kc\n    kind: silicon\n    probeSerial: ${probeSerial}\n${rest}`;
const A = '066CFF515753667267114211';
const B = '066CFF515753667267114212';

describe('a rack file', () => {
  it('is read as the committed example has it', () => {
    const slots = loadRack('rack.example.yaml');
    expect(slots.map(({ name, kind, deadlineFactor }) => ({ name, kind, deadlineFactor }))).toEqual([
      { name: 'bench-1', kind: 'silicon', deadlineFactor: 1 },
      { name: 'software-1', kind: 'virtual', deadlineFactor: 4 },
    ]);
    expect(slots[0]).toMatchObject({ portFolder: '/dev/serial/by-id', adapter: [] });
    expect(slots[1]!.portFolder).toMatch(/^\/.*virtual-1\/by-id$/);
  });

  it('keeps serial numbers and ids that look like numbers, digit for digit', () => {
    const [read] = parseRack(
      `slots:\n${slot('a', '000000000000000000000012', '    uniqueId: 0032002E3137511639363634\n')}`,
      'r',
    );
    expect(read).toMatchObject({
      probeSerial: '000000000000000000000012',
      uniqueId: '0032002E3137511639363634',
    });
  });

  it.each<[string, string, number, number, RegExp]>([
    ['a repeated name', `slots:\n${slot('a', A)}${slot('a', B)}`, 6, 11, /name a is already that of slot 1/],
    [
      'a repeated probe',
      `slots:\n${slot('a', A)}${slot('b', A)}`,
      9,
      18,
      /probeSerial .* already .* slot 1 \('a'\)/,
    ],
    [
      'a repeated probe in lower case',
      `slots:\n${slot('a', A)}${slot('b', A.toLowerCase())}`,
      9,
      18,
      /already/,
    ],
    ['an unknown key', `slots:\n${slot('a', A, '    parity: even\n')}`, 6, 5, /unknown key parity/],
    ['a rate that no board makes', `slots:\n${slot('a', A, '    baud: 9600\n')}`, 6, 11, /115200/],
    ['a missing key', 'slots:\n  - name: a\n    board: b\n    kind: silicon\n', 2, 5, /probeSerial/],
    ['a short serial number', `slots:\n${slot('a', '066C')}`, 5, 18, /24 hexadecimal digits/],
    ['another kind', `slots:\n${slot('a', A).replace('silicon', 'simulated')}`, 4, 11, /kind/],
    [
      'a factor that is no number',
      `slots:\n${slot('a', A, '    deadlineFactor: fast\n')}`,
      6,
      21,
      /plain number/,
    ],
    ['a factor of zero', `slots:\n${slot('a', A, '    deadlineFactor: 0\n')}`, 6, 21, /0\.1/],
    ['no slots at all', 'slots: []\n', 1, 8, /slots/],
    ['a file with nothing in it', '', 1, 1, /whole file/],
    ['a key given twice', `slots:\n${slot('a', A, '    name: b\n')}`, 6, 5, /unique/],
    ['broken YAML', 'slots:\n  - name: "a\n', 3, 1, /quote/i],
  ])('is refused for %s, at its line and column', (_what, text, line, column, message) => {
    expect(() => parseRack(text, 'rack.yaml')).toThrow(
      expect.objectContaining({
        code: 'RACK_FILE_INVALID',
        exitStatus: 2,
        message: expect.stringMatching(message),
        details: expect.objectContaining({ file: 'rack.yaml', line, column }),
      }),
    );
  });

  it('tells every wrong place, the first as the error and the others as evidence', () => {
    const text = `slots:\n${slot('a', '12')}${slot('b', '34')}`;
    expect(() => parseRack(text, 'r')).toThrow(
      expect.objectContaining({
        details: expect.objectContaining({ line: 5, evidence: expect.stringContaining('r:9:18') }),
      }),
    );
  });

  it('that is not there is refused by name', () => {
    expect(() => loadRack('/nonexistent/rack.yaml')).toThrow(
      expect.objectContaining({ code: 'RACK_FILE_INVALID' }),
    );
  });

  it('answers an unknown slot with the names it has', () => {
    const slots = parseRack(`slots:\n${slot('left', A)}${slot('right', B)}`, 'r');
    expect(chooseSlot(slots, 'right').probeSerial).toBe(B);
    expect(() => chooseSlot(slots, 'middle')).toThrow(
      expect.objectContaining({
        code: 'RACK_SLOT_UNKNOWN',
        details: expect.objectContaining({ remedy: 'Choose one of: left, right.' }),
      }),
    );
  });
});
