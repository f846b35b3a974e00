import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { areaUnderCurve, balancedAccuracy } from '../../src/engine/metrics/metrics.ts';
import { type LabelledRatios, similarities } from '../../src/engine/search/calibrate.ts';
import { BLOCKS, judgeFolds } from '../../src/engine/search/evaluate.ts';
import { contiguousFolds } from '../../src/engine/search/folds.ts';
import { compareRanked } from '../../src/engine/search/ranking.ts';
import type { BenchSet } from './sets.ts';

/** Debian's Python: another one on PATH knows nothing of Debian's python3-sklearn. */
const PYTHON = process.env['NEAI_PEER_PYTHON'] ?? '/usr/bin/python3';
const SCRIPT = join(import.meta.dirname, '..', 'peers', 'search.py');

const answerSchema = z.object({
  version: z.string(),
  names: z.array(z.string()),
  rates: z.array(z.number()),
});

/** What scikit-learn reaches on a set: its pick by the engine's ranking, judged on lines never seen. */
export interface PeerResult {
  readonly pick: string;
  readonly crossValidated: number;
  readonly heldOut: number;
  readonly heldOutAuc: number;
  /** Candidates fitted and scored a second, in two processes; one figure a repeat. */
  readonly rates: readonly number[];
}

/** Version of scikit-learn, or null when the peer cannot run here. */
export function peerVersion(): string | null {
  try {
    const script = 'import sklearn, numpy; print(sklearn.__version__)';
    return execFileSync(PYTHON, ['-c', script], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return null;
  }
}

/** Runs the peer on the same lines, folds, calibration and ranking as the search. */
export function runPeer(set: BenchSet, { repeats }: { readonly repeats: number }): PeerResult {
  const folder = mkdtempSync(join(tmpdir(), 'neai-peer-'));
  try {
    const { lines, shape } = set;
    const width = shape.axes * shape.length;
    const files = Object.fromEntries(
      Object.entries(lines).map(([name, values]) => {
        const path = join(folder, name);
        writeFileSync(path, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
        return [name, path];
      }),
    );
    const overlap = set.regular.firstHeldOut - set.regular.selectionCount;
    const all = lines.regular.length / width;
    const folds = contiguousFolds(all, BLOCKS, overlap).map((fold) => ({
      ...fold,
      learn: Array.from({ length: all }, (_, i) => i).filter(
        (i) => i < fold.learnBefore || i >= fold.learnFrom,
      ),
    }));
    const out = join(folder, 'out');
    const job = join(folder, 'job.json');
    writeFileSync(job, JSON.stringify({ ...files, ...shape, folds, processes: 2, repeats, out }));
    const options = { encoding: 'utf8' as const, maxBuffer: 2 ** 26, timeout: 600_000 };
    const { names, rates } = answerSchema.parse(JSON.parse(execFileSync(PYTHON, [SCRIPT, job], options)));

    const scores = reader(readFileSync(out));
    const count = (values: Float32Array): number => values.length / width;
    const candidates = names.map((name, index) => {
      const ratios = folds.map(
        ({ testFirst, testEnd }): LabelledRatios => ({
          regular: scores(testEnd - testFirst),
          abnormal: scores(count(lines.abnormal)),
        }),
      );
      const heldOut = {
        regular: scores(count(lines.heldOutRegular)),
        abnormal: scores(count(lines.heldOutAbnormal)),
      };
      // RAM and pipeline mean nothing here: what ties there are go to the earlier candidate
      const priced = { index, ramBytes: 0, candidate: { pipeline: [], model: { name, params: {} } } };
      return { ...priced, name, evaluation: judgeFolds([{ name, folds: ratios }]), heldOut };
    });
    candidates.sort(compareRanked);
    const { name, evaluation, heldOut } = candidates[0]!;
    const negated = (ratios: Float32Array): Float32Array => ratios.map((ratio) => -ratio);
    return {
      pick: name,
      crossValidated: evaluation.balancedAccuracy!,
      heldOut: balancedAccuracy({
        regular: similarities(heldOut.regular, evaluation.calibration),
        abnormal: similarities(heldOut.abnormal, evaluation.calibration),
      })!,
      heldOutAuc: areaUnderCurve({ regular: negated(heldOut.regular), abnormal: negated(heldOut.abnormal) })!,
      rates,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Takes so many binary32 values at each call. */
function reader(bytes: Uint8Array): (count: number) => Float32Array {
  const values = new Float32Array(bytes.slice().buffer);
  let at = 0;
  return (count) => {
    at += count;
    return values.slice(at - count, at);
  };
}
