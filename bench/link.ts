/**
 * `npm run bench:link`: what the line gives to samples, in the virtual time of the board (docs/link.md). All figures are
 * medians of five. Data sets: the folder that NEAI_DATASETS names.
 *
 * --rounds N (5), --signals N (12) a round, --only raw|encoded, --boards all or a list of ids (nucleo-l432kc alone)
 */
import { parseArgs } from 'node:util';
import { listBoards } from '../src/boards/load.ts';
import { encodedOverRaw } from './link/encodings.ts';
import { MAIN_BOARD, rawShares } from './link/shares.ts';
import { type Metric, writeMetrics } from './write-metrics.ts';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    signals: { type: 'string', default: '12' },
    only: { type: 'string' },
    boards: { type: 'string', default: MAIN_BOARD },
  },
});
const rounds = { rounds: Number(options.rounds), signals: Number(options.signals) };
const boards = options.boards === 'all' ? listBoards() : options.boards.split(',');
const signal = AbortSignal.timeout(3_600_000);
const metrics: Metric[] = [];
if (options.only !== 'encoded')
  for (const board of boards) metrics.push(...(await rawShares(board, rounds, signal)));
if (options.only !== 'raw') metrics.push(...(await encodedOverRaw(rounds, signal)));
writeMetrics('link', metrics);
