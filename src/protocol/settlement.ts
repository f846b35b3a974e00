import type { CommandName } from './commands.ts';

/** What every answer about the library tells of it. */
export interface LibraryState {
  readonly learnCounter: number;
  /** CRC-32C of the knowledge. */
  readonly digest: number;
}

/** A request without an answer. */
export interface OpenRequest {
  readonly command: CommandName;
  /** The numbers it carried, in the order of the table. */
  readonly asked: readonly number[];
}

/** What counter and digest do not show: asked for when a request is open that changes it. Sensitivities as words. */
export interface Witness {
  readonly sensitivityBefore?: number | undefined;
  readonly sensitivity?: number | undefined;
  /** The newest record in the board's flash, and its number when one was last told of. */
  readonly newest?: { readonly sequence: number; readonly digest: number; readonly loadAtBoot: number };
  readonly newestBefore?: number | undefined;
}

/**
 * What became of a request without an answer.
 * executed: its effect is there. no-effect: all is as it was before; it was not executed, or changed nothing.
 * state-lost: the board was reset and what the session had brought about is gone, whatever the request did.
 * unknown: nothing that the board tells can decide (several requests were open, or the command changes something else).
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

/** A sensitivity that is the wanted one is the effect; one that is the old one says that there was none. */
function judgeSensitivity(
  wanted: number | undefined,
  { sensitivityBefore, sensitivity }: Witness,
  bootedAgain: boolean,
): Settled {
  if (sensitivity === undefined) return 'unknown';
  if (sensitivity === wanted) return 'executed';
  if (bootedAgain) return 'state-lost';
  return sensitivity === sensitivityBefore ? 'no-effect' : 'unknown';
}

/** By its number where the one before is known; else a record of that knowledge, as it was wanted, is the effect. */
function judgeDump(
  loadAtBoot: number | undefined,
  { digest }: LibraryState,
  { newest, newestBefore }: Witness,
): Settled {
  const isWanted = newest?.digest === digest && newest.loadAtBoot === loadAtBoot;
  return isWanted && newest.sequence !== newestBefore ? 'executed' : 'no-effect';
}

/** Judges open requests by what the board tells of itself: counter and digest, and what they do not show. */
export function settle(
  open: readonly OpenRequest[],
  before: LibraryState | undefined,
  after: LibraryState,
  bootedAgain: boolean,
  witness: Witness = {},
): Settlement {
  const isAlone = open.length === 1;
  const outcomeOf = ({ command, asked }: OpenRequest): Settled => {
    if (command === 'set_sensitivity' && isAlone) return judgeSensitivity(asked[0], witness, bootedAgain);
    if (before === undefined) return 'unknown';
    if (command === 'store_dump' && isAlone) return judgeDump(asked[0], before, witness);
    return judge(command, isAlone, before, after, bootedAgain);
  };
  return {
    bootedAgain,
    before,
    after: { learnCounter: after.learnCounter, digest: after.digest },
    requests: open.map((request) => ({ command: request.command, outcome: outcomeOf(request) })),
  };
}
