/**
 * `npm run bench:engine`: how good the libraries are that a search finds, and how fast it finds them, beside
 * scikit-learn on the same lines, folds, calibration and ranking. Data sets: the folder that NEAI_DATASETS names
 * (manifest.json with name, axes and buffer of each; <name>/regular.csv, <name>/abnormal.csv). Ratios are of two sides
 * measured in turn.
 *
 * --quick one seed, fewer turns; --sets a,b; --seeds n; --evaluations n (of quality; else the default budget);
 * --only quality|speed|instructions|emulator
 */
import { parseArgs } from 'node:util';
import { DEFAULT_EVALUATIONS } from '../src/studio/run-search.ts';
import { emulatorMetrics } from './engine/emulator-metrics.ts';
import { peerVersion } from './engine/peer.ts';
import { qualityMetrics } from './engine/quality-metrics.ts';
import { dataSetFolder, readSets } from './engine/sets.ts';
import { speedMetrics } from './engine/speed-metrics.ts';
import { demoMetrics } from './instructions/demo-metrics.ts';
import { type Metric, writeMetrics } from './write-metrics.ts';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    sets: { type: 'string' },
    seeds: { type: 'string' },
    evaluations: { type: 'string' },
    only: { type: 'string' },
  },
});
const seeds = Number(options.seeds ?? (options.quick ? 1 : 5));
const evaluations = Number(options.evaluations ?? DEFAULT_EVALUATIONS);
const wanted = (part: string): boolean =>
  options.only === undefined || options.only.split(',').includes(part);
const folder = dataSetFolder();
const peer = peerVersion();
if (folder === null)
  console.log('no data sets (NEAI_DATASETS: a folder with manifest.json): quality and speed NOT RUN');
if (peer === null)
  console.log('no python3-sklearn (Debian) here: what compares with scikit-learn is NOT RUN');
else console.log(`peer: scikit-learn ${peer}`);

const metrics: Metric[] = [];
if (folder !== null) {
  const sets = await readSets(folder, options.sets?.split(','));
  if (wanted('quality'))
    metrics.push(...(await qualityMetrics(sets, { seeds, evaluations, withPeer: peer !== null })));
  if (wanted('speed')) metrics.push(...(await speedMetrics(sets, options.quick ? 1 : 3, peer !== null)));
}
if (wanted('instructions')) metrics.push(...(await demoMetrics()));
if (wanted('emulator')) metrics.push(...(await emulatorMetrics(options.quick)));
writeMetrics('engine', metrics);
