import { join } from 'node:path';
import { askControl } from '../../src/cli/control-client.ts';
import type { Library } from '../../src/engine/index.ts';
import { attach } from '../../src/host/attach.ts';
import type { BoardSession } from '../../src/host/board.ts';
import { backupBySwd, restoreBySwd } from '../../src/host/knowledge-swd.ts';
import type { Slot } from '../../src/host/rack.ts';
import { proveAuthorised } from '../../src/protocol/authorisation.ts';
import type { Client } from '../../src/protocol/client.ts';
import type { CommandName, RequestOf, ResponseOf } from '../../src/protocol/commands.ts';
import type { Hello } from '../../src/protocol/hello-check.ts';
import { backupByFirmware, type Restored, restoreByFirmware } from '../../src/protocol/knowledge.ts';
import type { KnowledgeFile } from '../../src/protocol/knowledge-file.ts';
import { eraseStore, listStore } from '../../src/protocol/knowledge-store.ts';
import { takeBaud } from '../../src/protocol/raise-baud.ts';
import type { Settlement } from '../../src/protocol/settlement.ts';
import { NeaiError } from '../../src/shared/errors.ts';
import { Evidence, type Where } from './evidence.ts';
import type { Firmware } from './firmware-cache.ts';
import type {
  Begun,
  Ended,
  Ending,
  KnowledgeWay,
  ResetKind,
  ScenarioFacts,
  ScoreRow,
  SlotFacts,
} from './methods.ts';

/** Firmware of a library that is limited to these boards, or to none. */
type FirmwareOf = (library: Library, limitedTo: readonly string[]) => Promise<Firmware>;

/** Reading what a scenario left must not take longer than this, whatever state the board is in. */
const LAST_LOOK_MS = 5_000;

/** What runs on a place while a scenario has it. */
interface Running {
  readonly evidence: Evidence;
  readonly abort: AbortController;
  readonly client: Client;
  readonly title: string;
  hello: Hello;
}

/**
 * One place in the rack as the broker holds it for the whole run: its debug session stays open from scenario to
 * scenario, its firmware is written only when the next scenario wants another library.
 */
export class Place {
  readonly slot: Slot;
  readonly #folder: string;
  readonly #firmware: FirmwareOf;
  #session: BoardSession | undefined;
  #flashed: string | undefined;
  #running: Running | undefined;
  /** Evidence of a scenario whose board could not even be started. */
  #unfinished: Evidence | undefined;
  #libraryId = '';
  /** Title of the scenario that had the board last. */
  #before: string | undefined;

  /** @param folder for OpenOCD's transcript of the whole run */
  constructor(slot: Slot, folder: string, firmware: FirmwareOf) {
    this.slot = slot;
    this.#folder = folder;
    this.#firmware = firmware;
  }

