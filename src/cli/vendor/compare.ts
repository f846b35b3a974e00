import { toleranceFrom } from '../../compare/tolerances.ts';
import type { Limits } from '../../record/cost.ts';
import type { RunRecord } from '../../record/run-record.ts';
import type { VendorFacts } from '../../record/vendor.ts';
import { NeaiError } from '../../shared/errors.ts';
import { runName } from '../../shared/run-id.ts';
import type { EmulatorRun } from '../../vendor/emulator/calls.ts';
import { type ImportedLibrary, loadVendorFolder } from '../../vendor/folder.ts';
import { NO_CURVE } from '../compare/curve.ts';
import { type CompareOptions, subjectOf } from '../compare/options.ts';
import { makeRunFolder, type RunFolder } from '../compare/run-folder.ts';
import { comparePair } from '../compare/run-sides.ts';
import type { ComparedSide, RunContext } from '../compare/sides/side.ts';
import type { Stopwatch } from '../compare/stopwatch.ts';
import { planLines } from '../compare/subject.ts';
import { folderInHistory } from '../history/options.ts';
import type { HistoryRecorder } from '../history/recorder.ts';
import { printRemark } from '../output.ts';
import { chooseBoard } from '../slot-choice.ts';
import type { RestoreCheck } from './restore-check.ts';
import { requireRight } from './right.ts';
import { INTERFACES, runVendorBoard, runVendorReference } from './sides.ts';

/** What a comparison has from the command around it. */
interface Means {
  readonly limits: Limits;
  readonly signal: AbortSignal;
  readonly startedAt: Date;
  readonly startMs: number;
  readonly history: HistoryRecorder;
  readonly file: string | null;
  readonly watch: Stopwatch;
}

/**
 * An imported library on a board against its vendor's own emulator, one point of similarity apart at most unless told
 * otherwise. Where no emulator runs here, the board's figures are taken and equivalence is not shown.
 */
export async function compareVendor(
  path: string,
  options: CompareOptions,
  { limits, signal, startedAt, startMs, history, file, watch }: Means,
): Promise<{ folder: RunFolder; record: RunRecord; brokenOff: NeaiError | null }> {
  if (options.reference !== undefined || options.target !== undefined)
    throw new NeaiError('USAGE', "an imported library is compared with its vendor's emulator", {
      remedy: 'Leave --reference and --target out; --board or --slot names the board.',
    });
  const subject = subjectOf(options);
  if (subject.kind !== 'fixed') throw new NeaiError('USAGE', 'an imported library is not searched');
  const choice = chooseBoard(options);
  const imported = await loadVendorFolder(path);
  requireRight({ kind: options.slot === undefined ? 'virtual' : 'silicon' }, options);
  const { header, id } = imported.library;
  if (header.kind !== 'anomaly-detection')
    throw new NeaiError('USAGE', `a library of the kind ${header.kind} does not learn and detect`, {
      remedy:
        header.kind === 'classification'
          ? 'neai compare-classes takes it.'
          : 'compare takes libraries for anomaly detection.',
    });
  const tolerance = toleranceFrom(options.tolerance ?? 'one-point', options.toleranceReason);
  const plan = await watch.time('read library and files', () => planLines(subject, header, null));
  const folder = await makeRunFolder(options.out, options.name ?? 'compare', startedAt);
  printRemark(`library ${id} of a vendor, run ${folder.path}`);
  history.begin(
    {
      ...{ runId: folder.runId, source: 'compare', startedAt: startedAt.toISOString() },
      scenario: runName(options.name ?? 'compare'),
      folder: file === null ? null : folderInHistory(file, folder.path),
    },
    { board: choice.board, library: id, commit: null, facts: {} },
    watch.timings,
  );
  const context: RunContext = {
    library: { id },
    ...{ calls: plan.calls, curve: NO_CURVE, sensitivity: Math.fround(options.sensitivity) },
    ...{ folder: folder.path, signal, watch, now: () => (performance.now() - startMs) / 1000 },
  };
  const reference = await runVendorReference(imported, context);
  for (const answer of reference.run.answers) history.answer('reference', answer);
  const target = await runVendorBoard(imported, choice, context, {
    iHaveTheRight: options.iHaveTheRight,
    onAnswer: (answer) => history.answer('target', answer),
  });
  history.know({ kind: target.run.evidence.kind });
  const { record, brokenOff } = await comparePair({
    ...{ threshold: options.threshold, limits, tolerance, explain: false, folder, startedAt },
    command: ['neai', ...process.argv.slice(2)].join(' '),
    ...{ plan, library: libraryFacts(imported), context },
    reference: { side: closed("the vendor's emulator"), run: reference.run },
    target: { side: closed(choice.board), run: target.run },
    noReference:
      reference.emulated === null
        ? 'the library came without an emulator that runs on this computer'
        : undefined,
    vendor: vendorFacts(imported, reference.emulated, target.check),
  });
  return { folder, record, brokenOff };
}

/** A side that has run and shows nothing of its inside: nobody but its maker knows the stages. */
const closed = (name: string): ComparedSide => ({
  name,
  run: () => Promise.reject(new NeaiError('INTERNAL', `${name} has run already`)),
  tracer: async () => 'the library of a vendor does not tell its stages',
  close: async () => undefined,
});

function libraryFacts({ library }: ImportedLibrary): RunRecord['library'] {
  const { id, archiveSha256, header, minimumIterations } = library;
  return {
    ...{ id, sha256: archiveSha256, axes: header.axes, bufferSize: header.bufferSize },
    minimumLearningIterations: minimumIterations ?? 0,
    detectFloor: 0,
    pipeline: [],
    model: `of a vendor, interface ${INTERFACES[header.generation]}`,
    searchEvaluations: null,
  };
}

function vendorFacts(
  { library }: ImportedLibrary,
  emulated: EmulatorRun | null,
  check: RestoreCheck | null,
): VendorFacts {
  const [theirs, ours] = [emulated?.knowledge ?? null, check?.knowledge ?? null];
  const comparable = theirs !== null && ours !== null && theirs.length === ours.length;
  const apart = comparable ? [...theirs].flatMap((byte, at) => (byte === ours[at] ? [] : [at])) : [];
  return {
    interface: INTERFACES[library.header.generation],
    licences: library.licences.map(({ file, what }) => `${what} (${file})`),
    knowledge: comparable
      ? { bytes: theirs.length, differing: apart.length, firstDifference: apart[0] ?? null }
      : null,
    restore: check?.restore ?? null,
  };
}
