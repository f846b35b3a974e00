import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Board } from '../../boards/schema.ts';
import { judgeRun } from '../../compare/judge.ts';
import type { BuiltFirmware } from '../../host/build.ts';
import type { Slot } from '../../host/rack.ts';
import { type Answer, packCalls } from '../../record/calls.ts';
import type { Limits } from '../../record/cost.ts';
import { RUN_RECORD_FORMAT, RUN_RECORD_VERSION, type RunRecord } from '../../record/run-record.ts';
import { BIT_EXACT } from '../../record/tolerance.ts';
import { ERROR_CODES } from '../../shared/error-codes.ts';
import type { BoardRun } from './board-run.ts';
import type { CompareOptions } from './options.ts';
import type { RunFolder } from './run-folder.ts';
import type { Prepared } from './subject.ts';
import type { Tools } from './tools.ts';

export interface RunParts {
  readonly folder: RunFolder;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly options: CompareOptions;
  readonly limits: Limits;
  readonly prepared: Prepared;
  readonly board: Board;
  readonly slot: Slot;
  readonly firmware: BuiltFirmware;
  readonly reference: readonly Answer[];
  readonly boardRun: BoardRun;
  readonly tools: Tools;
  readonly timings: RunRecord['timings'];
  readonly transcripts: RunRecord['transcripts'];
}

/** The record of a run from everything that was gathered: judged here, written by the caller. */
export function assembleRecord(parts: RunParts): RunRecord {
  const { prepared, board, slot, firmware, boardRun, options } = parts;
  const { library, plan } = prepared;
  const { identity, brokenOff, link, flash } = boardRun;
  const evidence = { kind: slot.kind, uniqueId: identity?.uniqueId.toLowerCase() ?? null };
  const sequence = { calls: plan.calls, reference: parts.reference, target: boardRun.answers };
  const footprint = {
    flashBytes: firmware.footprint.flashBytes,
    ramBytes: firmware.footprint.ramBytes,
    neaiBytes: firmware.footprint.neaiBytes,
    stackBytes: boardRun.stackBytes,
    library: firmware.libraryBytes,
    stackByCall: [...boardRun.stackByCall],
  };
  const judgement = judgeRun({
    sequence,
    files: plan.files.map(({ path }) => path),
    evidence,
    tolerance: BIT_EXACT,
    threshold: options.threshold,
    limits: parts.limits,
    minimumLearningIterations: library.minimumLearningIterations,
    footprint,
    brokenOffBecause: brokenOff === null ? null : `${brokenOff.code}: ${brokenOff.message}`,
  });
  return {
    format: RUN_RECORD_FORMAT,
    formatVersion: RUN_RECORD_VERSION,
    runId: parts.folder.runId,
    startedAt: parts.startedAt.toISOString(),
    endedAt: parts.endedAt.toISOString(),
    command: ['neai', ...process.argv.slice(2)].join(' '),
    tools: parts.tools,
    evidence,
    sides: {
      reference: { kind: 'emulator' },
      target: {
        kind: evidence.kind === 'virtual' ? 'virtual-board' : 'board',
        board: board.id,
        slot: slot.name,
        probeSerial: slot.probeSerial,
        evidence,
        buildId: identity === null ? null : firmware.buildId,
        planted: false,
      },
    },
    board: {
      id: board.id,
      core: board.core,
      clockHz: board.clock.coreHz,
      probeSerial: slot.probeSerial,
      deviceId: identity === null ? null : `0x${identity.deviceId.toString(16).padStart(3, '0')}`,
      slot: slot.name,
      flashBytes: board.flash.bytes,
      ramBytes: board.ram.regions.reduce((sum, region) => sum + region.bytes, 0),
    },
    library: {
      id: library.id,
      sha256: prepared.librarySha256,
      axes: library.axes,
      bufferSize: library.bufferSize,
      minimumLearningIterations: library.minimumLearningIterations,
      detectFloor: library.detectFloor,
      pipeline: library.pipeline.map(({ transform, params }) => inWords(transform, params)),
      model: inWords(library.model.name, library.model.params),
      searchEvaluations: prepared.evaluations,
    },
    firmware: { elfSha256: sha256OfFile(firmware.elf), buildId: firmware.buildId },
    dataset: { files: [...plan.files] },
    threshold: options.threshold,
    sensitivity: Math.fround(options.sensitivity),
    limits: parts.limits,
    calls: packCalls(sequence),
    ...judgement,
    divergence: null,
    travel: null,
    footprint,
    link,
    flash,
    console: [...boardRun.console],
    timeline: { events: [], calls: null },
    timings: parts.timings,
    failure:
      brokenOff === null
        ? null
        : { code: brokenOff.code, class: ERROR_CODES[brokenOff.code].class, text: brokenOff.message },
    transcripts: parts.transcripts,
  };
}

/** A stage as a person reads it: `pooled points=16`. */
function inWords(name: string, params: Readonly<Record<string, unknown>>): string {
  return [name, ...Object.entries(params).map(([key, value]) => `${key}=${JSON.stringify(value)}`)].join(' ');
}

const sha256OfFile = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');
