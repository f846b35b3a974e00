import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { listBoards, loadBoard } from '../boards/load.ts';
import { generateLibrary, type Library } from '../engine/index.ts';
import {
  type BuiltFirmware,
  type BuiltLibrary,
  buildFirmware,
  buildLibrary,
  CORES,
  type Core,
} from '../host/build.ts';
import { NeaiError } from '../shared/errors.ts';
import type { FilePlan } from '../shared/file-plan.ts';
import { loadLibrary } from '../studio/load-library.ts';
import { interrupted } from './interrupt.ts';
import { makeFolder } from './make-folder.ts';
import { printJson, printLine } from './output.ts';

interface BuildOptions {
  readonly core?: Core;
  readonly board?: string;
  readonly out: string;
  readonly json?: boolean;
}

const ENGINE_FOLDER = resolve(import.meta.dirname, '../engine');

/** `neai build LIB --core C | --board B --out DIR`: the unpacked bundle of a library, or firmware.elf. */
export function registerBuild(program: Command): void {
  program
    .command('build')
    .description(
      'compile a library for a core (libneai.a, NanoEdgeAI.h …), or the firmware of a board around it',
    )
    .argument('<library>', 'folder with library.json, that file, or a bundle zip')
    .addOption(new Option('--core <core>', 'core to compile the library for').choices(CORES))
    .option('--board <board>', `board to build firmware.elf for: ${listBoards().join(', ')}`)
    .requiredOption('--out <dir>', 'folder for the result')
    .option('--json', 'print one JSON document')
    .action(async (path: string, { core, board, out, json }: BuildOptions) => {
      if ((core === undefined) === (board === undefined)) {
        throw new NeaiError('USAGE', 'build takes either --core or --board');
      }
      const library = await loadLibrary(path);
      const plan = planLibrary(library);
      const outDir = await makeFolder(out);
      if (core !== undefined) {
        const built = await buildLibrary(plan, { core, outDir, signal: interrupted });
        if (json) printJson({ library: library.id, core, ...built });
        else for (const line of libraryLines(library, core, built)) printLine(line);
      } else {
        const built = await buildBoardFirmware(library, board!, outDir, interrupted);
        const { symbols: _symbols, ...document } = built;
        if (json) printJson({ library: library.id, board, ...document });
        else for (const line of firmwareLines(library, board!, built)) printLine(line);
      }
    });
}

/** The C sources of a library as a plan: the engine reads no files, so the kernels' texts are read here. */
function planLibrary(library: Library): FilePlan {
  return generateLibrary(library, {
    kernelSources: (path) => readFileSync(resolve(ENGINE_FOLDER, path), 'utf8'),
  });
}

/** Builds firmware.elf of a library for a board into a folder. */
export async function buildBoardFirmware(
  library: Library,
  board: string,
  outDir: string,
  signal: AbortSignal,
): Promise<BuiltFirmware> {
  const shape = { axes: library.axes, bufferSize: library.bufferSize };
  return buildFirmware(planLibrary(library), { board: loadBoard(board), shape, outDir, signal });
}

function libraryLines(library: Library, core: Core, { archive, sizes }: BuiltLibrary): string[] {
  const { text, data, bss, neai } = sizes;
  return [
    `library ${library.id} for ${core}: ${archive}`,
    `  code and constants ${text} B, initialised data ${data} B, other RAM ${bss} B, knowledge ${neai} B`,
  ];
}

function firmwareLines(library: Library, board: string, built: BuiltFirmware): string[] {
  const { flashBytes, ramBytes, neaiBytes, stackBytes } = built.footprint;
  const address = built.neai.address.toString(16).toUpperCase();
  return [
    `firmware of ${board} with library ${library.id}: ${built.elf}`,
    `  build ${built.buildId}`,
    `  flash ${flashBytes} B, RAM ${ramBytes} B and ${stackBytes} B of stack, knowledge ${neaiBytes} B at 0x${address}`,
  ];
}
