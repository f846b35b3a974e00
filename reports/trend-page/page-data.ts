import type { HistoryRecord } from '../../src/record/history-record.ts';

/** What the page's script draws from: the history record itself. */
export type TrendPageData = HistoryRecord;
