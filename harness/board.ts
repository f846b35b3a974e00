import { castAdvice, suspectedCast } from '../src/engine/index.ts';
import { COMMAND_ROWS } from '../src/protocol/commands.ts';
import { encodeRequest } from '../src/protocol/payload.ts';
import { NeaiError } from '../src/shared/errors.ts';
import { BoardError } from './board-error.ts';
import type { BrokerClient } from './broker/client.ts';
import type {
  CommandName,
  Dumped,
  Hello,
  KnowledgeFile,
  KnowledgeWay,
  RequestOf,
  ResetKind,
  ResponseOf,
  Restored,
  Settlement,
  SlotFacts,
  StoreSlot,
} from './broker/methods.ts';
import { parseDuration } from './duration.ts';
import { floatsOf, type Signal } from './signal.ts';

/** What the library answered to one call, on a board or in the emulator. */
export interface Answer {
  /** Return code; of `detect` the similarity 0…100, or a code above it. */
  readonly code: number;
  /** Signals learned since initialize. */
  readonly learnCounter: number;
  /** CRC-32C of the knowledge. */
  readonly digest: number;
}

/** An answer of a board; ticks are its cycle counter over the library call alone. */
export interface BoardAnswer extends Answer {
  readonly ticks: number;
}

/** A backup as `neai backup` writes it: library, board, learn counter, sensitivity, and the knowledge itself. */
export type Backup = KnowledgeFile;

/** A fault on the serial line of a board that has a control socket. */
export interface LineFault {
  readonly direction: 'to-board' | 'to-host';
  readonly kind: 'drop' | 'flip' | 'insert' | 'framing' | 'noise' | 'overrun' | 'break';
  /** Bytes that pass first. */
  readonly offset?: number;
  readonly count?: number;
  /** Share of bytes that are hit. */
  readonly rate?: number;
  readonly seed?: number;
}

/** Abilities that a place in the rack may lack; a scenario that needs one is NOT RUN there. */
export type Ability = 'control';

export interface BoardParts {
  readonly broker: BrokerClient;
  readonly slot: SlotFacts;
  readonly hello: Hello;
  /** Ends the scenario as NOT RUN, with the reason. */
  readonly notRun: (reason: string) => never;
  /** Puts a warning into the report. */
  readonly warn: (text: string) => void;
  /** Waiting longer than this in real time is NOT RUN. */
  readonly longestRealWaitMs: number;
}

/**
 * A board that this scenario has borrowed: its own library is flashed, it is fresh from reset, and a session with it is
 * open. The six functions of the library, and what can happen to a board in its life.
 */
export class Board {
  readonly slot: SlotFacts;
  readonly #parts: BoardParts;
  readonly #warnings = new Set<string>();
  #hello: Hello;

  constructor(parts: BoardParts) {
    this.#parts = parts;
    this.slot = parts.slot;
    this.#hello = parts.hello;
  }

