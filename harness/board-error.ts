import { describeError, NeaiError } from '../src/shared/errors.ts';

/** A failure as scenarios meet it: `code` for the program, and a message that says everything to a person. */
export class BoardError extends NeaiError {
  constructor(error: NeaiError) {
    super(error.code, describeError(error), error.details);
    this.name = 'BoardError';
  }
}
