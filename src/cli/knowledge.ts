import type { Command } from 'commander';
import type { Client } from '../protocol/client.ts';
import {
  dumpToStore,
  eraseStore,
  listStore,
  loadFromStore,
  type StoreSlot,
} from '../protocol/knowledge-store.ts';
import { addBoardOptions, type SessionOptions, withBoard } from './board-session.ts';
import { interrupted as signal } from './interrupt.ts';
import { summaryOf, tellRestored } from './knowledge-text.ts';
import { printJson, printLine } from './output.ts';

/** `neai knowledge dump|load|list|erase`: knowledge in flash pages of the board itself. */
export function registerKnowledge(program: Command): void {
  const group = program
    .command('knowledge')
    .description('knowledge in the flash of a board: dump (RAM to flash), load (flash to RAM), list, erase');

  add(group, 'dump', 'store the knowledge in flash, beside the record before')
    .option('--load-at-boot', 'load this record after each reset')
    .action((options: SessionOptions & { readonly loadAtBoot?: boolean }) =>
      withClient(options, async (client) => {
        const done = await dumpToStore(client, { loadAtBoot: options.loadAtBoot === true, signal });
        const digest = done.digest.toString(16).padStart(8, '0');
        if (options.json) printJson({ ...done, digest, loadAtBoot: options.loadAtBoot === true });
        else
          printLine(
            `dump ${done.sequence} in slot ${done.slot}: ${done.learnCounter} learns, digest ${digest}`,
          );
      }),
    );

  add(group, 'load', 'load the newest record into RAM; after a reset: initialize, load, detect').action(
    (options: SessionOptions) =>
      withClient(options, async (client) => {
        tellRestored(await loadFromStore(client, { signal }), {}, options.json === true);
      }),
  );

  add(group, 'list', 'what the flash of the board holds').action((options: SessionOptions) =>
    withClient(options, async (client) => {
      const slots = await listStore(client, { signal });
      if (options.json) printJson({ slots: slots.map(slotJson) });
      else for (const slot of slots) printLine(slotText(slot));
    }),
  );

  add(group, 'erase', 'erase all records').action((options: SessionOptions) =>
    withClient(options, async (client) => {
      const pagesErased = await eraseStore(client, { signal });
      if (options.json) printJson({ pagesErased });
      else printLine(`${pagesErased} pages erased`);
    }),
  );
}

function add(group: Command, name: string, description: string): Command {
  // The way out of commander is not handed down to commands of commands.
  const command = group.command(name).description(description).exitOverride();
  return addBoardOptions(command).option('--json', 'print one JSON document');
}

const withClient = (options: SessionOptions, work: (client: Client) => Promise<void>): Promise<void> =>
  withBoard(options, async (session) => work(await session.connect({ reset: false, signal })));

function slotJson({ record, ...slot }: StoreSlot): object {
  return record === undefined
    ? { ...slot, record: null }
    : { ...slot, record: { ...summaryOf(record), knowledgeBytes: record.knowledgeBytes } };
}

function slotText({ record, ...place }: StoreSlot): string {
  const { slot, address, state, isNewest, sequence, loadAtBoot, erases } = place;
  const head = `slot ${slot} at 0x${address.toString(16).padStart(8, '0')}: ${state}`;
  if (record === undefined) return head;
  const { libraryId, learnCounter, sensitivity, digest } = summaryOf(record);
  const marks = [isNewest ? 'newest' : undefined, loadAtBoot ? 'loaded at boot' : undefined].filter(Boolean);
  const tail = marks.length === 0 ? '' : ` (${marks.join(', ')})`;
  return `${head}, dump ${sequence}, erased ${erases} times, library ${libraryId}, ${learnCounter} learns, sensitivity ${sensitivity}, digest ${digest}${tail}`;
}
