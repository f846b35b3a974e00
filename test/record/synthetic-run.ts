import { DEFAULT_LIMITS, judgeRun } from '../../src/compare/judge.ts';
import { type Answer, type PlannedCall, packCalls, type TargetAnswer } from '../../src/record/calls.ts';
import type { Footprint, Limits } from '../../src/record/cost.ts';
import type { Evidence } from '../../src/record/primitives.ts';
import { RUN_RECORD_FORMAT, RUN_RECORD_VERSION, type RunRecord } from '../../src/record/run-record.ts';
import { BIT_EXACT, type Tolerance } from '../../src/record/tolerance.ts';
import { crc32c } from '../../src/shared/crc32c.ts';
import { seededRandom } from '../../src/shared/random.ts';
import { syntheticDivergence, syntheticTimeline, syntheticTravel } from './synthetic-parts.ts';

export interface SyntheticOptions {
  readonly seed?: number;
  readonly learn?: number;
  readonly nominal?: number;
  readonly anomaly?: number;
  /** 0-based index among all calls at which the target's knowledge parts, as after one lost learn. */
  readonly divergesAt?: number;
  /** Calls that the target never answered, from the end. */
  readonly unanswered?: number;
  readonly evidence?: Evidence;
  readonly limits?: Limits;
  readonly console?: string[];
  readonly minimumLearningIterations?: number;
  readonly tolerance?: Tolerance;
  readonly travel?: boolean;
}

const digestOf = (words: number[]): number => crc32c(new Uint8Array(Uint32Array.from(words).buffer));

