import { join, resolve } from 'node:path';

/**
 * How a run of scenarios was asked for. `neai test` turns its options into these variables; whoever calls Playwright
 * without it may set them too.
 */
export interface Settings {
  /** Kind of board. */
  readonly board: string;
  /** Rack file; undefined: virtual boards, one a worker. */
  readonly rack: string | undefined;
  /** Slots of the rack that may be used, separated by commas; undefined: all. */
  readonly slots: string | undefined;
  /** Scenarios run in their long form. */
  readonly long: boolean;
  /** Scenarios that wait longer than ten minutes may do so on boards whose time cannot be moved. */
  readonly longWaits: boolean;
  /** How long a scenario waits for a board that others have. */
  readonly slotWaitMs: number;
  /** Folder for reports and evidence. */
  readonly outDir: string;
  /** Socket of the broker that runs already; set by the global set-up for its workers. */
  readonly broker: string | undefined;
}

const DEFAULT_BOARD = 'nucleo-l432kc';
const DEFAULT_SLOT_WAIT_MS = 300_000;
/** The name under which the global set-up tells its workers where the broker is. */
export const BROKER_VARIABLE = 'NEAI_BROKER';

export function readSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  return {
    board: env['NEAI_BOARD'] ?? DEFAULT_BOARD,
    rack: env['NEAI_RACK'],
    slots: env['NEAI_SLOTS'],
    long: env['NEAI_LONG'] === '1',
    longWaits: env['NEAI_LONG_WAITS'] === '1',
    slotWaitMs: Number(env['NEAI_SLOT_WAIT_MS'] ?? DEFAULT_SLOT_WAIT_MS),
    outDir: resolve(env['NEAI_SCENARIOS_OUT'] ?? join(import.meta.dirname, '../reports/out/scenarios')),
    broker: env[BROKER_VARIABLE],
  };
}
