import { ERROR_CODES, type ErrorCode } from './error-codes.ts';

export type { ErrorCode };

/** What a failure carries beside its code. All of it is for a person who was not there. */
export interface ErrorDetails {
  /** What was asked of the failing part, in one phrase. */
  readonly asked?: string;
  /** What came instead. */
  readonly got?: string;
  /** What to do now; the code's own remedy stands in the table when this is absent. */
  readonly remedy?: string;
  /** Where the full evidence lies: a log path, the last bytes seen, a transcript. */
  readonly evidence?: string;
  /** Place in a user's file; line and column are 1-based. */
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly cause?: unknown;
}

/** The one error type of this project: a stable code from the table, and the details of this case. */
export class NeaiError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'NeaiError';
    this.code = code;
    this.details = details;
  }

  /** Exit status of a command that ends with this error (docs/errors.md). */
  get exitStatus(): number {
    return ERROR_CODES[this.code].exitStatus;
  }
}

/** Text of others as a terminal may show it: control characters are spelled out, line ends and tabs stay. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, (control) =>
    control === '\n' || control === '\t'
      ? control
      : `\\x${control.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}

/** The text a user sees for an error: never a stack trace. */
export function describeError(error: NeaiError): string {
  const { asked, got, evidence, file, line, column } = error.details;
  const place =
    file === undefined ? '' : `${[file, line, column].filter((v) => v !== undefined).join(':')}: `;
  const remedy = error.details.remedy ?? ERROR_CODES[error.code].remedy;
  const rows: [string, string | undefined][] = [
    ['asked', asked],
    ['got', got],
    ['remedy', remedy],
    ['evidence', evidence],
  ];
  const lines = rows.filter(([, text]) => text !== undefined).map(([name, text]) => `  ${name}: ${text}`);
  return printable([`${error.code}: ${place}${error.message}`, ...lines].join('\n'));
}
