/** Who has to act when a code appears: decides where a lab looks first. */
export type ErrorClass =
  | 'usage'
  | 'input'
  | 'rack'
  | 'product'
  | 'configuration'
  | 'interrupted'
  | 'internal';

export interface ErrorCodeRow {
  readonly meaning: string;
  readonly remedy: string;
  readonly class: ErrorClass;
  /** 1 product differs, 2 bad input or usage, 3 rack, 4 fitness, 130 interrupted. */
  readonly exitStatus: number;
}

const row = (errorClass: ErrorClass, exitStatus: number, meaning: string, remedy: string): ErrorCodeRow => ({
  meaning,
  remedy,
  class: errorClass,
  exitStatus,
});

/** Every code of the project, once. docs/errors.md is generated from this table. */
export const ERROR_CODES = {
  // usage and configuration
  USAGE: row('usage', 2, 'The command line could not be understood.', 'Run the command with --help.'),
  INTERRUPTED: row('interrupted', 130, 'The user interrupted the command.', 'Run it again.'),
  INTERNAL: row('internal', 3, 'A defect of this software.', 'Report it with the evidence named.'),
  // --- signal files
  // --- library and engine
  // --- build
  // --- boards and rack
  // --- openocd
  // --- serial and protocol
  // --- virtual board
} as const satisfies Record<string, ErrorCodeRow>;

export type ErrorCode = keyof typeof ERROR_CODES;
