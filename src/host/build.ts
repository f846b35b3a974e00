import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Board } from '../boards/schema.ts';
import { NeaiError } from '../shared/errors.ts';
import type { FilePlan } from '../shared/file-plan.ts';
import { compile, withScratchFolder } from './compile.ts';
import { type ElfSymbol, readElf } from './elf.ts';
import { firmwareObjects } from './firmware-objects.ts';
import {
  checkKnowledgePlace,
  checkSignalFits,
  checkStoreApart,
  type Footprint,
  footprintOf,
  type KnowledgePlace,
  type SignalShape,
  stampBuildId,
} from './image.ts';
import { type Built, keptBuild } from './kept-build.ts';
import { type SectionSizes, sectionSizes, sizesBeyond } from './section-sizes.ts';

export interface BuiltFirmware {
  /** Path of firmware.elf. */
  readonly elf: string;
  /** 64 hexadecimal digits; the image carries it, so that a board can say what it runs. */
  readonly buildId: string;
  readonly footprint: Footprint;
  /** What the library takes of the image; null when that was not asked for. */
  readonly libraryBytes: SectionSizes | null;
  readonly neai: KnowledgePlace;
  /** Functions and objects of the image, to name addresses. */
  readonly symbols: readonly ElfSymbol[];
}

/**
 * Links a library into the firmware of a board and writes firmware.elf. The same plan and board give the same bytes.
 * @param shape of the library's signal, which has to fit the board's RAM
 * @param variables further ones of firmware/CMakeLists.txt, for libraries that are not ours
 * @throws BUILD_DOES_NOT_FIT, BUILD_KNOWLEDGE_PLACE, and what buildLibrary throws
 */
export async function buildFirmware(
  plan: FilePlan,
  {
    board,
    shape,
    outDir,
    measureLibrary = false,
    traceWords = 0,
    signal,
    variables = {},
    isFresh = false,
  }: {
    board: Board;
    shape: SignalShape;
    outDir: string;
    /** Link the same firmware around an empty library too, and tell the difference. */
    measureLibrary?: boolean;
    /** A build with taps, which keeps so many words of what happens inside a call; 0: the shipped build. */
    traceWords?: number;
    signal?: AbortSignal | undefined;
    variables?: Readonly<Record<string, string | number>>;
    /** Compile and link even what is kept of an earlier build from the same input. */
    isFresh?: boolean;
  },
): Promise<BuiltFirmware> {
  const file = join(outDir, 'firmware.elf');
  if (signal?.aborted) throw new NeaiError('INTERRUPTED', 'the build was interrupted');
  const own = {
    NEAI_BOARD: board.id,
    NEAI_LONGEST_CALL_MS: longestCallMs(board, shape),
    NEAI_WITH_EMPTY: measureLibrary ? 'ON' : 'OFF',
    ...(traceWords > 0 && { NEAI_TRACE_WORDS: traceWords }),
    ...variables,
  };
  // What other variables name, a folder of generated facts, is in no key: nothing of that is kept or taken.
  const isKnown = Object.keys(variables).every(
    (name) => name === 'NEAI_FLOAT_ABI' || name.startsWith('NEAI_VENDOR_'),
  );
  const make = () => link(plan, own, { takesObjects: isKnown && traceWords === 0, signal });
  const input = { compiler: 'arm-none-eabi-gcc', plan, options: own } as const;
  const { bytes, facts: empty } =
    isFresh || !isKnown ? await make() : await keptBuild('firmware-images', input, make);
  const elf = readElf(bytes, file);
  const neai = checkKnowledgePlace(elf, board);
  checkStoreApart(elf, board);
  checkSignalFits(elf, board, shape);
  const buildId = Buffer.from(stampBuildId(bytes, elf, board)).toString('hex');
  await mkdir(outDir, { recursive: true });
  await writeFile(file, bytes);
  const symbols = elf.symbols.filter(({ kind }) => kind !== 'other');
  const libraryBytes = empty && sizesBeyond(sectionSizes(elf), empty);
  return { elf: file, buildId, footprint: footprintOf(elf, shape), libraryBytes, neai, symbols };
}

/** @param takesObjects the firmware's own objects from before; not where it reads what belongs to this build: a library's taps */
async function link(
  plan: FilePlan,
  variables: Readonly<Record<string, string | number>>,
  { takesObjects, signal }: { takesObjects: boolean; signal: AbortSignal | undefined },
): Promise<Built<SectionSizes | null> & { readonly map: string }> {
  return withScratchFolder(async (folder) => {
    const { NEAI_BOARD: board, NEAI_FLOAT_ABI: abi } = variables;
    const objects = takesObjects
      ? await firmwareObjects(String(board), abi === undefined ? {} : { NEAI_FLOAT_ABI: abi }, signal)
      : undefined;
    const all = { ...variables, ...(objects !== undefined && { NEAI_FIRMWARE_OBJECTS: objects }) };
    const build = await compile(folder, { plan, cross: true, variables: all, signal });
    const emptyElf = join(build, 'empty.elf');
    return {
      bytes: new Uint8Array(await readFile(join(build, 'firmware.elf'))),
      facts:
        variables['NEAI_WITH_EMPTY'] === 'ON'
          ? sectionSizes(readElf(await readFile(emptyElf), emptyElf))
          : null,
      map: await readFile(join(build, 'firmware.map'), 'utf8'),
    };
  });
}

/** Core clocks per value of a signal that no model comes near, with and without an FPU. */
const CLOCKS_PER_VALUE = { fpu: 20_000, soft: 200_000 };
const LEAST_LONGEST_CALL_MS = 100;

/** The promise of the firmware, on which its host bases deadlines: generous, and never a measurement. */
function longestCallMs(board: Board, { axes, bufferSize }: SignalShape): number {
  const hasFpu = ['cortex-m4', 'cortex-m7', 'cortex-m33'].includes(board.core);
  const clocks = axes * bufferSize * (hasFpu ? CLOCKS_PER_VALUE.fpu : CLOCKS_PER_VALUE.soft);
  return LEAST_LONGEST_CALL_MS + Math.ceil(clocks / (board.clock.coreHz / 1000));
}
