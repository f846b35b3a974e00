import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadBoard } from '../../boards/load.ts';
import { classifierFunctions } from '../../engine/classification/codegen/api/classifier-api.ts';
import { classifierApi } from '../../engine/classification/codegen/api/registry.ts';
import { generateClassifier } from '../../engine/classification/codegen/generate-classifier.ts';
import type { ClassificationLibrary } from '../../engine/classification/library.ts';
import type { ApiName } from '../../engine/index.ts';
import { type BuiltFirmware, buildFirmware } from '../../host/build.ts';
import { type BuiltLibrary, buildLibrary, type TargetOptions } from '../../host/library-build.ts';
import type { FilePlan } from '../../shared/file-plan.ts';
import { writeBundle } from './bundle-files.ts';
import { classifierEmulatorFile } from './emulator-file.ts';

const ENGINE_FOLDER = resolve(import.meta.dirname, '../../engine');
const LICENCE = resolve(import.meta.dirname, '../../../LICENSE');

export interface ClassifierCost {
  readonly flashBytes: number;
  /** Worst stack included, the caller's input buffer not. */
  readonly ramBytes: number;
  readonly stackBytes: number;
}

const planClassifier = (library: ClassificationLibrary, api: ApiName = 'v2'): FilePlan =>
  generateClassifier(library, {
    api,
    kernelSources: (path) => readFileSync(resolve(ENGINE_FOLDER, path), 'utf8'),
  });

/** Compiles a classifier for a core and measures it. @throws BUILD_… */
export async function compileClassifier(
  library: ClassificationLibrary,
  options: TargetOptions & { readonly api?: ApiName | undefined; readonly signal: AbortSignal },
): Promise<{ readonly plan: FilePlan; readonly built: BuiltLibrary; readonly cost: ClassifierCost }> {
  const { api: name = 'v2', ...target } = options;
  const plan = planClassifier(library, name);
  const api = classifierApi(name);
  const data = ['NanoEdgeAI_class_names'];
  const { initialize } = api.functions;
  const roles = { initialize, learn: 'none', detect: 'none' };
  const built = await buildLibrary(plan, { ...target, functions: classifierFunctions(api), roles, data });
  const { text, rodata, data: initialised, bss, neai } = built.linked ?? built.sizes;
  const stackBytes = Math.max(...Object.values(built.stackOf));
  const cost = {
    flashBytes: text + rodata + initialised,
    ramBytes: initialised + bss + neai + stackBytes,
    stackBytes,
  };
  return { plan, built, cost };
}

/** Writes the bundle of a classifier as a folder and as a zip; metadata.json tells what was measured. @returns the zip */
export async function writeClassifierBundle(
  library: ClassificationLibrary,
  { plan, built, cost }: Awaited<ReturnType<typeof compileClassifier>>,
  folder: string,
): Promise<string> {
  const files = plan.map((file) => {
    if (file.path !== 'metadata.json') return file;
    const planned = JSON.parse(String(file.content));
    const { compiler, targetFlags: flags, sizes, linked, stackOf: stack } = built;
    const measured = { ...planned, compiler, flags, sizes, linked, stack, ...cost };
    return { ...file, content: `${JSON.stringify(measured, undefined, 2)}\n` };
  });
  const bundle = [
    ...files,
    { path: 'libneai.a', content: built.archive },
    { path: 'emulator.mjs', content: await classifierEmulatorFile(library) },
    { path: 'LICENSE', content: readFileSync(LICENCE, 'utf8') },
  ];
  return writeBundle(library.id, bundle, folder);
}

/** Builds firmware.elf of a classifier for a board into a folder. @throws BUILD_… */
export function buildClassifierFirmware(
  library: ClassificationLibrary,
  board: string,
  outDir: string,
  signal: AbortSignal,
): Promise<BuiltFirmware> {
  const shape = { axes: library.axes, bufferSize: library.bufferSize };
  return buildFirmware(planClassifier(library), { board: loadBoard(board), shape, outDir, signal });
}
