import type { CommandName } from './commands.ts';

/** What every answer about the library tells of it. */
export interface LibraryState {
  readonly learnCounter: number;
  /** CRC-32C of the knowledge. */
  readonly digest: number;
}

/**
 * What became of a request without an answer.
 * executed: its effect is there. no-effect: the knowledge is as it was before; it was not executed, or changed nothing.
 * state-lost: the board was reset and what the session had learned is gone, whatever the request did.
 * unknown: counter and digest cannot tell (several requests were open, or the command changes something else).
 */
type Settled = 'executed' | 'no-effect' | 'state-lost' | 'unknown';

export interface Settlement {
  readonly bootedAgain: boolean;
  /** Undefined when the request was the first of its client. */
  readonly before: LibraryState | undefined;
  readonly after: LibraryState;
  readonly requests: readonly { readonly command: CommandName; readonly outcome: Settled }[];
}

/** Commands of which counter and digest show the whole effect. */
const SHOWN: ReadonlySet<CommandName> = new Set([
  'initialize',
  'learn',
  'detect',
  'classify',
  'knowledge_write',
  'restore_begin',
  'restore_commit',
  'store_load',
  'learn_many',
  'detect_many',
]);

function judge(
  command: CommandName,
  isAlone: boolean,
  before: LibraryState,
  after: LibraryState,
  bootedAgain: boolean,
): Settled {
  const isSame = after.learnCounter === before.learnCounter && after.digest === before.digest;
  const isOneMore = command === 'learn' && isAlone && after.learnCounter === before.learnCounter + 1;
  if (bootedAgain && !isSame && !isOneMore) return 'state-lost';
  if (!SHOWN.has(command)) return 'unknown';
  if (isSame) return 'no-effect';
  if (!isAlone) return 'unknown';
  if (command === 'learn') return isOneMore ? 'executed' : 'unknown';
  if (command === 'initialize') return after.learnCounter === 0 ? 'executed' : 'unknown';
  // Several learns may have been cut short by a refusal: the counter says how many there were.
  return 'executed';
}

/** Judges open requests by counter and digest alone. */
export function settle(
  commands: readonly CommandName[],
  before: LibraryState | undefined,
  after: LibraryState,
  bootedAgain: boolean,
): Settlement {
  const isAlone = commands.length === 1;
  return {
    bootedAgain,
    before,
    after: { learnCounter: after.learnCounter, digest: after.digest },
    requests: commands.map((command) => ({
      command,
      outcome: before === undefined ? 'unknown' : judge(command, isAlone, before, after, bootedAgain),
    })),
  };
}
