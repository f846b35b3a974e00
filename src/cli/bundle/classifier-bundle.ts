import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadBoard } from '../../boards/load.ts';
import { classifierFunctions } from '../../engine/classification/codegen/api/classifier-api.ts';
import { classifierApi } from '../../engine/classification/codegen/api/registry.ts';
import { classifierDocuments } from '../../engine/classification/codegen/documents.ts';
import { type ClassifierFacts, classifierCostOf } from '../../engine/classification/codegen/facts.ts';
import { generateClassifier } from '../../engine/classification/codegen/generate-classifier.ts';
import type { ClassificationLibrary } from '../../engine/classification/library.ts';
import type { BundleChoices } from '../../engine/index.ts';
import { type BuiltFirmware, buildFirmware } from '../../host/build.ts';
import { type BuiltLibrary, buildLibrary, type TargetOptions } from '../../host/library-build.ts';
import { MAX_CLASSES } from '../../protocol/limits.ts';
import { NeaiError } from '../../shared/errors.ts';
import type { FilePlan } from '../../shared/file-plan.ts';
import { writeBundle } from './bundle-files.ts';
import { classifierEmulatorFile } from './emulator-file.ts';

const ENGINE_FOLDER = resolve(import.meta.dirname, '../../engine');
const LICENCE = resolve(import.meta.dirname, '../../../LICENSE');

type ClassifierChoices = Pick<BundleChoices, 'limits' | 'api'>;

const planClassifier = (
  library: ClassificationLibrary,
  { limits, api = 'v2' }: ClassifierChoices = { limits: null },
): FilePlan =>
  generateClassifier(library, {
    api,
    ...(limits && { limits }),
    kernelSources: (path) => readFileSync(resolve(ENGINE_FOLDER, path), 'utf8'),
  });

/** Compiles a classifier for a core and measures it. @throws BUILD_… */
export async function compileClassifier(
  library: ClassificationLibrary,
  target: TargetOptions & { readonly signal: AbortSignal },
  choices: ClassifierChoices = { limits: null },
): Promise<{
  readonly plan: FilePlan;
  readonly built: BuiltLibrary;
  readonly cost: ReturnType<typeof classifierCostOf>;
}> {
  const plan = planClassifier(library, choices);
  const api = classifierApi(choices.api ?? 'v2');
  const data = ['NanoEdgeAI_class_names'];
  const { initialize } = api.functions;
  const roles = { initialize, learn: 'none', detect: 'none' };
  const built = await buildLibrary(plan, { ...target, functions: classifierFunctions(api), roles, data });
  return { plan, built, cost: classifierCostOf({ ...built, archive: built.sizes }) };
}

/** Writes the bundle of a classifier as a folder and as a zip. @returns the zip */
export async function writeClassifierBundle(
  library: ClassificationLibrary,
  core: string,
  { plan, built }: Awaited<ReturnType<typeof compileClassifier>>,
  choices: ClassifierChoices,
  folder: string,
): Promise<string> {
  const { archive, sizes, ...measured } = built;
  const archiveSha256 = createHash('sha256').update(archive).digest('hex');
  const facts: ClassifierFacts = { core, ...measured, archive: sizes, archiveSha256 };
  const bundle = [
    ...plan,
    { path: 'libneai.a', content: archive },
    ...classifierDocuments(library, facts, choices),
    { path: 'emulator.mjs', content: await classifierEmulatorFile(library, choices.limits?.boards ?? []) },
    { path: 'LICENSE', content: readFileSync(LICENCE, 'utf8') },
  ];
  return writeBundle(library.id, bundle, folder);
}

/**
 * Builds firmware.elf of a classifier for a board into a folder.
 * @throws USAGE for more classes than an answer of the link holds; BUILD_…
 */
export function buildClassifierFirmware(
  library: ClassificationLibrary,
  board: string,
  outDir: string,
  signal: AbortSignal,
  choices: ClassifierChoices = { limits: null },
): Promise<BuiltFirmware> {
  if (library.classes.length > MAX_CLASSES) {
    throw new NeaiError('USAGE', `our firmware tells at most ${MAX_CLASSES} classes apart`, {
      asked: `at most ${MAX_CLASSES} classes: an answer that a board can repeat holds no more probabilities`,
      got: `${library.classes.length} classes`,
      remedy: 'Build the library with --core, for firmware of your own: only this link has the limit.',
    });
  }
  const shape = { axes: library.axes, bufferSize: library.bufferSize };
  return buildFirmware(planClassifier(library, choices), { board: loadBoard(board), shape, outDir, signal });
}
