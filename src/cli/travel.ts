import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { writeReport } from '../../reports/write-report.ts';
import { DEFAULT_LIMITS } from '../compare/judge.ts';
import { travelVerdict } from '../compare/travel.ts';
import { encodeRunRecord } from '../record/codec.ts';
import type { RunRecord } from '../record/run-record.ts';
import type { Side } from '../record/sides.ts';
import { BIT_EXACT } from '../record/tolerance.ts';
import type { Travel } from '../record/travel.ts';
import { NeaiError } from '../shared/errors.ts';
import { libraryText } from '../studio/library-text.ts';
import { limitsTo } from './bundle/library-plan.ts';
import { NO_CURVE } from './compare/curve.ts';
import { subjectOf } from './compare/options.ts';
import { makeRunFolder } from './compare/run-folder.ts';
import { comparePair, libraryFacts, type RanSide } from './compare/run-sides.ts';
import { NO_SILICON, type SideContext } from './compare/sides/side.ts';
import type { SignalCall, SignalPlan } from './compare/signal-plan.ts';
import { Stopwatch } from './compare/stopwatch.ts';
import { type Prepared, prepareFixed } from './compare/subject.ts';
import { interrupted } from './interrupt.ts';
import { wholeNumber } from './options.ts';
import { printJson, printLine } from './output.ts';
import { chooseBoard } from './slot-choice.ts';
import { type Arrived, arrive, travel } from './travel/run.ts';
import { type TravelSide, travellingBoard, travellingEmulator } from './travel/sides.ts';

interface Options {
  readonly learn: string[];
  readonly detect: string[];
  readonly boards?: string[];
  readonly slots?: string[];
  readonly rack?: string;
  readonly further: number;
  readonly threshold: number;
  readonly name: string;
  readonly out: string;
  readonly json?: boolean;
}

const DEFAULT_FURTHER = 10;

/** `neai travel LIB`: knowledge learned on each board, restored on every other one and in the emulator. */
export function registerTravel(program: Command): void {
  program
    .command('travel')
    .description(
      'learn on every board, restore on every other one and in the emulator: the certificate matrix',
    )
    .argument('<library>', 'folder with library.json, that file, or a bundle zip')
    .requiredOption(
      '--learn <lines...>',
      'F[:first-last]: the last ones (--further) are learned after the restore',
    )
    .requiredOption('--detect <lines...>', 'F[:first-last]=nominal|anomaly|unknown: scored before and after')
    .option('--boards <boards>', 'virtual boards of these kinds, separated by commas', names)
    .option('--slots <slots>', 'these slots of the rack file, separated by commas', names)
    .option('--rack <file>', 'rack file', 'rack.yaml')
    .option('--further <n>', 'signals to learn in place after the restore', wholeNumber(1), DEFAULT_FURTHER)
    .option('--threshold <n>', 'similarity from which a signal is nominal', wholeNumber(1, 99), 90)
    .option('--name <name>', 'name of the run', 'travel')
    .option('--out <dir>', 'folder for the folders of runs', 'runs')
    .option('--json', 'print one JSON document: verdict, travel (as in the run record), record, report')
    .action(travelCommand);
}

function names(text: string): string[] {
  const list = text.split(',').map((name) => name.trim());
  if (list.includes('')) throw new InvalidArgumentError('It must be names, separated by commas.');
  return list;
}

