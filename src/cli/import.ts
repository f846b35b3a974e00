import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { listBoards, loadBoard } from '../boards/load.ts';
import { NeaiError } from '../shared/errors.ts';
import { architectureName, type BoardFit, fitOf, floatAbiOf } from '../vendor/fit.ts';
import { planVendorFolder } from '../vendor/folder.ts';
import { readVendorLibrary, type VendorLibrary } from '../vendor/library.ts';
import { readVendorFiles } from '../vendor/unpack.ts';
import { makeFolder } from './make-folder.ts';
import { printJson, printLine } from './output.ts';

interface ImportOptions {
  readonly out?: string;
  readonly json?: boolean;
}

/** `neai import ZIP|FOLDER`: what a library of NanoEdge AI Studio is, and which boards can run it. Runs nothing of it. */
export function registerImport(program: Command): void {
  program
    .command('import')
    .description(
      'read a library of NanoEdge AI Studio: its interface, its licence, and which boards it links with; runs nothing of it',
    )
    .argument('<source>', 'zip of the Studio, or a folder with libneai.a and NanoEdgeAI.h')
    .option('--out <dir>', 'folder for what build, compare and flash take as a library')
    .option('--json', 'print one JSON document')
    .action(async (source: string, options: ImportOptions) => {
      const files = await readVendorFiles(source);
      const library = readVendorLibrary(files, source);
      const fits = listBoards().map((id) => fitOf(library, loadBoard(id)));
      if (options.out !== undefined) {
        const folder = await makeFolder(options.out);
        for (const { path, content } of planVendorFolder(library, files, source)) {
          await mkdir(dirname(join(folder, path)), { recursive: true });
          await writeFile(join(folder, path), content).catch((cause: Error) => {
            throw new NeaiError('OUTPUT_NOT_WRITTEN', 'the import cannot be written', {
              file: join(folder, path),
              got: cause.message,
              cause,
            });
          });
        }
      }
      if (options.json) printJson({ ...documentOf(library), boards: fits, out: options.out ?? null });
      else for (const line of [...libraryLines(library), ...boardLines(fits)]) printLine(line);
    });
}

const GENERATIONS = { 2: 'v1/v2', 3: 'v3/v4', 5: 'v5' } as const;
const DEVICES =
  "the vendor's licence may limit use to its own devices; virtual boards run the library only with --i-have-the-right";

function documentOf(library: VendorLibrary): Record<string, unknown> {
  const { header, attributes, metadata } = library;
  return {
    id: library.id,
    idFrom: library.idFrom,
    generation: GENERATIONS[header.generation],
    kind: header.kind,
    axes: header.axes,
    bufferSize: header.bufferSize,
    classes: library.classNames.length > 0 ? library.classNames : header.classes,
    minimumIterations: library.minimumIterations,
    limited: metadata.limited,
    compiledFor: metadata.target,
    studio: metadata.studio,
    archive: {
      sha256: library.archiveSha256,
      objects: library.objects.length,
      architecture: architectureName(attributes),
      floatAbi: floatAbiOf(library),
      fpArch: attributes.fpArch,
      enumSize: attributes.enumSize === 2 ? 'int' : 'small',
      wcharBytes: attributes.wcharBytes,
      neaiBytes: library.neaiBytes,
      dataBytes: library.dataBytes,
      bssBytes: library.bssBytes,
    },
    emulator: library.paths.emulator,
    remarks: library.remarks,
    licences: library.licences,
    licenceRemark: DEVICES,
  };
}

function libraryLines(library: VendorLibrary): string[] {
  const { header, attributes, metadata, licences, paths } = library;
  const { axes, bufferSize, classes } = header;
  const { classNames } = library;
  const named = classNames.length > 0 ? `: ${classNames.join(', ')}` : '';
  const knowledge =
    library.neaiBytes > 0
      ? `.neai ${library.neaiBytes}`
      : 'no section .neai: all variables of the library count as its knowledge';
  return [
    `library ${library.id} (${library.idFrom}), interface ${GENERATIONS[header.generation]}, ${header.kind}`,
    `  ${axes} axes × ${bufferSize} samples${classes > 0 ? `, ${classes} classes${named}` : ''}`,
    ...(header.kind === 'anomaly-detection'
      ? [`  minimum learning iterations: ${library.minimumIterations ?? 'not told'}`]
      : []),
    `  ${architectureName(attributes)}, float ABI ${floatAbiOf(library)}, enums ${attributes.enumSize === 2 ? 'int' : 'small'}, wchar_t ${attributes.wcharBytes} bytes`,
    `  ${knowledge}, .data ${library.dataBytes}, .bss ${library.bssBytes} bytes`,
    ...(metadata.target === null
      ? []
      : [`  compiled for ${metadata.target}, Studio ${metadata.studio ?? 'not told'}`]),
    ...(metadata.limited === true
      ? ['  limited edition: it may refuse boards that it was not compiled for']
      : []),
    `  emulator: ${paths.emulator ?? 'none for Linux'}`,
    ...library.remarks.map((remark) => `  look: ${remark}`),
    ...(licences.length === 0
      ? ['licence: none found']
      : licences.map(({ file, what }) => `licence: ${what} (${file})`)),
    `  ${DEVICES}`,
  ];
}

function boardLines(fits: readonly BoardFit[]): string[] {
  return fits.map(({ board, core, links, reasons, remarks }) =>
    links
      ? `links      ${board} (${core})${remarks.length > 0 ? `: ${remarks.join('; ')}` : ''}`
      : `links not  ${board} (${core}): ${reasons.join('; ')}`,
  );
}
