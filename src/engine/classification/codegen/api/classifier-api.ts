import type { FilePlan } from '../../../../shared/file-plan.ts';
import type { ApiName, FunctionRow } from '../../../codegen/api/api.ts';
import type { ClassificationLibrary } from '../../library.ts';

/** How one API generation of classification looks: everything of a generated classifier that differs between them. */
export interface ClassifierApi {
  readonly name: ApiName;
  /** For people. */
  readonly title: string;
  /** C files over the runtime, relative to src/engine. */
  readonly sources: readonly string[];
  readonly functions: { readonly initialize: string; readonly classify: string };
  /** The functions beside them. */
  readonly moreFunctions: readonly string[];
  /** Macros of the header: axes, samples per axis, classes. */
  readonly macros: { readonly axes: string; readonly length: string; readonly classes: string };
  /** `limitedTo`: boards that the library is limited to; empty: none. */
  header(library: ClassificationLibrary, limitedTo: readonly string[]): string;
  cppHeader(library: ClassificationLibrary): string;
  /** example/main.c */
  mainProgram(): string;
  /** Functions start and classify of the self-test over the functions of this generation. */
  selfTestCalls(): string;
  /** Files that only this generation has. */
  moreFiles(library: ClassificationLibrary): FilePlan;
  functionRows(library: ClassificationLibrary, isLimited: boolean): readonly FunctionRow[];
  /** What every function answers on a board that is not allowed. */
  readonly elsewhere: string;
}

/** Every function that a program may call. */
export const classifierFunctions = ({ functions, moreFunctions }: ClassifierApi): string[] => [
  functions.initialize,
  functions.classify,
  ...moreFunctions,
];

/** Macros of a library that is limited to boards, in the header of every generation; nothing for one that is not. */
export const limitedMacro = (boards: readonly string[]): string =>
  boards.length === 0
    ? ''
    : `\n/** This library works on ${boards.join(', ')} only. */\n#define NEAI_LIMITED 1\n`;

/** Class ids of a header's comment. */
export const classLines = ({ classes }: ClassificationLibrary, firstId: number): string =>
  classes.map(({ id, name }) => ` *   ${id - 1 + firstId}  ${name}`).join('\n');
