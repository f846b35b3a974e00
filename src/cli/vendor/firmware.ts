import type { Board } from '../../boards/schema.ts';
import { type BuiltFirmware, buildFirmware } from '../../host/build.ts';
import { MAX_CLASSES } from '../../protocol/limits.ts';
import { NeaiError } from '../../shared/errors.ts';
import { fitOf } from '../../vendor/fit.ts';
import type { ImportedLibrary } from '../../vendor/folder.ts';
import { vendorBuild } from '../../vendor/shim.ts';

/**
 * Links an imported library into the firmware of a board.
 * @throws VENDOR_DOES_NOT_LINK with every reason, and what buildFirmware throws
 */
export async function buildVendorFirmware(
  imported: ImportedLibrary,
  board: Board,
  outDir: string,
  signal: AbortSignal,
): Promise<BuiltFirmware> {
  const { library } = imported;
  const { classes } = library.header;
  const reasons = [
    ...fitOf(library, board).reasons,
    ...(classes > MAX_CLASSES ? [`it has ${classes} classes, and an answer carries ${MAX_CLASSES}`] : []),
  ];
  if (reasons.length > 0) {
    throw new NeaiError('VENDOR_DOES_NOT_LINK', `library ${library.id} does not link for ${board.id}`, {
      file: imported.folder,
      got: reasons.join('; '),
    });
  }
  const { plan, variables } = vendorBuild(imported);
  const { axes, bufferSize } = library.header;
  const shape = { axes, bufferSize };
  return buildFirmware(plan, { board, shape, outDir, measureLibrary: true, signal, variables });
}
