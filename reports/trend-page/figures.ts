import type { HistorySeries } from '../../src/record/history-record.ts';
import { count, percent, seconds } from '../format.ts';

/** A figure with its unit, as tables and tooltips of this page say it. */
export function figureText(value: number, unit: HistorySeries['unit']): string {
  switch (unit) {
    case 'fraction':
      return percent(value);
    case 'bytes':
      return `${count(value)} B`;
    case 'seconds':
      return seconds(value);
    case 'points':
      return `${Number(value.toPrecision(4))} points`;
    case 'count':
      return count(value);
    default:
      return `${count(Math.round(value))} ${unit}`;
  }
}
