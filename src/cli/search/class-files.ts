import { InvalidArgumentError } from 'commander';
import { className } from '../../engine/classification/library.ts';
import type { ClassFiles } from '../../studio/run-class-search.ts';

/** Collects NAME=FILE of a command line; ids count in the order in which names come first. */
export function addClass(text: string, before: readonly ClassFiles[] = []): readonly ClassFiles[] {
  const at = text.indexOf('=');
  const [name, file] = [text.slice(0, at), text.slice(at + 1)];
  if (at < 1 || file === '') throw new InvalidArgumentError('It must be NAME=FILE.');
  const named = className.safeParse(name);
  if (!named.success) throw new InvalidArgumentError(`The name ${named.error.issues[0]!.message}.`);
  if (!before.some((one) => one.name === name)) return [...before, { name, files: [file] }];
  return before.map((one) => (one.name === name ? { name, files: [...one.files, file] } : one));
}
