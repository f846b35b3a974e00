import type { HistoryRecord, HistoryRun, HistorySeries } from '../../src/record/history-record.ts';
import { seededRandom } from '../../src/shared/random.ts';

const LIBRARY = '5e1c0f9a77d24b3381c6aa02';
const SUBJECTS = [
  { scenario: 'compare', board: 'nucleo-l432kc', library: LIBRARY, kind: 'virtual' },
  { scenario: 'keeps its knowledge', board: 'nucleo-f401re', library: LIBRARY, kind: 'silicon' },
] as const;

/** Fifty runs of two subjects, seeded: flash grows at run 30, flash time steps at 36, scores part from run 44 on. */
export function syntheticHistory(runs = 50): HistoryRecord {
  const random = seededRandom(11);
  const all = Array.from({ length: runs }, (_, index) => runAt(index));
  const own = (subject: number): number[] =>
    all.flatMap((_, index) => ((index % 3 === 2 ? 1 : 0) === subject ? [index] : []));
  const mine = own(0);
  const flash = series(0, mine, 'flash', 'bytes', 'exact', (run) => (run < 30 ? 14_776 : 14_912));
  const flashTime = series(0, mine, 'flash time', 'seconds', 'noisy', (run) =>
    Number(((run < 36 ? 1.84 : 2.1) + (random.below(100) - 50) / 1500).toFixed(4)),
  );
  const parted = series(0, mine, 'score difference', 'points', 'exact', (run) => (run < 44 ? 0 : 3));
  const changed = mine.find((run) => run >= 30)!;
  const stepped = mine.find((run) => run >= 36)!;
  const differs = mine.find((run) => run >= 44)!;
  return {
    format: 'neai-history-record',
    formatVersion: 1,
    madeAt: '2026-11-30T12:00:00.000Z',
    neai: '0.1.0',
    source: 'runs/history.db',
    asked: { scenario: null, board: null, library: LIBRARY, commit: null },
    runs: all,
    series: [
      {
        ...parted,
        changePoints: [
          {
            run: differs,
            foundAt: differs,
            before: 0,
            after: 3,
            worse: true,
            changedWith: ['commit', 'compiler'],
          },
        ],
        alarms: [{ run: differs, sentence: 'similarity differs by up to 3 points; it never did before' }],
      },
      {
        ...flash,
        changePoints: [
          {
            run: changed,
            foundAt: changed,
            before: 14_776,
            after: 14_912,
            worse: true,
            changedWith: ['commit'],
          },
        ],
        ratchet: {
          value: 14_912,
          entries: [
            {
              at: '2026-10-01T10:00:00.000Z',
              run: all[0]!.id,
              value: 14_776,
              kind: 'first',
              reason: null,
              by: null,
            },
            {
              at: '2026-11-01T10:00:00.000Z',
              run: all[changed]!.id,
              value: 14_912,
              kind: 'accepted',
              reason: 'time stamps in answers',
              by: 'lab',
            },
          ],
        },
      },
      {
        ...flashTime,
        changePoints: [
          {
            run: stepped,
            foundAt: mine[mine.indexOf(stepped) + 3]!,
            before: 1.84,
            after: 2.1,
            worse: true,
            changedWith: [],
          },
        ],
        alarms: [{ run: stepped, sentence: 'flash time rose by 14 %' }],
      },
      series(0, mine, 'ticks per detect', 'instructions', 'exact', () => 39_024),
      series(0, mine, 'balanced accuracy', 'fraction', 'exact', () => 0.9875),
      series(0, mine, 'flake rate', 'fraction', 'noisy', () => 0.01 + random.below(20) / 1000),
      series(1, own(1), 'link errors', 'count', 'noisy', () => random.below(4)),
    ],
    since: [
      {
        ...SUBJECTS[0],
        what: 'score difference',
        lastGood: mine[mine.indexOf(differs) - 1]!,
        firstBad: differs,
        runs: mine.filter((run) => run >= differs).length,
        differing: mine.filter((run) => run >= differs).length,
        changedWith: ['commit', 'compiler'],
        sentence: 'differs in every run since the compiler changed from gcc 12 to gcc 13',
      },
    ],
    compare: [mine.at(-6)!, mine.at(-1)!],
  };
}

function runAt(index: number): HistoryRun {
  const { kind, ...thing } = SUBJECTS[index % 3 === 2 ? 1 : 0]!;
  const bad = index >= 44 && index % 3 !== 2;
  const startedAt = new Date(Date.UTC(2026, 9, 1 + index, 10)).toISOString();
  return {
    id: `${startedAt.slice(0, 10).replaceAll('-', '')}-100000-${thing.scenario.split(' ')[0]}-lab-1`,
    startedAt,
    ...thing,
    commit: `${(index + 17).toString(16).padStart(2, '0')}c0ffee00d1e5`,
    evidence: { kind, uniqueId: '0034002d3137510c39383538' },
    ending: index === 20 ? 'broken off' : 'complete',
    equivalence: index === 20 ? null : { verdict: bad ? 'FAIL' : 'PASS', reasons: [] },
    fitness: index === 20 ? null : { verdict: 'PASS', reasons: [] },
    outcome: kind === 'silicon' ? (index === 26 ? 'not run' : 'passed') : null,
    firstDifference: bad ? 'signal 25 (learn, regular.csv line 25) in transform 1: 0.5 and 0.25' : null,
    facts: { compiler: index < 44 ? 'gcc 12.2.1' : 'gcc 13.3.1', OpenOCD: '0.12.0' },
    page: index === 0 ? null : `runs/${index}/report.html`,
  };
}

function series(
  subject: number,
  runs: readonly number[],
  figure: HistorySeries['figure'],
  unit: HistorySeries['unit'],
  noise: HistorySeries['noise'],
  value: (run: number) => number,
): HistorySeries {
  const better = figure === 'balanced accuracy' ? 'higher' : 'lower';
  const values = runs.map((run) => (run === 20 ? null : value(run)));
  return {
    ...SUBJECTS[subject]!,
    figure,
    unit,
    noise,
    better,
    runs: [...runs],
    values,
    changePoints: [],
    alarms: [],
    ratchet: null,
  };
}
