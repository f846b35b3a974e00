import { assembleSearchRecord } from '../../src/cli/search/assemble-record.ts';
import type { SearchRecord } from '../../src/record/search-record.ts';
import {
  type CoupleMaker,
  type LineMaker,
  recordedSearch,
  STATISTICS,
  STATISTICS_SHRUNK,
  tone,
} from '../engine/search/recorded-search.ts';

const HEALTHY = tone();
const BROKEN = tone({ amplitude: 6, noise: 0.4 });
const HARDLY = tone({ amplitude: 1.1 });
const regular = (name: string, make: LineMaker, lines = 160) => ({ name, lines, make });

function record(
  couples: readonly CoupleMaker[],
  options: Parameters<typeof recordedSearch>[2] = {},
): SearchRecord {
  const search = recordedSearch(couples, [STATISTICS, STATISTICS_SHRUNK], options);
  return assembleSearchRecord({
    ...search,
    project: null,
    maxFlashBytes: undefined,
    measured: null,
    elapsedSeconds: 12.3456,
  });
}

/** Well above 90 %. */
export const goodSearch = (): SearchRecord =>
  record([{ regular: [regular('regular.csv', HEALTHY)], abnormal: [regular('abnormal.csv', BROKEN, 120)] }]);

/** Poor, with several causes, a limit on RAM, and an end before its time. */
export const poorSearch = (): SearchRecord =>
  record(
    [{ regular: [regular('regular.csv', HEALTHY, 60)], abnormal: [regular('abnormal.csv', HARDLY, 44)] }],
    {
      maxRamBytes: 600,
      interrupted: true,
    },
  );

/** No abnormal file. */
export const uncalibratedSearch = (): SearchRecord =>
  record([{ regular: [regular('regular.csv', HEALTHY)], abnormal: [] }]);

/** Two machines, the first with two regimes in files of their own; names as a careless or hostile user may have them. */
export const coupledSearch = (): SearchRecord =>
  record([
    {
      name: 'fan <img src=x onerror=alert(1)>',
      regular: [regular('slow.csv', HEALTHY, 90), regular('fast.csv', tone({ periods: 9 }), 110)],
      abnormal: [regular(`<!--<script>&amp;"${'long-name-'.repeat(12)}.csv`, BROKEN, 80)],
    },
    {
      name: 'pump',
      regular: [regular('pump.csv', tone({ amplitude: 2 }), 120)],
      abnormal: [regular('pump-broken.csv', tone({ amplitude: 9 }), 60)],
    },
  ]);
