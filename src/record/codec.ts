import {
  CLASS_SEARCH_RECORD_FORMAT,
  CLASS_SEARCH_RECORD_VERSION,
  type ClassSearchRecord,
  classSearchRecordSchema,
} from './class-search-record.ts';
import { type DocumentKind, decodeDocument, encodeDocument } from './document.ts';
import { RUN_RECORD_FORMAT, RUN_RECORD_VERSION, type RunRecord, runRecordSchema } from './run-record.ts';
import {
  SEARCH_RECORD_FORMAT,
  SEARCH_RECORD_VERSION,
  type SearchRecord,
  searchRecordSchema,
} from './search-record.ts';

const RUN: DocumentKind<RunRecord> = {
  schema: runRecordSchema,
  format: RUN_RECORD_FORMAT,
  version: RUN_RECORD_VERSION,
  noun: 'run record',
};
const SEARCH: DocumentKind<SearchRecord> = {
  schema: searchRecordSchema,
  format: SEARCH_RECORD_FORMAT,
  version: SEARCH_RECORD_VERSION,
  noun: 'search record',
};

const CLASS_SEARCH: DocumentKind<ClassSearchRecord> = {
  schema: classSearchRecordSchema,
  format: CLASS_SEARCH_RECORD_FORMAT,
  version: CLASS_SEARCH_RECORD_VERSION,
  noun: 'class search record',
};

/** A run's record as checked JSON text. */
export const encodeRunRecord = (record: RunRecord): string => encodeDocument(RUN, record);

/** Reads a run's record back; `file` is named in messages. @throws NeaiError RECORD_INVALID, RECORD_VERSION. */
export const decodeRunRecord = (text: string, file: string): RunRecord => decodeDocument(RUN, text, file);

/** A search's record as checked JSON text. */
export const encodeSearchRecord = (record: SearchRecord): string => encodeDocument(SEARCH, record);

/** Reads a search's record back; as {@link decodeRunRecord}. */
export const decodeSearchRecord = (text: string, file: string): SearchRecord =>
  decodeDocument(SEARCH, text, file);

/** The record of a search for a classifier as checked JSON text. */
export const encodeClassSearchRecord = (record: ClassSearchRecord): string =>
  encodeDocument(CLASS_SEARCH, record);

/** Reads one back; as {@link decodeRunRecord}. */
export const decodeClassSearchRecord = (text: string, file: string): ClassSearchRecord =>
  decodeDocument(CLASS_SEARCH, text, file);
