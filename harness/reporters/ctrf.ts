import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { FullConfig, Reporter, Suite, TestCase } from '@playwright/test/reporter';
import { readSettings } from '../settings.ts';
import { classify, gravest } from './failure-class.ts';

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
          start: this.#startMs,
          stop: Date.now(),
        },
        tests,
        environment: { extra: { board: readSettings().board } },
      },
    };
    const file = join(readSettings().outDir, 'ctrf.json');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(document, undefined, 2)}\n`);
  }
}

const STATUS = { expected: 'passed', flaky: 'passed', unexpected: 'failed', skipped: 'skipped' } as const;

function entryOf(test: TestCase) {
  const last = test.results.at(-1)!;
  const failure = gravest(test.results.flatMap(({ errors }) => errors.map(classify)));
  const outcome = test.outcome();
  return {
    name: test.title,
    suite: test.titlePath().filter(Boolean).slice(0, -1),
    filePath: relative(process.cwd(), test.location.file),
    line: test.location.line,
    status: last.status === 'interrupted' ? ('other' as const) : STATUS[outcome],
    rawStatus: last.status,
    duration: last.duration,
    start: last.startTime.getTime(),
    retries: test.results.length - 1,
    flaky: outcome === 'flaky',
    ...(failure === undefined ? {} : { message: failure.message, extra: { class: failure.class } }),
    attachments: last.attachments.flatMap(({ name, path, contentType }) =>
      path === undefined ? [] : [{ name, path, contentType }],
    ),
  };
}
