import { describeError, NeaiError } from '../src/shared/errors.ts';

const HARNESS = import.meta.dirname;

/** A failure as scenarios meet it: `code` for the program, and a message that says everything to a person. */
export class BoardError extends NeaiError {
  constructor(error: NeaiError) {
    super(error.code, describeError(error), error.details);
    this.name = 'BoardError';
    this.stack = withoutHarness(this.stack ?? '');
  }
}

/** The first line of a stack is what reports show: it must be the scenario's own, not where the harness noticed. */
function withoutHarness(stack: string): string {
  const isOwn = (line: string): boolean => /^\s+at /.test(line) && line.includes(`${HARNESS}/`);
  return stack
    .split('\n')
    .filter((line) => !isOwn(line))
    .join('\n');
}
