import { type Command, InvalidArgumentError, Option } from 'commander';
import { listBoards, loadBoard } from '../boards/load.ts';
import type { ClassificationLibrary } from '../engine/classification/library.ts';
import {
  API_NAMES,
  type ApiName,
  apiByName,
  apiFunctions,
  type BoardLimits,
  type BuildFacts,
  type BundleChoices,
  costOf,
  type Library,
} from '../engine/index.ts';
import { type BuiltFirmware, buildFirmware } from '../host/build.ts';
import { buildLibrary, CORES, type Core } from '../host/library-build.ts';
import { NeaiError } from '../shared/errors.ts';
import { loadAnyLibrary } from '../studio/load-library.ts';
import { isVendorFolder, loadVendorFolder } from '../vendor/folder.ts';
import { factsOf, planBundle, writeBundle } from './bundle/bundle-files.ts';
import {
  buildClassifierFirmware,
  compileClassifier,
  writeClassifierBundle,
} from './bundle/classifier-bundle.ts';
import { knowledgeOf } from './bundle/knowledge-of.ts';
import { limitsOf, planLibrary } from './bundle/library-plan.ts';
import { interrupted } from './interrupt.ts';
import { makeFolder } from './make-folder.ts';
import { wholeNumber } from './options.ts';
import { printJson, printLine } from './output.ts';
import { buildVendorFirmware } from './vendor/firmware.ts';

interface BuildOptions {
  readonly core?: Core;
  readonly board?: string;
  readonly api?: ApiName;
  readonly withKnowledge?: string;
  readonly out: string;
  readonly floatAbi?: 'hard' | 'soft';
  readonly fshortWchar?: boolean;
  readonly fshortEnums?: boolean;
  readonly onlyFor?: string[];
  readonly maxRam?: number;
  readonly maxFlash?: number;
  readonly json?: boolean;
}

/** A list without any name would limit nothing, and look as if it did. */
function boardList(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes(''))
    throw new InvalidArgumentError('It must be names of boards: nucleo-l432kc,nucleo-l476rg.');
  return names;
}

/** `neai build LIB --core C | --board B --out DIR`: the bundle of a library, or firmware.elf. */
export function registerBuild(program: Command): void {
  program
    .command('build')
    .description(
      'compile a library for a core (a folder and a zip: libneai.a, NanoEdgeAI.h, emulator, documentation …), or the firmware of a board around it',
    )
    .argument('<library>', 'folder with library.json, that file, a bundle zip, or a folder of neai import')
    .addOption(new Option('--core <core>', 'core to compile the library for').choices(CORES))
    .option('--board <board>', `board to build firmware.elf for: ${listBoards().join(', ')}`)
    .requiredOption('--out <dir>', 'folder for the result')
    .addOption(
      new Option(
        '--api <generation>',
        'with --core: the C interface that the library wears, for firmware that is already written (default: v2)',
      ).choices(API_NAMES),
    )
    .option(
      '--with-knowledge <file>',
      'with --api v3 or v5: knowledge that the library can begin with, of a backup or an emulator state',
    )
    .addOption(
      new Option('--float-abi <abi>', 'with --core (default: hard where the core has an FPU)').choices([
        'hard',
        'soft',
      ]),
    )
    .option('--fshort-wchar', 'with --core: wchar_t of two bytes (default)')
    .option('--no-fshort-wchar', 'with --core: wchar_t of four bytes')
    .option('--fshort-enums', "with --core: enums as small as they can be (the Arm compiler's default)")
    .option('--no-fshort-enums', 'with --core: enums of four bytes')
    .option('--only-for <boards>', 'limit the library to these boards, separated by commas', boardList)
    .option('--max-ram <bytes>', 'with --core: most RAM, worst stack included', wholeNumber(1))
    .option('--max-flash <bytes>', 'with --core: most flash', wholeNumber(1))
    .option('--json', 'print one JSON document')
    .action(async (path: string, options: BuildOptions) => {
      const { core, board } = options;
      if ((core === undefined) === (board === undefined)) {
        throw new NeaiError('USAGE', 'build takes either --core or --board');
      }
      refuseStrays(options);
      if (await isVendorFolder(path)) return buildVendor(path, options);
      const limits = limitsOf(options.onlyFor ?? [], core ?? loadBoard(board!).core);
      const library = await loadAnyLibrary(path);
      if (library.kind === 'classification') await buildClassifier(library, limits, options);
      else if (core !== undefined)
        await buildBundle(library, core, await choicesOf(library, limits, options), options);
      else await buildForBoard(library, board!, limits, options);
    });
}

