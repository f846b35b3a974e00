import type { CommandName, RequestOf, ResponseOf } from './commands.ts';
import { decodeKnowledgeHeader } from './knowledge-file.ts';
import { RequestError } from './request-error.ts';
import type { OpenRequest, Witness } from './settlement.ts';

type Call = <Name extends CommandName>(name: Name, request: RequestOf<Name>) => Promise<ResponseOf<Name>>;

/** Asks, by reads alone, what counter and digest do not show of the effects of these requests. */
export async function lookFor(
  call: Call,
  open: readonly OpenRequest[],
): Promise<Pick<Witness, 'sensitivity' | 'newest'>> {
  const newest = isOpen(open, 'store_dump') ? await newestRecord(call) : undefined;
  return {
    ...(newest && { newest }),
    ...(isOpen(open, 'set_sensitivity') && {
      sensitivity: (await call('get_sensitivity', {})).sensitivity,
    }),
  };
}

const isOpen = (open: readonly OpenRequest[], name: CommandName): boolean =>
  open.some(({ command }) => command === name);

async function newestRecord(call: Call): Promise<Witness['newest']> {
  try {
    for (let slot = 0, slots = 1; slot < slots; slot++) {
      const listed = await call('store_list', { slot });
      slots = listed.slots;
      if (listed.isNewest !== 1 || listed.header.length === 0) continue;
      const { sequence, loadAtBoot } = listed;
      return { sequence, loadAtBoot, digest: decodeKnowledgeHeader(listed.header).digest };
    }
  } catch (error) {
    // A board without a store has dumped nothing.
    if (!(error instanceof RequestError) || error.code !== 'PROTOCOL_REFUSED') throw error;
  }
  return undefined;
}
