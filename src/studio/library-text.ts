import type { ClassificationLibrary } from '../engine/classification/library.ts';
import type { Library } from '../engine/library.ts';

/** Text of library.json: readable, and the same bytes for the same library. */
export const libraryText = (library: Library | ClassificationLibrary): string =>
  `${JSON.stringify(library, undefined, 2)}\n`;
