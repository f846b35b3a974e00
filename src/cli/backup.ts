import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Command, Option } from 'commander';
import type { BoardSession } from '../host/board.ts';
import { backupBySwd } from '../host/knowledge-swd.ts';
import { backupByFirmware } from '../protocol/knowledge.ts';
import { encodeKnowledgeFile, type KnowledgeFile } from '../protocol/knowledge-file.ts';
import { backupFromStore } from '../protocol/knowledge-store.ts';
import { NeaiError } from '../shared/errors.ts';
import { addBoardOptions, type SessionOptions, withBoard } from './board-session.ts';
import { interrupted as signal } from './interrupt.ts';
import { summaryOf } from './knowledge-text.ts';
import { printJson, printLine } from './output.ts';
import { replaceFile } from './replace-file.ts';

interface BackupOptions extends SessionOptions {
  readonly via: 'firmware' | 'swd' | 'chip';
  readonly out: string;
  readonly elf?: string;
}

/** `neai backup --via firmware|swd|chip --out FILE`: the knowledge of a board as a file. */
export function registerBackup(program: Command): void {
  const command = program
    .command('backup')
    .description('keep the knowledge of a board in a file; the board is not reset and goes on')
    .addOption(
      new Option('--via <way>', 'over the serial line, by the debug port, or the record in its flash')
        .choices(['firmware', 'swd', 'chip'])
        .default('firmware'),
    )
    .requiredOption('--out <file>', 'file to write')
    .option(
      '--elf <file>',
      'with --via swd: image that runs on the board (default: the board says where it lies)',
    )
    .option(
      '--json',
      'print one JSON document: file, bytes, libraryId, learnCounter, sensitivity, digest, …',
    );
  addBoardOptions(command).action(async (options: BackupOptions) => {
    const file = await withBoard(options, (session) => take(session, options));
    const bytes = encodeKnowledgeFile(file);
    await write(options.out, bytes);
    const summary = summaryOf(file);
    if (options.json) printJson({ file: options.out, via: options.via, bytes: bytes.length, ...summary });
    else
      printLine(
        `${options.out}: ${summary.learnCounter} learns, digest ${summary.digest}, ${bytes.length} bytes`,
      );
  });
}

async function take(session: BoardSession, { via, elf }: BackupOptions): Promise<KnowledgeFile> {
  if (via === 'swd') return backupBySwd(session, { elf, signal });
  const client = await session.connect({ reset: false, signal });
  return via === 'chip' ? backupFromStore(client, { signal }) : backupByFirmware(client, { signal });
}

/** Whole or not at all: what was there before stays until the new file is complete. */
async function write(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await replaceFile(path, bytes);
  } catch (cause) {
    throw new NeaiError('USAGE', 'the backup cannot be written', {
      file: path,
      got: (cause as Error).message,
      remedy: 'Name a file in a folder that can be written with --out.',
      cause,
    });
  }
}
