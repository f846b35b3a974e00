import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { compareRuns } from '../compare/compare-runs.ts';
import type { Library } from '../engine/index.ts';
import { type CheckedBundle, checkBundle } from '../history/evidence/check.ts';
import { sha256Of } from '../history/evidence/pack.ts';
import { unpackCalls } from '../record/calls.ts';
import { decodeRunRecord } from '../record/codec.ts';
import { formatOf } from '../record/document.ts';
import type { RunRecord } from '../record/run-record.ts';
import {
  decodeScenarioRecord,
  SCENARIO_RECORD_FORMAT,
  type ScenarioRecord,
} from '../record/scenario-record.ts';
import { ERROR_CODES } from '../shared/error-codes.ts';
import { NeaiError } from '../shared/errors.ts';
import { loadLibrary } from '../studio/load-library.ts';
import { recordedCalls } from './evidence/recorded-calls.ts';
import { replayOnEmulator, replayOnVirtualBoard } from './evidence/replay-run.ts';
import { notShown, type Replayed, replayedLine } from './evidence/same-answers.ts';
import { evidenceNotThere } from './evidence/scenario-bundle.ts';
import { asNeaiError } from './failure.ts';
import { interrupted } from './interrupt.ts';
import { printJson, printLine } from './output.ts';

interface VerifyOptions {
  readonly data?: string;
  /** False for `--no-replay`. */
  readonly replay: boolean;
  readonly iHaveTheRight?: boolean;
  readonly json?: boolean;
}

/** `neai verify BUNDLE`: is it what it was, and does it still come out? */
export function registerVerify(program: Command): void {
  program
    .command('verify')
    .description('check every hash of a bundle of evidence and replay its run on emulator and virtual board')
    .argument('<bundle>', 'evidence.zip of a run')
    .option('--data <dir>', 'where to look for files of signals that the bundle knows by their hashes only')
    .option('--no-replay', 'check hashes only')
    .option('--i-have-the-right', "of a vendor's library: its licence allows a virtual board to run it")
    .option('--json', 'print one JSON document')
    .action(verify);
}

async function verify(path: string, options: VerifyOptions): Promise<void> {
  const file = resolve(path);
  const zip = await readFile(file).catch((cause: Error) => {
    throw new NeaiError('BUNDLE_INVALID', 'the bundle cannot be read', { file, got: cause.message });
  });
  const bundle = checkBundle(zip, file);
  const ofScenarios = formatOf(textOf(bundle, 'record.json')) === SCENARIO_RECORD_FORMAT;
  const more = ofScenarios ? missing : strangers;
  const damages = [...bundle.damages, ...(bundle.damages.length === 0 ? more(bundle, file) : [])];
  if (damages.length > 0) {
    throw new NeaiError('BUNDLE_DAMAGED', damages.map(({ member, why }) => `${member}: ${why}`).join('; '), {
      file,
      asked: 'every byte as it was written',
      got: `${damages.length} damaged: ${damages.map(({ member }) => member).join(', ')}`,
    });
  }
  if (ofScenarios) {
    tellScenarios(bundle, file, sha256Of(zip), options);
    return;
  }
  const record = recordOf(bundle, file);
  const replays = options.replay ? await replay(bundle, record, options) : undefined;
  const document = {
    bundle: file,
    sha256: sha256Of(zip),
    runId: record.runId,
    members: bundle.members.size,
    intact: true,
    recorded: { evidence: record.evidence, ...record.verdicts },
    // What is shown here is shown by software: no replay makes silicon of a virtual board.
    evidence: 'virtual',
    emulator: replays?.emulator ?? null,
    virtualBoard: replays?.virtualBoard ?? null,
  };
  if (options.json) printJson(document);
  else {
    printLine(
      `${bundle.members.size} members, every byte as it was written (bundle SHA-256 ${document.sha256})`,
    );
    printLine(
      `run ${record.runId}: equivalence ${record.verdicts.equivalence.verdict} (${record.evidence.kind})`,
    );
    if (replays !== undefined) {
      printLine(replayedLine('emulator', replays.emulator));
      printLine(`${replayedLine('virtual board', replays.virtualBoard)} (evidence: virtual)`);
    }
  }
  const all = replays === undefined ? [] : [replays.emulator, replays.virtualBoard];
  if (all.some(({ verdict }) => verdict === 'differs')) {
    process.exitCode = ERROR_CODES.REPLAY_DIFFERS.exitStatus;
  }
}

const textOf = ({ members }: CheckedBundle, path: string): string =>
  new TextDecoder().decode(members.get(path) ?? new Uint8Array());

/** @throws NeaiError BUNDLE_INVALID, RECORD_VERSION */
function recordOf(bundle: CheckedBundle, file: string): RunRecord {
  if (!bundle.members.has('record.json'))
    throw new NeaiError('BUNDLE_INVALID', 'there is no record in it', { file });
  return decodeRunRecord(textOf(bundle, 'record.json'), `${file}:record.json`);
}