  /** What is strange about the signals so far, each remark once; they stand in the report too. */
  get warnings(): readonly string[] {
    return [...this.#warnings];
  }

  /** What the board said of itself when the session was opened last. */
  get hello(): Hello {
    return this.#hello;
  }

  async initialize(): Promise<BoardAnswer> {
    return this.call('initialize', {});
  }

  async learn(signal: Signal): Promise<BoardAnswer> {
    return this.call('learn', { signal: this.#looked(floatsOf(signal, 'learn', this.#hello)) });
  }

  async detect(signal: Signal): Promise<BoardAnswer> {
    const request = { signal: this.#looked(floatsOf(signal, 'detect', this.#hello)) };
    const { similarityOrCode, ...rest } = await this.call('detect', request);
    return { code: similarityOrCode, ...rest };
  }

  /** @returns the sensitivity then in force */
  async setSensitivity(sensitivity: number): Promise<number> {
    const answer = await this.call('set_sensitivity', { sensitivity: wordOfFloat(sensitivity) });
    return floatOfWord(answer.sensitivity);
  }

  async getSensitivity(): Promise<number> {
    return floatOfWord((await this.call('get_sensitivity', {})).sensitivity);
  }

  /** Code of get_status, learn counter and digest; changes nothing. */
  async getStatus(): Promise<Answer> {
    return this.call('get_status', {});
  }

  /** Starts the board anew: by its reset pin, by the firmware itself, or by taking its power away. */
  async reset(by: ResetKind = 'pin'): Promise<void> {
    if (by === 'power') this.needs('control');
    this.#hello = await this.#parts.broker.ask('reset', { by });
  }

  /** Takes the power away and gives it back. NOT RUN where nothing switches it. */
  async powerCycle(): Promise<void> {
    await this.reset('power');
  }

  /**
   * Lets time pass for the board: a jump where the slot has a control socket, real waiting elsewhere.
   * @param duration milliseconds, or text such as '250 ms', '2 s', '10 min', '24 h'
   */
  async wait(duration: number | string): Promise<void> {
    const ms = parseDuration(duration);
    if (this.slot.hasControl) await this.control({ do: 'advance', ms });
    else {
      this.needsTime(ms);
      await new Promise((resolve) => setTimeout(resolve, ms));
    }
  }

  /**
   * Says how much of the board's time the scenario will need, so that it is NOT RUN at once, and not in its middle,
   * where that much would have to pass in real time.
   */
  needsTime(duration: number | string): void {
    const ms = parseDuration(duration);
    if (this.slot.hasControl || ms <= this.#parts.longestRealWaitMs) return;
    const minutes = Math.round(ms / 60_000);
    this.#parts.notRun(`${minutes} min of real time on slot '${this.slot.name}'; run it with --long-waits`);
  }

  /** The scenario is NOT RUN where the slot lacks this. */
  needs(ability: Ability): void {
    if (ability === 'control' && !this.slot.hasControl)
      this.#parts.notRun(`slot '${this.slot.name}' has no control socket`);
  }

  /** Puts a fault on the serial line; it is gone at the end of the scenario. NOT RUN where that cannot be done. */
  async lineFault(fault: LineFault): Promise<void> {
    this.needs('control');
    await this.control({ do: 'serial-fault', ...fault });
  }

  /** A request to the slot's control socket (docs/virtual-board.md). */
  async control(request: Record<string, unknown>): Promise<Record<string, unknown>> {
    return this.#parts.broker.ask('control', { request });
  }

  /** A backup of what the board has learned: through the debug probe, or by the firmware over the serial line. */
  async backup(via: KnowledgeWay = 'firmware'): Promise<Backup> {
    return this.#parts.broker.ask('backup', { via });
  }

  /** Puts a backup back. @throws KNOWLEDGE_OTHER_LIBRARY and its kin, from the board */
  async restore(backup: Backup, via: KnowledgeWay = 'firmware'): Promise<Restored> {
    return this.#parts.broker.ask('restore', { via, file: backup });
  }

  /** Stores the knowledge in the chip's own flash; with `loadAtBoot` every reset loads it. */
  async dump({ loadAtBoot = false } = {}): Promise<Dumped> {
    return this.#parts.broker.ask('storeDump', { loadAtBoot });
  }

  /** Loads the newest knowledge from the chip's own flash. After a reset: initialize, load, detect. */
  async load(): Promise<Restored> {
    return this.#parts.broker.ask('storeLoad', {});
  }

  /** What the chip's own flash holds. */
  async store(): Promise<StoreSlot[]> {
    return this.#parts.broker.ask('storeList', {});
  }

  /** Erases the knowledge in the chip's own flash. Every scenario begins so. @returns pages that were not blank */
  async eraseStore(): Promise<number> {
    return this.#parts.broker.ask('storeErase', {});
  }

  /** Opens a new session after a request without an answer, and tells what became of it. Sends nothing again. */
  async settle(): Promise<Settlement> {
    return this.#parts.broker.ask('settle', {});
  }

  /** Any command of docs/protocol.md. @throws BoardError USAGE for what does not stand there */
  async call<Name extends CommandName>(
    command: Name,
    request: RequestOf<Name>,
    { timeoutMs }: { readonly timeoutMs?: number } = {},
  ): Promise<ResponseOf<Name>> {
    const limits = timeoutMs === undefined ? {} : { timeoutMs };
    refuseUnknown(command);
    try {
      return (await this.#parts.broker.ask('call', { command, request, ...limits })) as ResponseOf<Name>;
    } catch (error) {
      if (error instanceof NeaiError && error.code === 'PROTOCOL_BAD_PAYLOAD')
        refuseMisshapen(command, request);
      throw error;
    }
  }

  /** The board takes every float for one; what looks like integers is said to a person. */
  #looked(signal: Float32Array): Float32Array {
    const cast = suspectedCast(signal);
    if (cast !== null) this.#warn(castAdvice(cast));
    return signal;
  }

  #warn(text: string): void {
    if (this.#warnings.has(text)) return;
    this.#warnings.add(text);
    this.#parts.warn(text);
  }
}

function refuseUnknown(command: string): void {
  if (COMMAND_ROWS.some(({ name }) => name === command)) return;
  throw new BoardError(
    new NeaiError('USAGE', `the board has no command '${command}'`, {
      asked: `one of ${COMMAND_ROWS.map(({ name }) => name).join(', ')}`,
      remedy: 'docs/protocol.md has them with their values.',
    }),
  );
}

/** A request that nothing could encode is the fault of the scenario; an answer that nothing can read, the product's. */
function refuseMisshapen<Name extends CommandName>(command: Name, request: RequestOf<Name>): void {
  try {
    encodeRequest(command, request);
  } catch (error) {
    if (!(error instanceof NeaiError)) throw error;
    const { asked, got } = error.details;
    const remedy = 'docs/protocol.md has the values of every command.';
    throw new BoardError(
      new NeaiError('USAGE', error.message, { ...(asked && { asked }), ...(got && { got }), remedy }),
    );
  }
}

/** Bits of a float32 as the unsigned word that the protocol carries, and back. */
const wordOfFloat = (value: number): number => new Uint32Array(Float32Array.of(value).buffer)[0]!;
const floatOfWord = (word: number): number => new Float32Array(Uint32Array.of(word).buffer)[0]!;
