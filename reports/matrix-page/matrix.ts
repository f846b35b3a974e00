import type { RunRecord } from '../../src/record/run-record.ts';
import type { RecordedScenario, ScenarioRecord } from '../../src/record/scenario-record.ts';
import type { Side } from '../../src/record/sides.ts';

/** A record, and where its page lies as seen from the page over all of them. */
export type Collected =
  | { readonly kind: 'run'; readonly record: RunRecord; readonly page: string }
  | { readonly kind: 'scenarios'; readonly record: ScenarioRecord; readonly page: string };

export type Outcome = 'FAIL' | 'NOT RUN' | 'NOT SHOWN' | 'FLAKY' | 'PASS';

/** What came of one scenario on one board with one library: its newest run. */
export interface Cell {
  readonly outcome: Outcome;
  /** One phrase: what failed, by which code, or why it was not run. */
  readonly detail: string;
  /** Null where no run was found. */
  readonly page: string | null;
  readonly at: string | null;
  /** Older runs of the same that were found. */
  readonly older: number;
}

/** A kind of board with a library; virtual and silicon are never one place. */
export interface Place {
  readonly board: string;
  readonly kind: 'virtual' | 'silicon';
  readonly library: string;
}

export interface Matrix {
  readonly scenarios: readonly string[];
  readonly places: readonly Place[];
  /** By scenario, then by place. */
  readonly cells: readonly (readonly Cell[])[];
}

interface Result extends Omit<Cell, 'older' | 'page' | 'at'> {
  readonly scenario: string;
  readonly place: Place;
  readonly page: string;
  readonly at: string;
}

/** Boards × libraries × scenarios from records; what nobody ran is there too, as NOT RUN. */
export function matrixOf(collected: readonly Collected[]): Matrix {
  const results = collected.flatMap((one) => (one.kind === 'run' ? [ofRun(one)] : ofScenarios(one)));
  const scenarios = [...new Set(results.map(({ scenario }) => scenario))];
  const places = [...new Map(results.map(({ place }) => [JSON.stringify(place), place])).values()].sort(
    (a, b) =>
      a.board.localeCompare(b.board) || a.kind.localeCompare(b.kind) || a.library.localeCompare(b.library),
  );
  const cells = scenarios.map((scenario) =>
    places.map((place) =>
      newest(
        results.filter(
          (one) => one.scenario === scenario && JSON.stringify(one.place) === JSON.stringify(place),
        ),
      ),
    ),
  );
  return { scenarios, places, cells };
}

const NEVER: Cell = { outcome: 'NOT RUN', detail: 'no run of it was found', page: null, at: null, older: 0 };

function newest(results: readonly Result[]): Cell {
  const [last, ...older] = results.toSorted((a, b) => b.at.localeCompare(a.at));
  if (last === undefined) return NEVER;
  const { outcome, detail, page, at } = last;
  return { outcome, detail, page, at, older: older.length };
}

function ofRun({ record, page }: Extract<Collected, { kind: 'run' }>): Result {
  const { runId, startedAt, evidence, library, sides, verdicts, failure } = record;
  const { equivalence, fitness } = verdicts;
  const place = { board: placeName(sides.target), kind: evidence.kind, library: library.id };
  const words = [equivalence.verdict, fitness.verdict];
  const failed = [
    ...(equivalence.verdict === 'FAIL' ? ['equivalence'] : []),
    ...(fitness.verdict === 'FAIL' ? ['fitness'] : []),
  ];
  const said = (equivalence.verdict === 'PASS' ? fitness : equivalence).reasons[0] ?? '';
  const outcome = failed.length > 0 ? 'FAIL' : words.includes('NOT SHOWN') ? 'NOT SHOWN' : 'PASS';
  const detail =
    failure === null
      ? [failed.join(' and '), said].filter(Boolean).join(': ')
      : `${failure.code}: ${failure.text}`;
  return { scenario: nameIn(runId), place, outcome, detail, page, at: startedAt };
}

/** `compare` of `20261120-231500-compare-lab-2`: a run id without its time, and without host and number. */
function nameIn(runId: string): string {
  const [, name = runId] = /^\d{8}-\d{6}-(.+?)(?:-[a-z0-9.]+-\d+|-\d+)?$/.exec(runId) ?? [];
  return name;
}

const placeName = (side: Side): string => ('board' in side ? side.board : side.kind);

function ofScenarios({ record, page }: Extract<Collected, { kind: 'scenarios' }>): Result[] {
  const known = record.scenarios.map(placeOf);
  // A scenario that got no board belongs where the rest of its run was.
  const usual = mostFrequent(known.filter((place) => place !== null)) ?? {
    board: 'no board',
    kind: 'virtual',
    library: '',
  };
  return record.scenarios.map((scenario, index) => ({
    scenario: scenario.title,
    place: known[index] ?? usual,
    outcome: OUTCOMES[scenario.outcome],
    detail: detailOf(scenario),
    page,
    at: record.startedAt,
  }));
}

const OUTCOMES: Record<RecordedScenario['outcome'], Outcome> = {
  passed: 'PASS',
  failed: 'FAIL',
  flaky: 'FLAKY',
  'not run': 'NOT RUN',
};

function placeOf({ attempts }: RecordedScenario): Place | null {
  const facts = attempts.findLast((attempt) => attempt.facts !== null)?.facts;
  return facts ? { board: facts.board, kind: facts.evidence.kind, library: facts.libraryId } : null;
}

function detailOf({ failure, reason, attempts }: RecordedScenario): string {
  if (failure !== null) {
    const code = [failure.class, failure.code].filter(Boolean).join(', ');
    return `${code}: ${failure.message.split('\n')[0] ?? ''}`;
  }
  return reason ?? (attempts.length > 1 ? `${attempts.length} attempts` : '');
}

function mostFrequent(places: readonly Place[]): Place | undefined {
  const many = Map.groupBy(places, (place) => JSON.stringify(place));
  return [...many.values()].toSorted((a, b) => b.length - a.length)[0]?.[0];
}
