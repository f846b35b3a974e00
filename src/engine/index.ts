/** The engine's face to the other rooms. */
export { API_NAMES, type ApiName, apiFunctions } from './codegen/api/api.ts';
export { apiByName } from './codegen/api/registry.ts';
export { type BuildFacts, costOf } from './codegen/build-facts.ts';
export { type BundleChoices, bundleDocuments } from './codegen/bundle.ts';
export { type GenerateOptions, generateLibrary } from './codegen/generate-library.ts';
export { estimateRamBytes } from './codegen/layout.ts';
export type { BoardLimits } from './codegen/limits.ts';
export { castAdvice, suspectedCast } from './dataset/integer-cast.ts';
export { INPUT_TAP, type StageTap } from './emulator/chain.ts';
export {
  type ConfirmationRule,
  type Confirmed,
  parseConfirmation,
  startConfirmation,
} from './emulator/confirmation.ts';
export { KNOWLEDGE, KNOWLEDGE_HEADER_WORDS } from './emulator/detector.ts';
export { Emulator, RETURN_CODE } from './emulator/emulator.ts';
export { type TracedStep, tracedSteps } from './emulator/traced-steps.ts';
export {
  createLibrary,
  type FunctionalPart,
  type Library,
  type LibrarySearch,
  libraryId,
  librarySchema,
  libraryShape,
  parseLibrary,
} from './library.ts';
