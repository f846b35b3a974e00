import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadBoard } from '../../boards/load.ts';
import { attach } from '../../host/attach.ts';
import type { ImportedLibrary } from '../../vendor/folder.ts';
import type { BoardChoice } from '../slot-choice.ts';
import { buildVendorFirmware } from './firmware.ts';
import { requireRight } from './right.ts';
import { refuseUnauthorised } from './sides.ts';

/**
 * Asks an imported library on the board whether it works there, before anything else is done for it. Some say so at
 * initialisation, some only at the first signal.
 * @throws VENDOR_NOT_AUTHORISED, and what building and flashing throw
 */
export async function proveVendorAuthorised(
  imported: ImportedLibrary,
  choice: BoardChoice,
  signal: AbortSignal,
  right: { readonly iHaveTheRight?: boolean | undefined },
): Promise<void> {
  const { header, id } = imported.library;
  const board = loadBoard(choice.board);
  const folder = await mkdtemp(join(tmpdir(), 'neai-vendor-'));
  try {
    const firmware = await buildVendorFirmware(imported, board, folder, signal);
    const place = await choice.open(signal);
    try {
      requireRight(place.slot, right);
      const session = await attach(place.slot, { signal });
      try {
        await session.flash(firmware.elf, { signal });
        const expected = { libraryId: id, firmwareHash: Buffer.from(firmware.buildId, 'hex') };
        const client = await session.connect({ signal, expected });
        refuseUnauthorised(await client.call('initialize', {}, { signal }), board.id);
        const zeros = new Float32Array(header.axes * header.bufferSize);
        const { similarityOrCode: code, ownCode } = await client.call(
          'detect',
          { signal: zeros },
          { signal },
        );
        refuseUnauthorised({ code, ownCode }, board.id);
      } finally {
        await session.close();
      }
    } finally {
      await place.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