/** A run as the demo makes it: a motor's regular and abnormal signals, on an emulator and a board, seeded. */
export function syntheticRun(options: SyntheticOptions = {}): RunRecord {
  const random = seededRandom(options.seed ?? 7);
  const { learn = 60, nominal = 20, anomaly = 40, unanswered = 0, divergesAt = Infinity } = options;
  const evidence = options.evidence ?? { kind: 'virtual', uniqueId: '0034002d3137510c39383538' };
  const calls: PlannedCall[] = [
    { operation: 'initialize', file: null, line: null, label: null, seen: false },
  ];
  for (let line = 1; line <= learn; line++)
    calls.push({ operation: 'learn', file: 0, line, label: 'nominal', seen: true });
  for (let line = learn + 1; line <= learn + nominal; line++)
    calls.push({ operation: 'detect', file: 0, line, label: 'nominal', seen: false });
  for (let line = 1; line <= anomaly; line++)
    calls.push({ operation: 'detect', file: 1, line, label: 'anomaly', seen: false });

  const reference: Answer[] = [];
  const target: TargetAnswer[] = [];
  let counter = 0;
  for (const [index, call] of calls.entries()) {
    const parted = index >= divergesAt;
    if (call.operation === 'learn') counter++;
    const targetCounter = parted && call.operation !== 'initialize' ? counter - 1 : counter;
    const similarity = call.label === 'nominal' ? 98 + random.below(3) : Math.max(0, random.below(36) - 22);
    const code = call.operation === 'initialize' ? 0 : call.operation === 'learn' ? 1 : similarity;
    const shifted =
      parted && call.operation === 'detect' ? Math.max(0, Math.min(100, code + random.below(9) - 4)) : code;
    reference.push({ code, learnCounter: counter, digest: digestOf([counter, 0]) });
    const ticks =
      call.operation === 'initialize'
        ? null
        : (call.operation === 'learn' ? 41_200 : 38_900) + random.below(240);
    const digest = digestOf([targetCounter, parted ? 1 : 0]);
    target.push({ code: shifted, learnCounter: targetCounter, digest, ticks });
  }
  target.length -= unanswered;
  const sequence = { calls, reference, target };
  const files = ['data/motor/regular.csv', 'data/motor/abnormal.csv'];
  const footprint: Footprint = {
    ...{ flashBytes: 31_764, ramBytes: 14_912, neaiBytes: 6_184, stackBytes: 1_312 },
    library: { text: 6_420, rodata: 1_096, data: 0, bss: 24, neai: 6_184 },
    stackByCall: [
      { call: 'hello', stackBytes: 704, libraryBytes: null },
      { call: 'initialize', stackBytes: 512, libraryBytes: 40 },
      { call: 'learn', stackBytes: 1_312, libraryBytes: 872 },
      { call: 'detect', stackBytes: 1_216, libraryBytes: 776 },
    ],
  };
  const limits = options.limits ?? DEFAULT_LIMITS;
  const failure =
    unanswered === 0
      ? null
      : { code: 'SERIAL_SILENT', class: 'rack', text: 'the board did not answer within 2 s' };
  const minimumLearningIterations = options.minimumLearningIterations ?? 20;
  const judged = judgeRun({
    sequence,
    files,
    evidence,
    tolerance: options.tolerance ?? BIT_EXACT,
    threshold: 90,
    limits,
    minimumLearningIterations,
    footprint,
    brokenOffBecause: failure?.text ?? null,
  });
  const line = (first: number, last: number): [number, number][] => (last < first ? [] : [[first, last]]);
  return {
    format: RUN_RECORD_FORMAT,
    formatVersion: RUN_RECORD_VERSION,
    runId: '20261120-231500-compare',
    startedAt: '2026-11-20T23:15:00.000Z',
    endedAt: '2026-11-20T23:16:12.480Z',
    command: 'neai compare --regular regular.csv --abnormal abnormal.csv --axes 3 --board nucleo-l432kc',
    tools: {
      neai: '0.1.0',
      node: '24.21.0',
      openocd: '0.12.0',
      compiler: 'arm-none-eabi-gcc 12.2.1',
      libunicorn: evidence.kind === 'virtual' ? '2.0.1' : null,
    },
    evidence,
    sides: {
      reference: { kind: 'emulator' },
      target: {
        kind: evidence.kind === 'virtual' ? 'virtual-board' : 'board',
        board: 'nucleo-l432kc',
        slot: evidence.kind === 'virtual' ? 'virtual-1' : 'desk-1',
        probeSerial: '066EFF303435554157105233',
        evidence,
        buildId: '9d41f0c2b7a86e35',
        planted: false,
      },
    },
    board: {
      id: 'nucleo-l432kc',
      core: 'cortex-m4f',
      clockHz: 80_000_000,
      probeSerial: '066EFF303435554157105233',
      deviceId: '0x10036435',
      slot: evidence.kind === 'virtual' ? 'virtual-1' : 'desk-1',
      flashBytes: 262_144,
      ramBytes: 65_536,
    },
    library: {
      id: '5e1c0f9a77d24b3381c6aa02',
      sha256: 'a3f1c2d4e5b60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90',
      axes: 3,
      bufferSize: 512,
      minimumLearningIterations,
      detectFloor: 10,
      pipeline: ['detrend', 'band-energies bands=16'],
      model: 'running-mahalanobis',
      searchEvaluations: 300,
    },
    firmware: {
      elfSha256: '0f9e8d7c6b5a49382716051423324150617283940a1b2c3d4e5f60718293a4b5',
      buildId: '9d41f0c2b7a86e35',
    },
    dataset: {
      files: [
        {
          path: files[0]!,
          sha256: '11aa22bb33cc44dd55ee66ff7788990011aa22bb33cc44dd55ee66ff77889900',
          lines: learn + nominal,
          label: 'nominal',
          searched: line(1, learn),
          learned: line(1, learn),
          detected: line(learn + 1, learn + nominal),
        },
        {
          path: files[1]!,
          sha256: '99ff88ee77dd66cc55bb44aa3322110099ff88ee77dd66cc55bb44aa33221100',
          lines: anomaly * 2,
          label: 'anomaly',
          searched: line(anomaly + 1, anomaly * 2),
          learned: [],
          detected: line(1, anomaly),
        },
      ],
    },
    threshold: 90,
    sensitivity: 1,
    limits,
    calls: packCalls(sequence),
    ...judged,
    divergence: judged.comparison.firstMismatch === null ? null : syntheticDivergence(sequence, files),
    travel: options.travel ? syntheticTravel(evidence) : null,
    vendor: null,
    footprint,
    link: {
      baud: 921_600,
      bytes: 812_400,
      seconds: 9.31,
      payloadBytes: 743_424,
      retransmissions: 0,
      badFrames: 0,
      noiseBytes: 0,
    },
    flash: { skipped: false, bytes: 31_764, sectorsErased: 16, sectorsWritten: 16, seconds: 1.84 },
    console: options.console ?? [
      'neai firmware 9d41f0c2b7a86e35 on nucleo-l432kc, 80 MHz',
      'reset by pin, boot 1, library 5e1c0f9a77d24b3381c6aa02',
    ],
    timeline: syntheticTimeline(target.length),
    timings: [
      { step: 'read signals', seconds: 0.21 },
      { step: 'search', seconds: 48.7 },
      { step: 'build', seconds: 4.9 },
      { step: 'flash', seconds: 1.84 },
      { step: 'learn and detect', seconds: 12.6 },
      { step: 'compare and report', seconds: 0.4 },
    ],
    failure,
    transcripts:
      failure === null
        ? []
        : [{ what: 'frames of the session', path: 'runs/20261120-231500-compare/frames.log' }],
  };
}
