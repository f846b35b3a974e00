import type { FilePlan } from '../../../../shared/file-plan.ts';
import type { ClassificationLibrary } from '../../library.ts';

/** How one API generation of classification looks: everything of a generated classifier that differs between them. */
export interface ClassifierApi {
  /** C files over the runtime, relative to src/engine. */
  readonly sources: readonly string[];
  readonly functions: { readonly initialize: string; readonly classify: string };
  /** The functions beside them. */
  readonly moreFunctions: readonly string[];
  header(library: ClassificationLibrary): string;
  cppHeader(library: ClassificationLibrary): string;
  /** example/main.c */
  mainProgram(): string;
  /** Files that only this generation has. */
  moreFiles(library: ClassificationLibrary): FilePlan;
  /** Functions and what they return, for people. */
  answers(library: ClassificationLibrary): readonly (readonly [name: string, returns: string])[];
}

/** Every function that a program may call. */
export const classifierFunctions = ({ functions, moreFunctions }: ClassifierApi): string[] => [
  functions.initialize,
  functions.classify,
  ...moreFunctions,
];

/** Class ids of a header's comment. */
export const classLines = ({ classes }: ClassificationLibrary, firstId: number): string =>
  classes.map(({ id, name }) => ` *   ${id - 1 + firstId}  ${name}`).join('\n');