/** The firmware of a board around an imported library; its archive is compiled already, for the core it is for. */
async function buildVendor(path: string, { board, onlyFor, out, json }: BuildOptions): Promise<void> {
  if (board === undefined || onlyFor !== undefined)
    throw new NeaiError('USAGE', 'an imported library is built into the firmware of a board', {
      remedy: 'Give --board, and neither --core nor --only-for.',
    });
  const imported = await loadVendorFolder(path);
  const built = await buildVendorFirmware(imported, loadBoard(board), await makeFolder(out), interrupted);
  const { symbols: _symbols, ...document } = built;
  const { library } = imported;
  if (json) printJson({ library: library.id, board, ...document });
  else for (const line of firmwareLines(library, board, built)) printLine(line);
}

/** What only a library takes is refused with --board: ignored, it would look as if it had been heeded. */
function refuseStrays({
  board,
  api,
  withKnowledge,
  floatAbi,
  fshortWchar,
  fshortEnums,
  maxRam,
  maxFlash,
}: BuildOptions): void {
  if (board === undefined) return;
  const stray = Object.entries({
    api,
    withKnowledge,
    floatAbi,
    fshortWchar,
    fshortEnums,
    maxRam,
    maxFlash,
  }).find(([, value]) => value !== undefined);
  if (stray === undefined) return;
  const name = stray[0].replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new NeaiError('USAGE', `--${name} belongs to --core`, {
    remedy: "A board's firmware has the flags and the memory of its board.json.",
  });
}

async function buildClassifier(
  library: ClassificationLibrary,
  limits: BoardLimits | null,
  options: BuildOptions,
): Promise<void> {
  const { core, board, api, withKnowledge, json, out } = options;
  if (withKnowledge !== undefined) {
    throw new NeaiError('USAGE', 'the knowledge of a classifier always lies inside it', {
      asked: '--with-knowledge',
      remedy: 'Leave --with-knowledge out.',
    });
  }
  const outDir = await makeFolder(out);
  if (core === undefined) {
    const built = await buildClassifierFirmware(library, board!, outDir, interrupted, { limits });
    const { symbols: _symbols, ...document } = built;
    if (json) printJson({ library: library.id, board, ...document });
    else for (const line of firmwareLines(library, board!, built)) printLine(line);
    return;
  }
  const { floatAbi, fshortWchar: shortWchar, fshortEnums: shortEnums } = options;
  const choices = { limits, api };
  const target = { core, floatAbi, shortWchar, shortEnums, signal: interrupted };
  const compiled = await compileClassifier(library, target, choices);
  const { cost, built } = compiled;
  refuseOverBudget(
    cost,
    options,
    `flash ${cost.flashBytes}, RAM ${cost.ramBytes} with a stack of ${cost.stackBytes}`,
  );
  const zip = await writeClassifierBundle(library, core, compiled, choices, outDir);
  if (json) {
    const { compiler, targetFlags: flags, sizes, linked, stackOf: stack } = built;
    printJson({
      library: library.id,
      out: outDir,
      zip,
      core,
      compiler,
      flags,
      limitedTo: limits?.boards ?? [],
      sizes,
      linked,
      stack,
      ...cost,
    });
    return;
  }
  printLine(`library ${library.id} for ${core}: ${zip}`);
  if (limits) printLine(`  limited to ${limits.boards.join(', ')}`);
  printLine(
    `  costs a program ${cost.flashBytes} bytes of flash and ${cost.ramBytes} bytes of RAM, stack included, input buffer not`,
  );
  if (built.targetFlags.length > 0) printLine(`  link with ${built.targetFlags.join(' ')}`);
}

async function choicesOf(
  library: Library,
  limits: BoardLimits | null,
  { api, withKnowledge }: BuildOptions,
): Promise<BundleChoices> {
  if (withKnowledge === undefined) return { limits, api };
  if (api === undefined || api === 'v2') {
    throw new NeaiError('USAGE', 'API generation 2 has no function for knowledge of the library', {
      asked: '--with-knowledge',
      remedy:
        'Add --api v3 or --api v5, or copy the knowledge into section .neai: documentation.html shows how.',
    });
  }
  return { limits, api, knowledge: await knowledgeOf(library, withKnowledge, api) };
}

async function buildBundle(
  library: Library,
  core: Core,
  choices: BundleChoices,
  options: BuildOptions,
): Promise<void> {
  const { limits } = choices;
  const api = apiByName(choices.api ?? 'v2');
  const outDir = await makeFolder(options.out);
  const plan = planLibrary(library, choices);
  const built = await buildLibrary(plan, {
    core,
    functions: apiFunctions(api, choices.knowledge !== undefined),
    roles: api.functions,
    floatAbi: options.floatAbi,
    shortWchar: options.fshortWchar,
    shortEnums: options.fshortEnums,
    signal: interrupted,
  });
  const facts = factsOf(core, built);
  checkBudget(facts, options);
  const bundle = await planBundle(library, { plan, built, facts, choices });
  const zip = await writeBundle(library.id, bundle, outDir);
  if (options.json) {
    const { archive: sizes, linked, stackBytes, compiler, targetFlags } = facts;
    const target = { core, api: api.name, compiler, flags: targetFlags };
    const limitedTo = limits?.boards ?? [];
    printJson({
      library: library.id,
      out: outDir,
      zip,
      ...target,
      limitedTo,
      sizes,
      linked,
      stack: stackBytes,
      ...costOf(facts),
    });
  } else for (const line of libraryLines(library, facts, choices, zip)) printLine(line);
}

