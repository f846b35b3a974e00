import { describe, expect, it } from 'vitest';
import type { CommandName } from '../../src/protocol/commands.ts';
import { type LibraryState, settle, type Witness } from '../../src/protocol/settlement.ts';

const state = (learnCounter: number, digest: number): LibraryState => ({ learnCounter, digest });

describe('settling a request without an answer', () => {
  it.each<[string, CommandName, number[], Witness, boolean, string]>([
    ['a sensitivity that is the wanted one', 'set_sensitivity', [7], { sensitivity: 7 }, false, 'executed'],
    [
      'a sensitivity that is the old one',
      'set_sensitivity',
      [7],
      { sensitivityBefore: 5, sensitivity: 5 },
      false,
      'no-effect',
    ],
    [
      'a sensitivity that is neither: the library may have chosen it',
      'set_sensitivity',
      [7],
      { sensitivityBefore: 5, sensitivity: 6 },
      false,
      'unknown',
    ],
    [
      'a sensitivity before a reset',
      'set_sensitivity',
      [7],
      { sensitivityBefore: 5, sensitivity: 5 },
      true,
      'state-lost',
    ],
    [
      'a dump whose record is the newest',
      'store_dump',
      [1],
      { newest: { sequence: 3, digest: 1, loadAtBoot: 1 } },
      true,
      'executed',
    ],
    [
      'a dump that left the record before',
      'store_dump',
      [1],
      { newest: { sequence: 3, digest: 2, loadAtBoot: 1 } },
      false,
      'no-effect',
    ],
    [
      'a dump that is there and not as it was wanted',
      'store_dump',
      [1],
      { newest: { sequence: 3, digest: 1, loadAtBoot: 0 } },
      false,
      'no-effect',
    ],
    ['a dump where there is no record', 'store_dump', [0], {}, false, 'no-effect'],
    [
      'a dump of what the newest record held already',
      'store_dump',
      [0],
      { newest: { sequence: 3, digest: 1, loadAtBoot: 0 }, newestBefore: 3 },
      false,
      'no-effect',
    ],
  ])('%s', (_what, command, asked, witness, bootedAgain, outcome) => {
    const settlement = settle([{ command, asked }], state(4, 1), state(4, 1), bootedAgain, witness);
    expect(settlement.requests).toEqual([{ command, outcome }]);
  });

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
    const settlement = settle(
      commands.map((command) => ({ command, asked: [] })),
      before,
      after,
      bootedAgain,
    );
    expect(settlement.requests).toEqual(commands.map((command) => ({ command, outcome })));
  });
});
