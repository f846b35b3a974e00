import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FrameLog } from '../../src/host/frame-log.ts';
import { thinLog } from '../../src/host/thin-log.ts';
import type { AttemptFacts } from '../../src/record/scenario-record.ts';
import { FACTS_FILE } from '../evidence-folder.ts';
import type { Ending, EvidenceFile, ScenarioFacts, ScoreRow } from './methods.ts';

/** So many similarities show how a scenario went; all of them stand in scores.csv. */
const FACTS_SIMILARITIES = 400;

const FILES = {
  frames: { name: 'frames.log', contentType: 'text/plain' },
  transcript: { name: 'openocd.log', contentType: 'text/plain' },
  console: { name: 'console.log', contentType: 'text/plain' },
  scores: { name: 'scores.csv', contentType: 'text/csv' },
  before: { name: 'knowledge-before.bin', contentType: 'application/octet-stream' },
  after: { name: 'knowledge-after.bin', contentType: 'application/octet-stream' },
  facts: { name: FACTS_FILE, contentType: 'application/json' },
} as const;

/** Which board it was, and what ran on it. */
export type Where = Pick<
  AttemptFacts,
  'slot' | 'board' | 'evidence' | 'probeSerial' | 'libraryId' | 'firmwareBuildId'
>;

/** Everything that one attempt of a scenario leaves in its folder; whole when it failed, thinned when it passed. */
export class Evidence {
  readonly frames: FrameLog;
  readonly console: string[] = [];
  readonly #folder: string;
  readonly #scores: string[] = ['call,operation,code,learn_counter,digest,ticks'];
  readonly #similarities: number[] = [];
  #payloadBytes = 0;
  readonly #transcriptFile: string;
  readonly #transcriptStart: number;

  /** @param transcriptFile OpenOCD's transcript of the whole run; this attempt's part is cut out at the end */
  constructor({ evidenceDir, title, attempt }: ScenarioFacts, transcriptFile: string) {
    this.#folder = evidenceDir;
    mkdirSync(evidenceDir, { recursive: true });
    for (const { name } of Object.values(FILES)) writeFileSync(join(evidenceDir, name), '');
    this.frames = new FrameLog(this.#path('frames'));
    this.frames.note(`${title} (${attempt})`);
    this.#transcriptFile = transcriptFile;
    this.#transcriptStart = sizeOf(transcriptFile);
  }

  score(row: ScoreRow): void {
    const digest = row.digest.toString(16).padStart(8, '0');
    const call = this.#scores.length;
    if (row.operation === 'detect' && row.code <= 100 && this.#similarities.length < FACTS_SIMILARITIES)
      this.#similarities.push(row.code);
    this.#scores.push([call, row.operation, row.code, row.learnCounter, digest, row.ticks].join(','));
  }

  /** Counts what a request carries of signals and other bytes. */
  countPayload(request: Readonly<Record<string, unknown>>): void {
    for (const value of Object.values(request))
      if (ArrayBuffer.isView(value)) this.#payloadBytes += value.byteLength;
  }

  /** Counts knowledge that went to the board or came from it. */
  countBytes(bytes: number): void {
    this.#payloadBytes += bytes;
  }

  knowledge(when: 'before' | 'after', bytes: Uint8Array): void {
    writeFileSync(this.#path(when), bytes);
  }

  /** Writes what is still in memory and thins what a passed scenario does not need. */
  finish(ending: Ending, where: Where): EvidenceFile[] {
    this.frames.note(`ended: ${ending}; payload ${this.#payloadBytes} bytes`);
    this.frames.flush();
    writeFileSync(this.#path('console'), lines(this.console));
    writeFileSync(this.#path('scores'), lines(this.#scores));
    const whole = existsSync(this.#transcriptFile) ? readFileSync(this.#transcriptFile) : Buffer.alloc(0);
    writeFileSync(this.#path('transcript'), whole.subarray(this.#transcriptStart));
    const counts = { payloadBytes: this.#payloadBytes, calls: this.#scores.length - 1 };
    const facts: AttemptFacts = { ...where, ending, ...counts, similarities: this.#similarities };
    writeFileSync(this.#path('facts'), `${JSON.stringify(facts)}\n`);
    if (ending === 'passed') {
      for (const log of ['frames', 'transcript', 'console'] as const) thinLog(this.#path(log));
    }
    return Object.entries(FILES).map(([key, file]) => ({
      ...file,
      path: this.#path(key as keyof typeof FILES),
    }));
  }

  #path(file: keyof typeof FILES): string {
    return join(this.#folder, FILES[file].name);
  }
}

const lines = (list: readonly string[]): string => list.map((line) => `${line}\n`).join('');
const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