/** @throws BUILD_OVER_BUDGET with the figures */
function checkBudget(facts: BuildFacts, options: BuildOptions): void {
  const cost = costOf(facts);
  const { flashBytes, ramBytes, stackBytes } = cost;
  const { data, bss, neai } = facts.linked ?? facts.archive;
  const parts = `.data ${data} + .bss ${bss} + .neai ${neai} + worst stack ${stackBytes}`;
  refuseOverBudget(cost, options, `RAM ${ramBytes} = ${parts}; flash ${flashBytes}`);
}

function refuseOverBudget(
  { flashBytes, ramBytes }: { readonly flashBytes: number; readonly ramBytes: number },
  { maxRam, maxFlash }: BuildOptions,
  got: string,
): void {
  const over = [
    ...(ramBytes > (maxRam ?? ramBytes) ? [`RAM ${ramBytes} of ${maxRam} bytes`] : []),
    ...(flashBytes > (maxFlash ?? flashBytes) ? [`flash ${flashBytes} of ${maxFlash} bytes`] : []),
  ];
  if (over.length === 0) return;
  throw new NeaiError('BUILD_OVER_BUDGET', `the library is too large: ${over.join(', ')}`, {
    got,
    remedy: 'Raise the limit, or search again with the limits: --max-ram, --max-flash with --core.',
  });
}

async function buildForBoard(
  library: Library,
  board: string,
  limits: BoardLimits | null,
  { out, json }: BuildOptions,
): Promise<void> {
  const outDir = await makeFolder(out);
  const built = await buildBoardFirmware(library, board, outDir, interrupted, limits);
  const { symbols: _symbols, ...document } = built;
  if (json) printJson({ library: library.id, board, ...document });
  else for (const line of firmwareLines(library, board, built)) printLine(line);
}

/** Builds firmware.elf of a library for a board into a folder. */
export async function buildBoardFirmware(
  library: Library,
  board: string,
  outDir: string,
  signal: AbortSignal,
  limits: BoardLimits | null = null,
): Promise<BuiltFirmware> {
  const shape = { axes: library.axes, bufferSize: library.bufferSize };
  const plan = planLibrary(library, { limits });
  return buildFirmware(plan, { board: loadBoard(board), shape, outDir, measureLibrary: true, signal });
}

function libraryLines(
  library: Library,
  facts: BuildFacts,
  { limits, api = 'v2', knowledge }: BundleChoices,
  zip: string,
): string[] {
  const { text, rodata, data, bss, neai } = facts.archive;
  const { initialize, learn, detect } = facts.stackBytes;
  const { flashBytes, ramBytes } = costOf(facts);
  return [
    `library ${library.id} for ${facts.core}: ${zip}`,
    `  interface: ${apiByName(api).title}${knowledge ? ', with knowledge of its own' : ''}`,
    ...(limits ? [`  limited to ${limits.boards.join(', ')}`] : []),
    `  libneai.a: .text ${text} .rodata ${rodata} .data ${data} .bss ${bss} .neai ${neai} bytes`,
    `  worst stack: initialize ${initialize}, learn ${learn}, detect ${detect} bytes`,
    `  costs a program ${flashBytes} bytes of flash and ${ramBytes} bytes of RAM, stack included, input buffer not`,
    ...(facts.targetFlags.length > 0 ? [`  link with ${facts.targetFlags.join(' ')}`] : []),
  ];
}

function firmwareLines(library: Pick<Library, 'id'>, board: string, built: BuiltFirmware): string[] {
  const { flashBytes, ramBytes, neaiBytes, stackBytes } = built.footprint;
  const address = built.neai.address.toString(16).toUpperCase();
  const alone = built.libraryBytes;
  return [
    `firmware of ${board} with library ${library.id}: ${built.elf}`,
    `  build ${built.buildId}`,
    `  flash ${flashBytes} B, RAM ${ramBytes} B and ${stackBytes} B of stack, knowledge ${neaiBytes} B at 0x${address}`,
    ...(alone === null
      ? []
      : [
          `  the library alone: .text ${alone.text} .rodata ${alone.rodata} .data ${alone.data} .bss ${alone.bss} .neai ${alone.neai} bytes`,
        ]),
  ];
}
