import type { Library } from '../../library.ts';

/**
 * Generations of the original's C interface that a library can wear. `v3-early` is v3 with the enum of its first
 * releases, which has no member for "enough learnt" yet.
 */
export const API_NAMES = ['v2', 'v3', 'v3-early', 'v5'] as const;
export type ApiName = (typeof API_NAMES)[number];

/** What goes into a header beside the library. */
export interface HeaderFacts {
  /** Boards that the library is limited to; empty: none. */
  readonly limitedTo: readonly string[];
  /** Whether the library can begin with knowledge of its own. */
  readonly hasKnowledge: boolean;
}

/** A row of the table of functions on a library's page: declaration, what it does, what it returns. */
export type FunctionRow = readonly [declaration: string, what: string, returns: string];

/** How one generation looks: everything of a generated library that differs between generations, and nothing else. */
export interface Api {
  readonly name: ApiName;
  /** For people. */
  readonly title: string;
  /** C files over the runtime, relative to src/engine. */
  readonly sources: readonly string[];
  /** C functions whose stack is told apart. */
  readonly functions: { readonly initialize: string; readonly learn: string; readonly detect: string };
  /** The functions beside them. */
  readonly moreFunctions: readonly string[];
  /** The function that takes knowledge of the library's own, where that is one by itself. */
  readonly knowledgeFunction: string | null;
  /** Macros of the header: axes, samples per axis, least number of learns. */
  readonly macros: { readonly axes: string; readonly length: string; readonly learns: string };
  header(library: Library, facts: HeaderFacts): string;
  cppHeader(library: Library, facts: HeaderFacts): string;
  /** example/main.c */
  mainProgram(): string;
  /** Functions start, learn and detect of the self-test over the functions of this generation. */
  selfTestCalls(): string;
  /** Learns before which detect has no answer. */
  detectFloor(library: Library): number;
  functionRows(library: Library, isLimited: boolean): readonly FunctionRow[];
  /** What every function answers on a board that is not allowed. */
  readonly elsewhere: string;
  /** What detect answers below its floor. */
  readonly notReady: string;
  /** What a program has to know that comes from another generation. */
  readonly remarks: string;
}

/** What a call to a library of an API needs: every function that a program may call. */
export function apiFunctions(api: Api, hasKnowledge: boolean): string[] {
  const { initialize, learn, detect } = api.functions;
  const knowledge = hasKnowledge && api.knowledgeFunction !== null ? [api.knowledgeFunction] : [];
  return [initialize, learn, detect, ...api.moreFunctions, ...knowledge];
}

/** Learns that a library recommends, at least as many as it needs. */
export const recommendedLearns = (library: Library): number =>
  Math.max(library.minimumLearningIterations, library.detectFloor);
