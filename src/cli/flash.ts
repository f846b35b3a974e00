import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { listBoards } from '../boards/load.ts';
import { attach } from '../host/attach.ts';
import { readElf } from '../host/elf.ts';
import type { FlashResult } from '../host/flash.ts';
import { imageOfLibrary, isElf } from './flash-image.ts';
import { interrupted } from './interrupt.ts';
import { makeFolder } from './make-folder.ts';
import { printJson, printLine } from './output.ts';
import { type BoardOptions, chooseBoard } from './slot-choice.ts';
import { requireRight } from './vendor/right.ts';

interface FlashOptions extends BoardOptions {
  readonly iHaveTheRight?: boolean;
  readonly json?: boolean;
  readonly evidence?: string;
}

/** `neai flash ELF (--board B | --slot S [--rack FILE])`: only pages that differ, verified, running afterwards. */
export function registerFlash(program: Command): void {
  program
    .command('flash')
    .description('bring an image into the flash of a board: only what differs, verified, started afterwards')
    .argument(
      '<image>',
      'firmware.elf as `neai build` writes it, or a library to build it around: ours, or one of NanoEdge AI Studio',
    )
    .option('--board <board>', `start a virtual board of this kind: ${listBoards().join(', ')}`)
    .option(
      '--virtual-dir <dir>',
      'folder that keeps the flash of the virtual board (default: a temporary one)',
    )
    .option('--slot <name>', 'use this slot of the rack file')
    .option('--rack <file>', 'rack file', 'rack.yaml')
    .option('--evidence <dir>', "folder for OpenOCD's transcript")
    .option('--i-have-the-right', "a vendor's licence allows a virtual board to run the library in the image")
    .option('--json', 'print one JSON document: skipped, bytes, sectorsErased, sectorsWritten, seconds')
    .action(async (path: string, options: FlashOptions) => {
      if (options.evidence !== undefined) await makeFolder(options.evidence);
      const choice = chooseBoard(options);
      const image = await imageOf(path, choice.board);
      const { elf } = image;
      const place = await choice.open(interrupted).catch(async (cause) => {
        await image.remove();
        throw cause;
      });
      try {
        if (image.isVendors) requireRight(place.slot, options);
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
        await image.remove();
      }
    });
}

/** An ELF file as it is, or one that is built around a library and gone afterwards. */
async function imageOf(path: string, boardId: string) {
  if (await isElf(path))
    return { elf: path, isVendors: await carriesVendorLibrary(path), remove: async () => undefined };
  const folder = await mkdtemp(join(tmpdir(), 'neai-flash-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    return { ...(await imageOfLibrary(path, boardId, folder, interrupted)), remove };
  } catch (cause) {
    await remove();
    throw cause;
  }
}

/** Images around imported libraries have a name that says so (firmware/vendor/vendor.c). */
async function carriesVendorLibrary(file: string): Promise<boolean> {
  const bytes = await readFile(file).catch(() => null);
  if (bytes === null) return false;
  return readElf(bytes, file).symbols.some(({ name }) => name === 'neai_vendor_library');
}

function describeFlash({ skipped, bytes, sectorsErased, sectorsWritten, seconds }: FlashResult): string {
  const time = `${seconds.toFixed(2)} s`;
  if (skipped) return `holds these ${bytes} bytes already, nothing written, ${time}`;
  return `${bytes} bytes, ${sectorsErased} pages erased, ${sectorsWritten} written, verified, ${time}`;
}
