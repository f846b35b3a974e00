import { describe, expect, it } from 'vitest';
import { parseBoardText, recordText } from '../../src/protocol/board-text.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('text lines of a board', () => {
  it('are text with tabs, colours, umlauts and a carriage return, and noise with anything else', () => {
    expect(recordText(bytes('temperature\t21 °C\r'))).toBe('temperature\t21 °C');
    expect(recordText(bytes('\u001b[31mred\u001b[0m'))).toBe('\u001b[31mred\u001b[0m');
    expect(recordText(bytes('a\u0000b'))).toBeUndefined();
    expect(recordText(Uint8Array.of(0x41, 0xfe, 0x42))).toBeUndefined();
  });

  it('tell a reset and its cause', () => {
    expect(parseBoardText('neai-hil nucleo-l432kc 0123 brown-out boot 12')).toEqual({
      kind: 'banner',
      boardId: 'nucleo-l432kc',
      libraryId: '0123',
      resetCause: 'brown-out',
      bootCounter: 12,
    });
  });

  it('tell a fault, its registers, and the command that was running', () => {
    const line = 'neai-hil panic NMI pc=08000100 lr=ffffffff r12=00000001 command=learn sequence=7';
    expect(parseBoardText(line)).toEqual({
      kind: 'panic',
      fault: 'NMI',
      registers: { pc: 0x08000100, lr: 0xffffffff, r12: 1 },
      command: 'learn',
      sequence: 7,
    });
    expect(parseBoardText(line.replace('learn', 'none'))).toMatchObject({ command: undefined });
  });

  it('mean nothing when they only look alike', () => {
    for (const line of [
      'neai-hil',
      'neai-hil a b c boot 1',
      'neai-hil panic HardFault pc=1',
      'x neai-hil a b pin boot 1',
    ]) {
      expect(parseBoardText(line)).toBeUndefined();
    }
  });
});
