import type { Restored } from '../protocol/knowledge.ts';
import { floatOfWord, type KnowledgeOrigin, uniqueIdText } from '../protocol/knowledge-file.ts';
import { printJson, printLine, printRemark } from './output.ts';

const hex8 = (value: number): string => value.toString(16).padStart(8, '0');

/** What backups and records tell of themselves, as --json prints it. */
export function summaryOf(
  file: KnowledgeOrigin & { readonly knowledgeVersion: number; readonly digest: number },
): {
  readonly libraryId: string;
  readonly knowledgeVersion: string;
  readonly uniqueId: string;
  readonly learnCounter: number;
  readonly sensitivity: number;
  readonly digest: string;
} {
  return {
    libraryId: file.libraryId,
    knowledgeVersion: hex8(file.knowledgeVersion),
    uniqueId: uniqueIdText(file.uniqueId),
    learnCounter: file.learnCounter,
    sensitivity: floatOfWord(file.sensitivityWord),
    digest: hex8(file.digest),
  };
}

/** Tells of a restore or a load: what the board has now on standard output, remarks beside it. */
export function tellRestored(done: Restored, head: Readonly<Record<string, unknown>>, json: boolean): void {
  if (json) printJson({ ...head, ...done, digest: hex8(done.digest) });
  else {
    printLine(`restored: ${done.learnCounter} learns, digest ${hex8(done.digest)}`);
    for (const remark of done.remarks) printRemark(remark);
  }
}
