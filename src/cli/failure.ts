import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ERROR_CLASSES, ERROR_CODES } from '../shared/error-codes.ts';
import { describeError, NeaiError } from '../shared/errors.ts';

/** Any thrown thing as our error; a defect of ours keeps its stack in a file, never on the screen. */
export function asNeaiError(thrown: unknown): NeaiError {
  if (thrown instanceof NeaiError) return thrown;
  const file = join(mkdtempSync(join(tmpdir(), 'neai-internal-')), 'stack.txt');
  const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  writeFileSync(file, `${text}\n`);
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new NeaiError('INTERNAL', message, { evidence: file, cause: thrown });
}

/** Says the failure to a person (standard error) and, with --json, to a machine (one document), and sets the status. */
export function reportFailure(thrown: unknown, json: boolean): void {
  const error = asNeaiError(thrown);
  process.stderr.write(`${describeError(error)}\n`);
  if (json) {
    const { cause: _cause, ...details } = error.details;
    const { code, message } = error;
    const { remedy, class: errorClass } = ERROR_CODES[code];
    const whoActs = ERROR_CLASSES[errorClass].who;
    const document = { error: { code, message, class: errorClass, whoActs, remedy, ...details } };
    process.stdout.write(`${JSON.stringify(document, undefined, 2)}\n`);
  }
  process.exitCode = error.exitStatus;
}
