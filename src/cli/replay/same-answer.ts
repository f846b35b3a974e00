import { COMMAND_ROWS, type CommandName } from '../../protocol/commands.ts';
import type { Frame } from '../../protocol/frame.ts';
import { decodeResponse } from '../../protocol/payload.ts';

/** What belongs to the one board, its past or its clock, not to what it computes. */
const OF_THE_BOARD: Partial<Record<CommandName, readonly string[]>> = {
  hello: ['uniqueId', 'bootCounter', 'resetCause'],
  ping: ['bootCounter'],
  reset: ['bootCounter'],
};
/** Counters of time and of the line: nothing in them has to come again. */
const NEVER_THE_SAME: readonly CommandName[] = ['stats'];

/**
 * Why a replayed frame is not the recorded one; undefined when it is.
 * @param isVirtual the recording is of a virtual board: then ticks are instructions and have to come again too
 */
export function answerDiffers(recorded: Frame, replayed: Frame, isVirtual: boolean): string | undefined {
  if (recorded.kind !== replayed.kind) return `recorded ${told(recorded)}, replayed ${told(replayed)}`;
  if (recorded.command !== replayed.command || recorded.sequence !== replayed.sequence) {
    return `recorded ${told(recorded)}, replayed ${told(replayed)}`;
  }
  if (Buffer.from(recorded.payload).equals(replayed.payload)) return undefined;
  const name = COMMAND_ROWS.find(({ id }) => id === recorded.command)?.name as CommandName | undefined;
  if (name === undefined || recorded.kind !== 'answer')
    return `recorded ${hex(recorded)}, replayed ${hex(replayed)}`;
  if (NEVER_THE_SAME.includes(name)) return undefined;
  const ignored = [...(OF_THE_BOARD[name] ?? []), ...(isVirtual ? [] : ['ticks'])];
  try {
    const [old, now] = [decodeResponse(name, recorded.payload), decodeResponse(name, replayed.payload)];
    const fields = Object.entries(old).flatMap(([field, value]) => {
      const other = (now as Record<string, unknown>)[field];
      const same = shown(value) === shown(other) || ignored.includes(field);
      return same ? [] : [`${field} recorded ${shown(value)}, replayed ${shown(other)}`];
    });
    return fields.length === 0 ? undefined : fields.join('; ');
  } catch {
    return `recorded ${hex(recorded)}, replayed ${hex(replayed)}`;
  }
}

/** A frame in words. */
export function told(frame: Frame): string {
  const name = COMMAND_ROWS.find(({ id }) => id === frame.command)?.name ?? `command ${frame.command}`;
  return `${frame.kind} ${name} #${frame.sequence}`;
}

const hex = ({ payload }: Frame): string => Buffer.from(payload).toString('hex') || 'nothing';

const shown = (value: unknown): string =>
  ArrayBuffer.isView(value)
    ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')
    : String(value);
