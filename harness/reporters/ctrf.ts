import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { FullConfig, Reporter, Suite, TestCase, TestResult } from '@playwright/test/reporter';
import { readSettings } from '../settings.ts';
import { classify } from './failure-class.ts';
import { failureOf } from './judgement.ts';
import { propertiesOf } from './properties.ts';

/** The run as Common Test Report Format (ctrf.io, schema 0.0.0): for dashboards that read neither HTML nor JUnit. */
export default class CtrfReporter implements Reporter {
  #suite: Suite | undefined;
  #version = '';
  #startMs = 0;

  printsToStdio(): boolean {
    return false;
  }

  onBegin(config: FullConfig, suite: Suite): void {
    this.#suite = suite;
    this.#version = config.version;
    this.#startMs = Date.now();
  }

  onEnd(): void {
    const tests = (this.#suite?.allTests() ?? []).filter(({ results }) => results.length > 0).map(entryOf);
    // A listing runs nothing and must not replace the report of a run.
    if (tests.length === 0) return;
    const count = (status: string): number => tests.filter((test) => test.status === status).length;
    const document = {
      reportFormat: 'CTRF',
      specVersion: '0.0.0',
      generatedBy: 'neai-hil',
      timestamp: new Date().toISOString(),
      results: {
        tool: { name: 'playwright', version: this.#version },
        summary: {
          tests: tests.length,
          passed: count('passed'),
          failed: count('failed'),
          skipped: count('skipped'),
          pending: 0,
          other: count('other'),
          flaky: tests.filter(({ flaky }) => flaky).length,
          suites: new Set(tests.map(({ suite }) => suite.join('\n'))).size,
          start: this.#startMs,
          stop: Date.now(),
        },
        tests,
        environment: { osPlatform: process.platform, extra: { board: readSettings().board } },
      },
    };
    const file = join(readSettings().outDir, 'ctrf.json');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(document, undefined, 2)}\n`);
  }
}

const STATUS = { expected: 'passed', flaky: 'passed', unexpected: 'failed', skipped: 'skipped' } as const;
const ATTEMPT_STATUS = {
  passed: 'passed',
  failed: 'failed',
  timedOut: 'failed',
  skipped: 'skipped',
  interrupted: 'other',
} as const;

function entryOf(test: TestCase) {
  const last = test.results.at(-1)!;
  const outcome = test.outcome();
  const failure = outcome === 'unexpected' || outcome === 'flaky' ? failureOf(test) : undefined;
  return {
    name: test.title,
    suite: test.titlePath().filter(Boolean).slice(0, -1),
    filePath: relative(process.cwd(), test.location.file),
    line: test.location.line,
    status: last.status === 'interrupted' ? ('other' as const) : STATUS[outcome],
    rawStatus: last.status,
    tags: [...test.tags],
    labels: propertiesOf(test),
    duration: Math.round(last.duration),
    start: last.startTime.getTime(),
    stop: last.startTime.getTime() + Math.round(last.duration),
    retries: test.results.length - 1,
    flaky: outcome === 'flaky',
    ...(failure === undefined ? {} : { message: failure.message, extra: { class: failure.class } }),
    ...(test.results.length === 1 ? {} : { retryAttempts: test.results.map(attemptOf) }),
    attachments: attachmentsOf(last),
  };
}

function attemptOf(result: TestResult, index: number) {
  const [error] = result.errors;
  return {
    attempt: index + 1,
    status: ATTEMPT_STATUS[result.status],
    duration: Math.round(result.duration),
    start: result.startTime.getTime(),
    stop: result.startTime.getTime() + Math.round(result.duration),
    ...(error === undefined ? {} : { message: classify(error).message }),
    attachments: attachmentsOf(result),
  };
}

const attachmentsOf = ({ attachments }: TestResult) =>
  attachments.flatMap(({ name, path, contentType }) =>
    path === undefined ? [] : [{ name, path, contentType }],
  );
