import type { CommandName, RequestOf, ResponseOf } from '../../src/protocol/commands.ts';
import type { Hello } from '../../src/protocol/hello-check.ts';
import type { Restored } from '../../src/protocol/knowledge.ts';
import type { KnowledgeFile } from '../../src/protocol/knowledge-file.ts';
import type { Dumped, StoreSlot } from '../../src/protocol/knowledge-store.ts';
import type { Settlement } from '../../src/protocol/settlement.ts';

/** What a scenario may know of the place in the rack that it works with. */
export interface SlotFacts {
  readonly name: string;
  readonly board: string;
  readonly kind: 'virtual' | 'silicon';
  readonly probeSerial: string;
  /** MCU's unique id, 24 hexadecimal digits. */
  readonly uniqueId: string;
  /** It has a control socket: power, faults of the line and jumps in time are at hand. */
  readonly hasControl: boolean;
  readonly deadlineFactor: number;
}

export interface ScenarioFacts {
  /** Unlike any other attempt of the run. */
  readonly attempt: string;
  readonly title: string;
  /** Folder for everything that this attempt leaves. */
  readonly evidenceDir: string;
}

/** How a scenario ended, as far as its worker knows; a worker that died tells nothing. */
export type Ending = 'passed' | 'failed' | 'skipped' | 'died';

/** How a board is started anew. */
export type ResetKind = 'pin' | 'software' | 'power';

export interface Begun {
  readonly hello: Hello;
  /** Seconds until the board was ready: building, flashing, connecting. */
  readonly seconds: number;
}

export interface Ended {
  readonly files: readonly EvidenceFile[];
}

export interface EvidenceFile {
  readonly name: string;
  readonly path: string;
  readonly contentType: string;
}

/** A score or return code for scores.csv. */
export interface ScoreRow {
  readonly operation: 'initialize' | 'learn' | 'detect';
  readonly code: number;
  readonly learnCounter: number;
  readonly digest: number;
  readonly ticks: number;
}

export type KnowledgeWay = 'swd' | 'firmware';

/** Everything a worker can ask the broker for: method, parameters, result. */
export interface BrokerMethods {
  /** Borrows a board for this connection; waits until one is free. */
  borrow: [{ readonly worker: number; readonly board: string; readonly waitMs: number }, SlotFacts];
  giveBack: [Record<string, never>, null];
  /** Library in, board fresh from reset with it, session open. */
  begin: [
    {
      readonly scenario: ScenarioFacts;
      readonly library: unknown;
      /** Boards that the library is limited to; none: all. */
      readonly limitedTo: readonly string[];
      /** False: a library that does not work on this board is what the scenario wants to see. */
      readonly authorised: boolean;
    },
    Begun,
  ];
  end: [{ readonly ending: Ending }, Ended];
  call: [{ readonly command: CommandName; readonly request: unknown; readonly timeoutMs?: number }, unknown];
  settle: [Record<string, never>, Settlement];
  reset: [{ readonly by: ResetKind }, Hello];
  control: [{ readonly request: Record<string, unknown> }, Record<string, unknown>];
  backup: [{ readonly via: KnowledgeWay }, KnowledgeFile];
  restore: [{ readonly via: KnowledgeWay; readonly file: KnowledgeFile }, Restored];
  storeList: [Record<string, never>, StoreSlot[]];
  storeDump: [{ readonly loadAtBoot: boolean }, Dumped];
  storeLoad: [Record<string, never>, Restored];
  storeErase: [Record<string, never>, number];
}

export type MethodName = keyof BrokerMethods;
export type ParamsOf<Name extends MethodName> = BrokerMethods[Name][0];
export type ResultOf<Name extends MethodName> = BrokerMethods[Name][1];

export type {
  CommandName,
  Dumped,
  Hello,
  KnowledgeFile,
  RequestOf,
  ResponseOf,
  Restored,
  Settlement,
  StoreSlot,
};