async function travelCommand(path: string, options: Options): Promise<void> {
  const { boards = [], slots = [], rack, further } = options;
  const sides: TravelSide[] = [
    travellingEmulator(),
    ...boards.map((board) => travellingBoard(chooseBoard({ board }))),
    ...slots.map((slot) => travellingBoard(chooseBoard({ slot, ...(rack !== undefined && { rack }) }))),
  ];
  const subject = subjectOf({ ...options, library: path, evaluations: 1, seed: 0, sensitivity: 1 });
  if (subject.kind !== 'fixed') return;
  const startedAt = new Date();
  const startMs = performance.now();
  const prepared = journeyOf(await prepareFixed(subject, undefined), further);
  const folder = await makeRunFolder(options.out, options.name, startedAt);
  const { library, plan } = prepared;
  await writeFile(join(folder.path, 'library.json'), libraryText(library));
  const context: SideContext = {
    library,
    limits: limitsTo(prepared.limitedTo),
    calls: plan.calls,
    files: plan.files,
    curve: NO_CURVE,
    sensitivity: 1,
    folder: folder.path,
    signal: interrupted,
    watch: new Stopwatch(),
    now: () => (performance.now() - startMs) / 1000,
  };
  try {
    const arrived = await arrive(sides, context);
    const learns = plan.calls.filter(({ operation }) => operation === 'learn').map(({ signal }) => signal!);
    const detects = plan.calls.filter(({ operation }) => operation === 'detect').map(({ signal }) => signal!);
    const pairs = await travel(arrived, {
      library,
      learn: learns.slice(0, -further),
      further: learns.slice(-further),
      detect: detects.slice(0, detects.length / 2),
    });
    const made: Travel = {
      sides: arrived.map(aboutOf),
      learned: learns.length - further,
      furtherLearns: further,
      pairs,
    };
    const [reference, target] = arrived.filter(({ run }) => run !== null).map(ranSide);
    const { record } = await comparePair({
      threshold: options.threshold,
      limits: DEFAULT_LIMITS,
      tolerance: BIT_EXACT,
      explain: true,
      folder,
      startedAt,
      command: ['neai', ...process.argv.slice(2)].join(' '),
      plan,
      library: libraryFacts(prepared),
      context,
      reference: reference!,
      // Without a board the emulator is compared with itself: the matrix says who was not reached.
      target: target ?? reference!,
    });
    await leave({ ...record, travel: made }, folder.path, options.json === true);
  } finally {
    for (const { compared } of sides) await compared.close();
  }
}

/** The calls of a journey at home: learn, detect, learn on, detect again. */
function journeyOf(prepared: Prepared, further: number): Prepared {
  const { calls, files } = prepared.plan;
  const of = (operation: SignalCall['operation']) => calls.filter((call) => call.operation === operation);
  const [learns, detects] = [of('learn'), of('detect')];
  if (learns.length <= further || detects.length === 0) {
    throw new NeaiError('USAGE', 'too few lines for a journey', {
      asked: `more than ${further} lines to learn (--further), and lines to detect`,
      got: `${learns.length} to learn, ${detects.length} to detect`,
    });
  }
  const plan: SignalPlan = {
    calls: [
      ...of('initialize'),
      ...learns.slice(0, -further),
      ...detects,
      ...learns.slice(-further),
      ...detects,
    ],
    files,
  };
  return { ...prepared, plan };
}

const aboutOf = ({ side, run, failure }: Arrived): Side =>
  run?.about ?? {
    kind: 'virtual-board',
    board: side.compared.name,
    slot: failure?.code ?? 'not reached',
    probeSerial: null,
    evidence: NO_SILICON,
    buildId: null,
    planted: false,
  };

const ranSide = ({ side, run }: Arrived): RanSide => ({ side: side.compared, run: run! });

async function leave(record: RunRecord, folder: string, json: boolean): Promise<void> {
  const paths = { record: join(folder, 'record.json'), report: join(folder, 'report.html') };
  await writeFile(paths.record, encodeRunRecord(record));
  await writeReport(record, paths.report);
  const made = record.travel!;
  const verdict = travelVerdict(made);
  if (json) printJson({ verdict, travel: made, ...paths });
  else {
    for (const line of matrixLines(made)) printLine(line);
    printLine(`knowledge travels: ${verdict}`);
    printLine(`record ${paths.record}`);
    printLine(`report ${paths.report}`);
  }
  process.exitCode = verdict === 'PASS' ? 0 : verdict === 'FAIL' ? 1 : 3;
}

/** The matrix as text: one line a pair, who could not be tried as loud as who failed. */
function matrixLines({ sides, pairs, learned, furtherLearns }: Travel): string[] {
  const name = (index: number): string => {
    const side = sides[index]!;
    return 'board' in side ? side.board : side.kind;
  };
  return [
    `${learned} signals learned at home, ${furtherLearns} after the restore`,
    ...pairs.map(({ learnedOn, restoredOn, verdict, reason, before, after }) => {
      const scores =
        before === null || after === null
          ? ''
          : `: ${before.differing} of ${before.signals} scores differ before, ${after.differing} after`;
      return `${verdict.padEnd(7)} ${name(learnedOn)} → ${name(restoredOn)}${scores}${reason === null ? '' : ` (${reason})`}`;
    }),
  ];
}
