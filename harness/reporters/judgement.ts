import type { TestCase } from '@playwright/test/reporter';
import { classify, type Failure, gravest } from './failure-class.ts';

/** Of all attempts: a scenario that fails once by the rack and once by the product has failed by the product. */
export function failureOf(test: TestCase): Failure {
  const failures = test.results.flatMap(({ errors }) => errors.map(classify));
  return gravest(failures) ?? { class: 'scenario', code: undefined, message: `ended as ${test.outcome()}` };
}

/** Why a scenario was not run. */
export function reasonOf(test: TestCase): string {
  const reasons = [...test.annotations, ...test.results.flatMap(({ annotations }) => annotations)];
  const skipped = reasons.find(({ type }) => type === 'skip' || type === 'fixme');
  if (skipped !== undefined) return skipped.description ?? 'no reason given';
  return 'the run ended before it';
}

/** What was strange about its signals, each remark once. */
export function warningsOf(test: TestCase): string[] {
  const all = test.results.flatMap(({ annotations }) => annotations).filter(({ type }) => type === 'warning');
  return [...new Set(all.map(({ description }) => description ?? ''))];
}
