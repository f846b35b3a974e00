/** The engine's face to the other rooms. */
export { type GenerateOptions, generateLibrary } from './codegen/generate-library.ts';
export { estimateRamBytes } from './codegen/layout.ts';
export { castAdvice, suspectedCast } from './dataset/integer-cast.ts';
export { Emulator, RETURN_CODE } from './emulator/emulator.ts';
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
