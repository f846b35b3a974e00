import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadBoard } from '../../../boards/load.ts';
import type { Board } from '../../../boards/schema.ts';
import { attach } from '../../../host/attach.ts';
import type { BoardSession } from '../../../host/board.ts';
import { type BuiltFirmware, buildFirmware } from '../../../host/build.ts';
import type { Slot } from '../../../host/rack.ts';
import { NeaiError } from '../../../shared/errors.ts';
import { planLibrary } from '../../bundle/library-plan.ts';
import type { BoardChoice, OpenPlace } from '../../slot-choice.ts';
import { type BoardRun, runOnBoard } from '../board-run.ts';
import { boardTracer } from '../board-tracer.ts';
import { EventLog } from '../event-log.ts';
import { libunicornOf } from '../tools.ts';
import type { BoardFacts, ComparedSide, Plant, SideContext, SideRun } from './side.ts';

/** A board in a slot, virtual or real: this file cannot tell. */
/** A board's side also gives away the session of its run. */
export interface BoardSide extends ComparedSide {
  /** @throws NeaiError INTERNAL before the board was reached */
  session(): BoardSession;
}

export function boardSide(
  choice: BoardChoice,
  { plant }: { readonly plant?: Plant | undefined } = {},
): BoardSide {
  const board = loadBoard(choice.board);
  let place: OpenPlace | undefined;
  let session: BoardSession | undefined;
  const build = (context: SideContext, traceWords: number): Promise<BuiltFirmware> => {
    const { library, limits, folder, signal } = context;
    const plan = planLibrary(library, { limits });
    const shape = { axes: library.axes, bufferSize: library.bufferSize };
    const shipped = traceWords === 0;
    const outDir = shipped ? folder : join(folder, 'taps');
    const options = { board, shape, outDir, measureLibrary: shipped, traceWords, signal };
    return buildFirmware(plant?.(plan) ?? plan, options);
  };
  return {
    name: board.id,
    async run(context, onAnswer) {
      const { watch, signal, folder } = context;
      const firmware = await watch.time('build', () => build(context, 0));
      const events = new EventLog(context.now);
      const opened = await watch.time('start board', () => choice.open(signal));
      place = opened;
      events.add('power', `slot ${opened.slot.name} is open`);
      session = await watch.time('attach', () => attach(opened.slot, { signal, evidenceDir: folder }));
      events.add('reset', 'debugger attached, identity proven');
      const run = await runOnBoard(session, firmware, context, { events, onAnswer });
      const transcripts = await keepTranscript(folder, run);
      const libunicorn = await libunicornOf(opened.slot.control);
      return resultOf(
        { board, slot: opened.slot, firmware, run, events, planted: plant !== undefined },
        transcripts,
        libunicorn,
      );
    },
    async tracer(context) {
      if (session === undefined) return `${board.id} was not reached`;
      return boardTracer(session, (traceWords) => build(context, traceWords), context);
    },
    session() {
      if (session === undefined) throw new NeaiError('INTERNAL', `${board.id} was not reached`);
      return session;
    },
    async close() {
      await session?.close();
      await place?.close();
    },
  };
}

export interface Ran {
  readonly board: Board;
  readonly slot: Slot;
  readonly firmware: BuiltFirmware;
  readonly run: BoardRun;
  readonly events: EventLog;
  readonly planted: boolean;
}

/** What the record is told of a board that has run. */
export function resultOf(
  { board, slot, firmware, run, events, planted }: Ran,
  transcripts: BoardFacts['transcripts'],
  libunicorn: string | null,
): SideRun {
  const { identity, answers, spans, probes, brokenOff } = run;
  const evidence = { kind: slot.kind, uniqueId: identity?.uniqueId.toLowerCase() ?? null };
  return {
    about: {
      kind: slot.kind === 'virtual' ? 'virtual-board' : 'board',
      board: board.id,
      slot: slot.name,
      probeSerial: slot.probeSerial,
      evidence,
      buildId: identity === null ? null : firmware.buildId,
      planted,
    },
    evidence,
    answers,
    spans,
    probes,
    events: events.events,
    brokenOff,
    board: {
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
      firmware: { elfSha256: sha256OfFile(firmware.elf), buildId: firmware.buildId },
      footprint: {
        flashBytes: firmware.footprint.flashBytes,
        ramBytes: firmware.footprint.ramBytes,
        neaiBytes: firmware.footprint.neaiBytes,
        stackBytes: run.stackBytes,
        library: firmware.libraryBytes,
        stackByCall: [...run.stackByCall],
      },
      link: run.link,
      flash: run.flash,
      console: [...run.console],
      transcripts,
      openOcdVersion: run.openOcdVersion,
      libunicorn,
    },
  };
}

/** The transcript of a run that failed is evidence; that of a good run is noise. */
export async function keepTranscript(
  folder: string,
  { brokenOff, transcript }: BoardRun,
): Promise<BoardFacts['transcripts']> {
  if (brokenOff === null) return [];
  const path = join(folder, 'openocd-transcript.txt');
  await writeFile(path, transcript);
  return [{ what: 'OpenOCD', path }];
}

const sha256OfFile = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');
