import { limitsTo } from '../../bundle/library-plan.ts';
import { planCurve } from '../curve.ts';
import type { Prepared } from '../subject.ts';
import type { RunContext, SideContext } from './side.ts';

/** What every side is given of a prepared comparison. `startMs` is the run's start on the clock of `performance.now`. */
export function sideContext(
  { library, plan, limitedTo }: Prepared,
  run: Pick<RunContext, 'folder' | 'signal' | 'watch'> & {
    readonly sensitivity: number;
    readonly startMs: number;
  },
): SideContext {
  const { folder, signal, watch, sensitivity, startMs } = run;
  return {
    library,
    limits: limitsTo(limitedTo),
    calls: plan.calls,
    files: plan.files,
    curve: planCurve(plan.calls, library.detectFloor),
    sensitivity: Math.fround(sensitivity),
    folder,
    signal,
    watch,
    now: () => (performance.now() - startMs) / 1000,
  };
}
