import { basename, dirname } from 'node:path';
import type { FullConfig, Reporter, Suite, TestCase, TestResult } from '@playwright/test/reporter';

type Attachments = TestResult['attachments'];

const kept = new WeakMap<TestResult, Attachments>();

/** Whether a file is part of what an attempt has left in its folder below `evidence/`. */
const isEvidence = ({ path }: Attachments[number]): boolean =>
  path !== undefined && basename(dirname(dirname(path))) === 'evidence';

/**
 * Stands before the list of Playwright, which prints a block for every attachment of a failure: six of them would bury
 * the message. The list sees the folder alone; `attachmentsBack` is called before the other reports are written.
 */
export default class AttachmentsReporter implements Reporter {
  #suite: Suite | undefined;

  printsToStdio(): boolean {
    return false;
  }

  onBegin(_config: FullConfig, suite: Suite): void {
    this.#suite = suite;
  }

  /** What Playwright adds of itself to ask a language model with is no evidence. */
  onTestEnd(_test: TestCase, result: TestResult): void {
    const index = result.attachments.findIndex(({ name }) => name === 'error-context');
    if (index >= 0) result.attachments.splice(index, 1);
  }

  onEnd(): void {
    for (const result of (this.#suite?.allTests() ?? []).flatMap(({ results }) => results)) {
      const evidence = result.attachments.find(isEvidence)?.path;
      if (evidence === undefined) continue;
      kept.set(result, [...result.attachments]);
      const others = result.attachments.filter((attachment) => !isEvidence(attachment));
      const folder = { name: 'evidence', path: dirname(evidence), contentType: 'text/plain' };
      result.attachments.splice(0, result.attachments.length, ...others, folder);
    }
  }
}

/** Gives an attempt the attachments back that the list was not to see. */
export function attachmentsBack(result: TestResult): void {
  const all = kept.get(result);
  if (all !== undefined) result.attachments.splice(0, result.attachments.length, ...all);
}
