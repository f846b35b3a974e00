import { DEFAULT_LIMITS } from '../../src/compare/judge.ts';
import type { RunRecord } from '../../src/record/run-record.ts';
import { syntheticRun } from '../record/synthetic-run.ts';

export const SILICON = { kind: 'silicon', uniqueId: '0034002d3137510c39383538' } as const;
export const GOOD = withCurve(syntheticRun({ travel: true }));
export const DIFFERENT = syntheticRun({
  divergesAt: 75,
  limits: { ...DEFAULT_LIMITS, confidence: 0.99, flashBytes: 3_000, ramBytes: 2_000, learnTicks: 41_000 },
});
export const TOLERATED = syntheticRun({
  divergesAt: 75,
  tolerance: {
    ...{ profile: 'other libm', similarity: 5, ulp: null, knowledge: 'not compared' },
    reason: 'its logarithm is another one',
  },
});
export const BROKEN = syntheticRun({ unanswered: 30, console: ['boot', 'HARDFAULT pc=0x08001234'] });
/** Names and lines as a careless or hostile user may have them. */
export const HOSTILE = (() => {
  const run = syntheticRun({
    console: ['</script><script>alert(1)</script>', '<img src=x onerror=alert(2)>', '&amp;'],
  });
  run.dataset.files[0]!.path = `</script><img src=x onerror="alert(3)">${'long-name-'.repeat(30)}.csv`;
  return run;
})();

/** The same run with causes of a poor result and a learning curve, which the makers of real records find. */
function withCurve(run: RunRecord): RunRecord {
  const side = { balancedAccuracy: 0.9, confidence: 0.8, meanNominal: 97, meanAnomaly: 4 };
  const learningCurve = [20, 40, 60].map((learns) => ({
    ...{ learns, probes: 30, equal: 29 },
    reference: side,
    target: { ...side, confidence: learns / 100 },
  }));
  const causes = [{ kind: 'too alike', message: '7 of 30 lie in between', remedy: 'Move the sensor.' }];
  return {
    ...run,
    metrics: { ...run.metrics!, learningCurve },
    fitnessFacts: { ...run.fitnessFacts, causes },
  };
}
