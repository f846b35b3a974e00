import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { restoreBySwd } from '../host/knowledge-swd.ts';
import { restoreByFirmware } from '../protocol/knowledge.ts';
import { decodeKnowledgeFile } from '../protocol/knowledge-file.ts';
import { NeaiError } from '../shared/errors.ts';
import { addBoardOptions, type SessionOptions, withBoard } from './board-session.ts';
import { interrupted as signal } from './interrupt.ts';
import { tellRestored } from './knowledge-text.ts';

interface RestoreOptions extends SessionOptions {
  readonly via: 'firmware' | 'swd';
  readonly elf?: string;
}

/** `neai restore FILE --via firmware|swd`: a backup back into a board, of its own or another one's knowledge. */
export function registerRestore(program: Command): void {
  const command = program
    .command('restore')
    .description('put a backup back into a board with the same library; sets its sensitivity too')
    .argument('<file>', 'file that `neai backup` has written')
    .addOption(
      new Option('--via <way>', 'over the serial line, or by the debug port')
        .choices(['firmware', 'swd'])
        .default('firmware'),
    )
    .option(
      '--elf <file>',
      'with --via swd: image that runs on the board (default: the board says where it lies)',
    )
    .option(
      '--json',
      'print one JSON document: learnCounter, digest, sensitivityBefore, sensitivity, fromOtherBoard, remarks',
    );
  addBoardOptions(command).action(async (path: string, options: RestoreOptions) => {
    const bytes = await readFile(path).catch((cause: Error) => {
      throw new NeaiError('KNOWLEDGE_FILE_INVALID', 'the file cannot be read', {
        file: path,
        got: cause.message,
      });
    });
    const file = decodeKnowledgeFile(bytes, path);
    const done = await withBoard(options, async (session) => {
      if (options.via === 'swd') return restoreBySwd(session, file, { elf: options.elf, signal });
      return restoreByFirmware(await session.connect({ reset: false, signal }), file, { signal });
    });
    tellRestored(done, { file: path, via: options.via }, options.json === true);
  });
}
