import type { TestError } from '@playwright/test/reporter';
import {
  ERROR_CLASSES,
  ERROR_CODES,
  type ErrorCode,
  type FailureClass,
} from '../../src/shared/error-codes.ts';

/** Configuration before rack: a missing program is told as such, not as a board that does not answer. */
const GRAVITY: readonly FailureClass[] = ['product', 'scenario', 'configuration', 'rack'];

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours of the terminal are what is taken out
const COLOURS = /\u001b\[\d+(?:;\d+)*m/g;

export interface Failure {
  readonly class: FailureClass;
  /** Code from docs/errors.md, where the failure has one. */
  readonly code: ErrorCode | undefined;
  readonly message: string;
}

/** Tells from an error what kind of failure it is. */
export function classify(error: Pick<TestError, 'message' | 'value'>): Failure {
  const message = (error.message ?? error.value ?? 'failed without a word').replaceAll(COLOURS, '');
  const code = codeIn(message);
  if (code !== undefined) return { class: ERROR_CLASSES[ERROR_CODES[code].class].inReports, code, message };
  // What a scenario expects, it expects of the product; all else that goes wrong in it is its own.
  // A message of the scenario's own may stand in front.
  if (/^\s*(?:Error: )?expect[.(]/m.test(message)) return { class: 'product', code, message };
  if (/^(?:Error: )?Fixture "(?:board|broker)"/.test(message)) return { class: 'rack', code, message };
  return { class: 'scenario', code, message };
}

/** The gravest of several failures: what must be looked at first. */
export function gravest(failures: readonly Failure[]): Failure | undefined {
  return [...failures].sort((a, b) => GRAVITY.indexOf(a.class) - GRAVITY.indexOf(b.class))[0];
}

function codeIn(message: string): ErrorCode | undefined {
  const name = /^(?:\w+: )?([A-Z][A-Z0-9_]+): /.exec(message)?.[1];
  return name !== undefined && name in ERROR_CODES ? (name as ErrorCode) : undefined;
}
