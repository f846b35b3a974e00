import type { Library } from '../engine/library.ts';

/** Text of library.json: readable, and the same bytes for the same library. */
export const libraryText = (library: Library): string => `${JSON.stringify(library, undefined, 2)}\n`;
