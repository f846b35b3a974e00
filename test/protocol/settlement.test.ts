import { describe, expect, it } from 'vitest';
import type { CommandName } from '../../src/protocol/commands.ts';
import { type LibraryState, settle } from '../../src/protocol/settlement.ts';

const state = (learnCounter: number, digest: number): LibraryState => ({ learnCounter, digest });

describe('settling a request without an answer', () => {
  it.each<[string, CommandName[], LibraryState | undefined, LibraryState, boolean, string]>([
    ['a learn whose effect is there', ['learn'], state(4, 1), state(5, 2), false, 'executed'],
    ['a learn whose effect is not there', ['learn'], state(4, 1), state(4, 1), false, 'no-effect'],
    ['a learn when the counter moved by two', ['learn'], state(4, 1), state(6, 2), false, 'unknown'],
    ['a learn when a reset took what was learned', ['learn'], state(4, 1), state(0, 9), true, 'state-lost'],
    ['a learn when knowledge outlived the reset', ['learn'], state(4, 1), state(5, 2), true, 'executed'],
    ['an initialize that was executed', ['initialize'], state(4, 1), state(0, 9), false, 'executed'],
    ['a detect, which changes nothing', ['detect'], state(4, 1), state(4, 1), false, 'no-effect'],
    [
      'a sensitivity, of which counter and digest know nothing',
      ['set_sensitivity'],
      state(4, 1),
      state(4, 1),
      false,
      'unknown',
    ],
    ['two learns with one effect', ['learn', 'learn'], state(4, 1), state(5, 2), false, 'unknown'],
    ['two learns without effect', ['learn', 'learn'], state(4, 1), state(4, 1), false, 'no-effect'],
    ['a learn before which nothing was known', ['learn'], undefined, state(1, 1), false, 'unknown'],
  ])('%s', (_what, commands, before, after, bootedAgain, outcome) => {
    const settlement = settle(commands, before, after, bootedAgain);
    expect(settlement.requests).toEqual(commands.map((command) => ({ command, outcome })));
  });
});
