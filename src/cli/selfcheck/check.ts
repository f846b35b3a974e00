import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeReport } from '../../../reports/write-report.ts';
import { DEFAULT_LIMITS } from '../../compare/judge.ts';
import { Emulator } from '../../engine/index.ts';
import { encodeRunRecord } from '../../record/codec.ts';
import type { DivergenceStage } from '../../record/divergence.ts';
import type { RunRecord } from '../../record/run-record.ts';
import { BIT_EXACT } from '../../record/tolerance.ts';
import { libraryText } from '../../studio/library-text.ts';
import { planCurve } from '../compare/curve.ts';
import { makeRunFolder } from '../compare/run-folder.ts';
import { comparePair, libraryFacts } from '../compare/run-sides.ts';
import { emulatorSide } from '../compare/sides/emulator-side.ts';
import type { ComparedSide, Plant, SideContext } from '../compare/sides/side.ts';
import { Stopwatch } from '../compare/stopwatch.ts';
import type { Prepared } from '../compare/subject.ts';
import { DEFECTS, type Defect, SENSITIVITY_FACTOR } from './defects.ts';
import { machineCalls, machineSignals, selfCheckLibrary } from './machine.ts';
import { writeMachineFiles } from './machine-files.ts';

/** Where both sides are held to part. */
export interface Place {
  /** 1-based among the signals of the run. */
  readonly signal: number;
  readonly stage: DivergenceStage['kind'];
  /** 0-based number of the transform. */
  readonly transform: number | null;
}

/** One check: the golden pass (no defect, nothing may differ), or one defect that has to be found. */
export interface Checked {
  readonly id: string;
  readonly title: string;
  /** `host-c`, or the kind of board. */
  readonly rung: string;
  readonly expected: Place | null;
  readonly found: Place | null;
  readonly passed: boolean;
  readonly seconds: number;
  /** Absolute paths. */
  readonly record: string;
  readonly report: string;
}

export interface CheckOptions {
  /** Folder for records, pages and what was compiled. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** The rung under test, with a defect or without. */
  readonly target: (plant: Plant | undefined) => ComparedSide;
  readonly rung: string;
  readonly onDone: (checked: Checked) => void;
  /** Ids of the defects to plant; all when not given. */
  readonly only?: readonly string[] | undefined;
}

/** A golden pass and the defects on one rung, one after the other. */
export async function checkRung(options: CheckOptions): Promise<Checked[]> {
  const only = options.only;
  const defects = DEFECTS.filter(({ id }) => only === undefined || only.includes(id));
  const results: Checked[] = [];
  for (const defect of [null, ...defects]) {
    options.signal.throwIfAborted();
    const checked = await checkOne(defect, results.length, options);
    options.onDone(checked);
    results.push(checked);
  }
  return results;
}

async function checkOne(
  defect: Defect | null,
  number: number,
  { folder: root, signal, target: targetOf, rung }: CheckOptions,
): Promise<Checked> {
  const startedAt = new Date();
  const startMs = performance.now();
  const library = selfCheckLibrary();
  const signals = machineSignals();
  const calls = machineCalls(signals);
  // The name tells nothing of the defect: whoever reads the page is to find it there.
  const folder = await makeRunFolder(root, `selfcheck-${rung}-${number}`, startedAt);
  const text = libraryText(library);
  await writeFile(join(folder.path, 'library.json'), text);
  const files = await writeMachineFiles(signals, folder.path);
  const context: SideContext = {
    library,
    limits: null,
    calls,
    files,
    curve: planCurve([], library.detectFloor),
    sensitivity: 1,
    folder: folder.path,
    signal,
    watch: new Stopwatch(),
    now: () => (performance.now() - startMs) / 1000,
  };
  const prepared: Prepared = {
    library,
    librarySha256: createHash('sha256').update(text).digest('hex'),
    plan: { calls, files },
    evaluations: null,
    limitedTo: [],
  };
  const reference = emulatorSide();
  const target = targetOf(defect === null ? undefined : (plan) => defect.plant(plan));
  try {
    const { record, brokenOff } = await comparePair({
      threshold: 90,
      limits: DEFAULT_LIMITS,
      tolerance: BIT_EXACT,
      explain: true,
      folder,
      startedAt,
      command: 'neai selfcheck',
      plan: prepared.plan,
      library: libraryFacts(prepared),
      context,
      reference: { side: reference, run: await reference.run(context) },
      target: { side: target, run: await target.run(context) },
    });
    if (brokenOff !== null) throw brokenOff;
    const paths = await leave(record, folder.path);
    const expected = defect === null ? null : expectedPlace(defect);
    const found = placeOf(record);
    const passed = defect === null ? record.comparison.identical : isPlace(found, expected!);
    const { id, title } = defect ?? {
      id: 'golden',
      title: 'golden pass: nothing planted, nothing may differ',
    };
    return { id, title, rung, expected, found, passed, seconds: context.now(), ...paths };
  } finally {
    await target.close();
    await reference.close();
  }
}

async function leave(record: RunRecord, folder: string): Promise<{ record: string; report: string }> {
  await mkdir(folder, { recursive: true });
  const paths = { record: join(folder, 'record.json'), report: join(folder, 'report.html') };
  await writeFile(paths.record, encodeRunRecord(record));
  await writeReport(record, paths.report);
  return paths;
}

function placeOf({ divergence }: RunRecord): Place | null {
  if (divergence === null || divergence.stage === null || divergence.signal === null) return null;
  const { kind, index } = divergence.stage;
  return { signal: divergence.signal, stage: kind, transform: index };
}

function isPlace(found: Place | null, expected: Place): boolean {
  return (
    found !== null &&
    found.signal === expected.signal &&
    found.stage === expected.stage &&
    found.transform === expected.transform
  );
}

/** Where a defect has to be found: as it says of itself, or, for the sensitivity, the first detect that its factor moves. */
export function expectedPlace({ stage, signal }: Defect): Place {
  return { signal: signal ?? firstMovedDetect(), stage: stage.kind, transform: stage.index };
}

function firstMovedDetect(): number {
  const [right, wrong] = [new Emulator(selfCheckLibrary()), new Emulator(selfCheckLibrary())];
  for (const [index, call] of machineCalls(machineSignals()).entries()) {
    if (call.operation === 'initialize') {
      right.initialize();
      wrong.initialize();
      wrong.setSensitivity(SENSITIVITY_FACTOR);
      // Call 0 is the only one without a signal, so the number of a signal is that of its call.
    } else if (right[call.operation](call.signal!) !== wrong[call.operation](call.signal!)) return index;
  }
  return 0;
}
