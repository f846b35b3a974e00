import type { Command } from 'commander';
import { listBoards } from '../boards/load.ts';
import { attach } from '../host/attach.ts';
import type { FlashResult } from '../host/flash.ts';
import { interrupted } from './interrupt.ts';
import { makeFolder } from './make-folder.ts';
import { printJson, printLine } from './output.ts';
import { type BoardOptions, chooseBoard } from './slot-choice.ts';

interface FlashOptions extends BoardOptions {
  readonly json?: boolean;
  readonly evidence?: string;
}

/** `neai flash ELF (--board B | --slot S [--rack FILE])`: only pages that differ, verified, running afterwards. */
export function registerFlash(program: Command): void {
  program
    .command('flash')
    .description('bring an image into the flash of a board: only what differs, verified, started afterwards')
    .argument('<elf>', 'firmware.elf as `neai build` writes it')
    .option('--board <board>', `start a virtual board of this kind: ${listBoards().join(', ')}`)
    .option(
      '--virtual-dir <dir>',
      'folder that keeps the flash of the virtual board (default: a temporary one)',
    )
    .option('--slot <name>', 'use this slot of the rack file')
    .option('--rack <file>', 'rack file', 'rack.yaml')
    .option('--evidence <dir>', "folder for OpenOCD's transcript")
    .option('--json', 'print one JSON document: skipped, bytes, sectorsErased, sectorsWritten, seconds')
    .action(async (elf: string, options: FlashOptions) => {
      if (options.evidence !== undefined) await makeFolder(options.evidence);
      const choice = chooseBoard(options);
      const place = await choice.open(interrupted);
      try {
        const session = await attach(place.slot, { signal: interrupted, evidenceDir: options.evidence });
        try {
          const result = await session.flash(elf, { signal: interrupted });
          if (options.json) printJson(result);
          else
            printLine(
              `${place.slot.name} (${place.slot.kind}, ${session.identity.uniqueId}): ${describeFlash(result)}`,
            );
        } finally {
          await session.close();
        }
      } finally {
        await place.close();
      }
    });
}

function describeFlash({ skipped, bytes, sectorsErased, sectorsWritten, seconds }: FlashResult): string {
  const time = `${seconds.toFixed(2)} s`;
  if (skipped) return `holds these ${bytes} bytes already, nothing written, ${time}`;
  return `${bytes} bytes, ${sectorsErased} pages erased, ${sectorsWritten} written, verified, ${time}`;
}
