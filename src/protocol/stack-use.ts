import type { Client } from './client.ts';
import { COMMAND_ROWS } from './commands.ts';
import { STACK_USE_IDS } from './limits.ts';
import type { CallLimits } from './session.ts';

/** Deepest stack of one kind of call since the board's boot, from the stack's paint. */
export interface StackUse {
  /** Name of the command. */
  readonly call: string;
  /** From the top of the stack: firmware and library together. */
  readonly stackBytes: number;
  /** Of the library's function alone, from its caller's frame; null for commands that call none. */
  readonly libraryBytes: number | null;
}

/** What the board tells of its stack, one row for each command that has run. @throws what Client.call throws */
export async function readStackUse(client: Client, limits: CallLimits = {}): Promise<StackUse[]> {
  const { stackBytes, libraryBytes } = await client.call('stack_use', {}, limits);
  const [stacks, libraries] = [stackBytes, libraryBytes].map(
    ({ buffer, byteOffset, byteLength }) => new DataView(buffer, byteOffset, byteLength),
  );
  return COMMAND_ROWS.filter(({ id }) => id < STACK_USE_IDS).flatMap(({ id, name }) => {
    const deepest = stacks!.getUint16(2 * id, true);
    if (deepest === 0) return [];
    return [{ call: name, stackBytes: deepest, libraryBytes: libraries!.getUint16(2 * id, true) || null }];
  });
}
