import {
  writeClassSearchPage,
  writeDuelPage,
  writeReport,
  writeSearchPage,
  writeTrendPage,
} from '../../../reports/write-report.ts';
import { verdictLines } from '../../compare/verdict-lines.ts';
import { CLASS_SEARCH_RECORD_FORMAT } from '../../record/class-search-record.ts';
import { decodeClassSearchRecord, decodeRunRecord, decodeSearchRecord } from '../../record/codec.ts';
import { formatOf } from '../../record/document.ts';
import { DUEL_RECORD_FORMAT, decodeDuelRecord } from '../../record/duel-record.ts';
import { decodeHistoryRecord, HISTORY_RECORD_FORMAT } from '../../record/history-record.ts';
import { SEARCH_RECORD_FORMAT } from '../../record/search-record.ts';

/** A record that was read, and what can be made and told of it. */
export interface ReadRecord {
  /** Writes the page. @returns its absolute path. */
  readonly write: (target: string) => Promise<string>;
  /** For people, before the page's name. */
  readonly lines: readonly string[];
  /** For machines, beside the page's name. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** One kind of record: what its page is called, and how it is read. */
export interface PageKind {
  readonly page: string;
  readonly read: (text: string, file: string) => ReadRecord;
}

const RUN: PageKind = {
  page: 'report.html',
  read(text, file) {
    const record = decodeRunRecord(text, file);
    const { runId, evidence, verdicts } = record;
    return {
      write: (target) => writeReport(record, target),
      lines: verdictLines(verdicts, evidence),
      facts: { runId, evidence, ...verdicts },
    };
  },
};

const OTHERS: Readonly<Record<string, PageKind>> = {
  [SEARCH_RECORD_FORMAT]: {
    page: 'search.html',
    read(text, file) {
      const record = decodeSearchRecord(text, file);
      const { winner, causes, couples } = record;
      return {
        write: (target) => writeSearchPage(record, target),
        lines: [],
        facts: { id: winner.id, couples, causes },
      };
    },
  },
  [CLASS_SEARCH_RECORD_FORMAT]: {
    page: 'search.html',
    read(text, file) {
      const record = decodeClassSearchRecord(text, file);
      const { winner, classes, crossValidated, heldOut } = record;
      return {
        write: (target) => writeClassSearchPage(record, target),
        lines: [],
        facts: { id: winner.id, classes, crossValidated, heldOut },
      };
    },
  },
  [DUEL_RECORD_FORMAT]: {
    page: 'duel.html',
    read(text, file) {
      const record = decodeDuelRecord(text, file);
      const { duelId, evidence, rows } = record;
      return {
        write: (target) => writeDuelPage(record, target),
        lines: [],
        facts: { duelId, evidence, rows },
      };
    },
  },
  [HISTORY_RECORD_FORMAT]: {
    page: 'history.html',
    read(text, file) {
      const record = decodeHistoryRecord(text, file);
      const alarms = record.series.flatMap((series) => series.alarms.map(({ sentence }) => sentence));
      return {
        write: (target) => writeTrendPage(record, target),
        lines: alarms.map((sentence) => `alarm: ${sentence}`),
        facts: { runs: record.runs.length, alarms },
      };
    },
  },
};

/** What page a record's text makes; what names no format is read, and refused, as a run's. */
export function pageKindOf(text: string): PageKind {
  return OTHERS[formatOf(text) ?? ''] ?? RUN;
}
