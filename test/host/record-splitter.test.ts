import { expect, test } from 'vitest';
import { RecordSplitter } from '../../src/host/record-splitter.ts';

test('what stands unfinished can be dropped: what comes next is a record of its own', () => {
  const records: string[] = [];
  const noise: number[] = [];
  const text = (record: Uint8Array): number => records.push(Buffer.from(record).toString());
  const splitter = new RecordSplitter(16, text, (bytes) => noise.push(bytes));
  splitter.push(Buffer.from('whole\nunfinished'));
  splitter.drop();
  splitter.drop();
  splitter.push(Buffer.from('next\nlast\n'));
  splitter.close();
  expect([records, noise]).toEqual([['whole', 'next', 'last'], ['unfinished'.length]]);
});
