import { compileFunction } from 'node:vm';
import type { TextPlace } from '../../src/shared/yaml-document.ts';

/**
 * Calls a function from a place in another file. Playwright takes where a test is from whoever calls `test`: so a
 * scenario written as data stands in lists, reports and filters under its own file and line.
 */
export function callAt<Args extends readonly unknown[]>(
  { file, line, column }: TextPlace & { readonly file: string },
  call: (...args: Args) => unknown,
  ...args: Args
): void {
  const options = { filename: file, lineOffset: line - 1, columnOffset: column - 1 };
  compileFunction('call(...args)', ['call', 'args'], options)(call, args);
}