  async facts(): Promise<SlotFacts> {
    const { name, board, kind, probeSerial, control, deadlineFactor } = this.slot;
    const { uniqueId } = (await this.#attached()).identity;
    return { name, board, kind, probeSerial, uniqueId, hasControl: control !== undefined, deadlineFactor };
  }

  /**
   * A board fresh from reset with this library, and a session with it.
   * @throws LIBRARY_NOT_AUTHORISED where the library is limited to other boards, unless that is what is wanted
   */
  async begin(
    scenario: ScenarioFacts,
    library: Library,
    { limitedTo, authorised }: { readonly limitedTo: readonly string[]; readonly authorised: boolean },
  ): Promise<Begun> {
    if (this.#running) throw new NeaiError('INTERNAL', `slot '${this.slot.name}' runs a scenario already`);
    const startMs = performance.now();
    const evidence = new Evidence(scenario, join(this.#folder, `openocd-${this.slot.name}.log`));
    this.#unfinished = evidence;
    this.#libraryId = library.id;
    const abort = new AbortController();
    const { signal } = abort;
    try {
      await this.#undoFaults();
      const firmware = await this.#firmware(library, limitedTo);
      const session = await this.#attached();
      if (this.#flashed !== firmware.buildId) {
        this.#flashed = undefined;
        await session.flash(firmware.elf, { signal });
        this.#flashed = firmware.buildId;
      }
      const client = await session.connect({
        signal,
        // Whether the image that runs is the one that was flashed, the board says itself.
        expected: { firmwareHash: Buffer.from(firmware.buildId, 'hex'), libraryId: library.id },
        tap: (line) => evidence.frames.tap(line),
        onConsole: (text) => evidence.console.push(text),
      });
      if (authorised) await proveAuthorised(client, { signal });
      await this.#emptyStore(client, { signal });
      await takeBaud(client, this.slot.baud, { signal });
      const { hello } = client;
      evidence.knowledge('before', await this.#knowledgeByProbe(hello));
      this.#refuseOldKnowledge(client);
      this.#running = { evidence, abort, client, title: scenario.title, hello };
      this.#unfinished = undefined;
      return { hello, seconds: (performance.now() - startMs) / 1000 };
    } catch (error) {
      this.#flashed = undefined;
      await this.#drop();
      throw error;
    }
  }

  /** Ends what is still under way, saves the evidence, and brings the board back to where every scenario starts. */
  async end(ending: Ending): Promise<Ended> {
    const running = this.#running;
    this.#running = undefined;
    this.#before = running?.title ?? this.#before;
    if (running === undefined) {
      const files = this.#unfinished?.finish(ending, this.#where()) ?? [];
      this.#unfinished = undefined;
      return { files };
    }
    const { evidence, abort, client, hello } = running;
    abort.abort(new NeaiError('INTERRUPTED', 'the scenario has ended'));
    try {
      await this.#undoFaults();
      evidence.knowledge('after', await this.#knowledgeByProbe(hello));
      await this.#leaveNoStore(client);
    } catch (error) {
      evidence.frames.note(`after the scenario: ${String(error)}`);
      await client.close();
      await this.#drop();
    }
    return { files: evidence.finish(ending, this.#where()) };
  }

  async call<Name extends CommandName>(
    command: Name,
    request: RequestOf<Name>,
    timeoutMs?: number,
  ): Promise<ResponseOf<Name>> {
    const { client, abort, evidence } = this.#held();
    evidence.countPayload(request as Record<string, unknown>);
    const response = await client.call(command, request, { signal: abort.signal, timeoutMs });
    const score = scoreOf(command, response as Record<string, unknown>);
    if (score) evidence.score(score);
    return response;
  }

  async settle(): Promise<Settlement> {
    const { client, abort } = this.#held();
    const { signal } = abort;
    const settlement = await client.settle({ signal });
    await takeBaud(client, this.slot.baud, { signal });
    return settlement;
  }

  /** @throws NeaiError USAGE for power where nothing switches it */
  async reset(by: ResetKind): Promise<Hello> {
    const running = this.#held();
    const { client, abort, evidence } = running;
    const { signal } = abort;
    evidence.frames.note(`reset by ${by}`);
    if (by === 'software') await client.reset({ signal });
    else if (by === 'pin') await (await this.#attached()).resetRun({ signal });
    else {
      await this.control({ do: 'power', state: 'off' });
      await this.control({ do: 'power', state: 'on' });
    }
    if (by !== 'software') await client.openAfterReset({ signal });
    await takeBaud(client, this.slot.baud, { signal });
    running.hello = client.hello;
    return running.hello;
  }

  /** @throws NeaiError USAGE where the slot has no control socket; VIRTUAL_CONTROL */
  async control(request: Record<string, unknown>): Promise<Record<string, unknown>> {
    const { control, name } = this.slot;
    if (control === undefined)
      throw new NeaiError('USAGE', `slot '${name}' has no control socket`, {
        asked: JSON.stringify(request),
        remedy: "Call board.needs('control') first: the scenario is then NOT RUN on such a slot.",
      });
    this.#running?.evidence.frames.note(`control ${JSON.stringify(request)}`);
    return askControl(control, request);
  }

  async backup(via: KnowledgeWay): Promise<KnowledgeFile> {
    const { client, abort, evidence } = this.#held();
    const { signal } = abort;
    const file = await (via === 'firmware'
      ? backupByFirmware(client, { signal })
      : backupBySwd(await this.#attached(), { signal }));
    evidence.countBytes(file.knowledge.length);
    return file;
  }

  async restore(via: KnowledgeWay, file: KnowledgeFile): Promise<Restored> {
    const { client, abort, evidence } = this.#held();
    evidence.countBytes(file.knowledge.length);
    // No frame carries it: whoever replays the log has to know.
    if (via === 'swd') evidence.frames.note('knowledge restored by SWD');
    const { signal } = abort;
    return via === 'firmware'
      ? restoreByFirmware(client, file, { signal })
      : restoreBySwd(await this.#attached(), file, { signal });
  }

  /** Work of the protocol's own over the open session. */
  async withClient<T>(work: (client: Client, limits: { signal: AbortSignal }) => Promise<T>): Promise<T> {
    const { client, abort } = this.#held();
    return work(client, { signal: abort.signal });
  }

  /** Gives the board back for good. Never throws. */
  async close(): Promise<void> {
    if (this.#running ?? this.#unfinished) await this.end('died');
    await this.#drop();
  }

  #where(): Where {
    const { name: slot, board, kind, probeSerial } = this.slot;
    const uniqueId = this.#session?.identity.uniqueId.toLowerCase() ?? null;
    const firmwareBuildId = this.#flashed ?? null;
    return {
      slot,
      board,
      evidence: { kind, uniqueId },
      probeSerial,
      libraryId: this.#libraryId,
      firmwareBuildId,
    };
  }

  #held(): Running {
    if (this.#running) return this.#running;
    throw new NeaiError('INTERNAL', `no scenario runs on slot '${this.slot.name}'`);
  }

  async #attached(): Promise<BoardSession> {
    this.#session ??= await attach(this.slot, { evidenceDir: this.#folder });
    return this.#session;
  }

  /** After a failure nobody knows what state probe and OpenOCD are in: the next one who needs them starts anew. */
  async #drop(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    await session?.close();
  }

  async #undoFaults(): Promise<void> {
    if (this.slot.control === undefined) return;
    for (const request of [
      { do: 'serial-faults-clear' },
      { do: 'cut-power-disarm' },
      { do: 'power', state: 'on' },
    ]) {
      await askControl(this.slot.control, request);
    }
  }

  async #knowledgeByProbe(hello: Hello, signal?: AbortSignal): Promise<Uint8Array> {
    const session = await this.#attached();
    const limits = { signal: signal ?? AbortSignal.timeout(LAST_LOOK_MS * this.slot.deadlineFactor) };
    return session.readMemory(hello.knowledgeAddress, hello.knowledgeBytes, limits);
  }

  /** The store in flash outlives every reset: it is emptied, and the board started anew if it has loaded from there. */
  async #emptyStore(client: Client, { signal }: { readonly signal: AbortSignal }): Promise<void> {
    const hasStore = (await this.#attached()).board.knowledgeStore !== undefined;
    if (!hasStore || (await listStore(client, { signal })).every(({ state }) => state === 'empty')) return;
    await eraseStore(client, { signal });
    await (await this.#attached()).resetRun({ signal });
    await client.openAfterReset({ signal });
  }

  /** What a scenario has stored in flash must not meet whoever uses the board after the run. */
  async #leaveNoStore(client: Client): Promise<void> {
    const signal = AbortSignal.timeout(LAST_LOOK_MS * this.slot.deadlineFactor);
    await (await this.#attached()).resetRun({ signal });
    await client.openAfterReset({ signal });
    await this.#emptyStore(client, { signal });
  }

  /** A board that is fresh from reset, with nothing stored in flash, knows nothing. */
  #refuseOldKnowledge(client: Client): void {
    const learned = client.library?.learnCounter ?? 0;
    if (learned === 0) return;
    throw new NeaiError('BOARD_NOT_FRESH', 'the board starts with knowledge from before its reset', {
      asked: 'no signal learned',
      got: `${learned} signals learned; the scenario before was '${this.#before ?? 'none'}'`,
    });
  }
}

function scoreOf(command: CommandName, response: Record<string, unknown>): ScoreRow | undefined {
  if (command !== 'initialize' && command !== 'learn' && command !== 'detect') return undefined;
  const number = (key: string): number => Number(response[key]);
  return {
    operation: command,
    code: number(command === 'detect' ? 'similarityOrCode' : 'code'),
    learnCounter: number('learnCounter'),
    digest: number('digest'),
    ticks: number('ticks'),
  };
}