/** What a run of scenarios is held to be: its evidence is whole. Its boards' firmware is in no bundle, so nothing is replayed. */
function tellScenarios(
  bundle: CheckedBundle,
  file: string,
  sha256: string,
  { json, replay: asked }: VerifyOptions,
): void {
  const record = scenariosOf(bundle, file);
  const outcomes = Object.fromEntries(
    (['passed', 'failed', 'flaky', 'not run'] as const).map((outcome) => [
      outcome,
      record.scenarios.filter((one) => one.outcome === outcome).length,
    ]),
  );
  const reason = notShown(
    'a bundle of scenarios holds no firmware; neai replay takes frames.log with an image',
  );
  const replays = asked ? { emulator: reason, virtualBoard: reason } : null;
  const runId = bundle.manifest!.runId;
  const facts = { bundle: file, sha256, runId, members: bundle.members.size, intact: true };
  const recorded = { exitStatus: record.exitStatus, ...outcomes };
  if (json) {
    printJson({
      ...facts,
      recorded,
      emulator: replays?.emulator ?? null,
      virtualBoard: replays?.virtualBoard ?? null,
    });
    return;
  }
  printLine(`${facts.members} members, every byte as it was written (bundle SHA-256 ${sha256})`);
  printLine(
    `run ${runId}: ${Object.entries(outcomes)
      .map(([outcome, number]) => `${number} ${outcome}`)
      .join(', ')}`,
  );
  if (replays !== null) printLine(`not replayed: ${reason.reason}`);
}

const scenariosOf = (bundle: CheckedBundle, file: string): ScenarioRecord =>
  decodeScenarioRecord(textOf(bundle, 'record.json'), `${file}:record.json`);

/** Evidence that the record of scenarios names and nobody packed. */
const missing = (bundle: CheckedBundle, file: string): { member: string; why: string }[] =>
  evidenceNotThere(bundle, scenariosOf(bundle, file)).map((member) => ({
    member,
    why: 'the record names it, and it was not there when the bundle was made',
  }));

/** A record whose answers say something else than its verdict. */
function contradiction(record: RunRecord): { member: string; why: string }[] {
  const { comparison, tolerance, dataset } = record;
  const names = dataset.files.map(({ path }) => path);
  const { identical, mismatches, outsideTolerance } = compareRuns(
    unpackCalls(record.calls),
    names,
    tolerance,
  );
  const isTold =
    comparison.identical === identical &&
    comparison.mismatches === mismatches &&
    comparison.outsideTolerance === outsideTolerance;
  // That the verdict follows from the comparison, reading the record has seen to.
  if (isTold) return [];
  const why = `its verdict is not that of its own calls: ${mismatches} of them differ`;
  return [{ member: 'record.json', why }];
}

/** Members that are whole, but not those that the record speaks of. */
function strangers(bundle: CheckedBundle, file: string): { member: string; why: string }[] {
  const record = recordOf(bundle, file);
  const hash = (path: string): string | undefined => {
    const content = bundle.members.get(path);
    return content === undefined ? undefined : sha256Of(content);
  };
  const wanted: [string, string | undefined][] = [
    // The library of a vendor is in no bundle but linked into the image: its licence says who may hand it on.
    ...(record.vendor === null ? [['library.json', record.library.sha256] as [string, string]] : []),
    ['firmware.elf', record.firmware?.elfSha256],
    ...(bundle.manifest?.data ?? []).flatMap(({ member }, at): [string, string | undefined][] =>
      member === null ? [] : [[member, record.dataset.files[at]?.sha256]],
    ),
  ];
  const others = wanted.flatMap(([member, sha256]) =>
    sha256 === undefined || hash(member) === sha256
      ? []
      : [{ member, why: 'it is not the one of the record' }],
  );
  return [...others, ...contradiction(record)];
}

async function replay(
  bundle: CheckedBundle,
  record: RunRecord,
  { data, iHaveTheRight }: VerifyOptions,
): Promise<{ emulator: Replayed; virtualBoard: Replayed }> {
  const folder = await mkdtemp(join(tmpdir(), 'neai-verify-'));
  try {
    let library: Library | null = null;
    if (record.vendor === null) {
      await writeFile(join(folder, 'library.json'), textOf(bundle, 'library.json'));
      library = await loadLibrary(join(folder, 'library.json'));
    }
    const calls = await recordedCalls(record, bundle, { folder, dataFolder: data }).catch(asNeaiError);
    if (calls instanceof NeaiError) {
      const reason = notShown(`${calls.code}: ${calls.message}`);
      return { emulator: reason, virtualBoard: reason };
    }
    const elf = bundle.members.get('firmware.elf');
    const mayRun = record.vendor === null || iHaveTheRight === true;
    return {
      emulator:
        library === null
          ? notShown("the emulator of a vendor's library is in no bundle")
          : await replayOnEmulator(record, library, calls, interrupted),
      virtualBoard:
        elf === undefined
          ? notShown('there is no firmware.elf in the bundle')
          : mayRun
            ? await replayOnVirtualBoard(record, calls, { elf, folder, signal: interrupted })
            : notShown(
                "the image holds a vendor's library: --i-have-the-right says that a virtual board may run it",
              ),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
