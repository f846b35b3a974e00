import type { Metric } from '../write-metrics.ts';
import { type SpeedRatio, speedRatios } from './emulator-ratio.ts';

const [SHORT, LONG] = [32, 4096];
const QUICK_ITEMS = 4;

const geometricMean = (figures: readonly number[]): number =>
  Math.exp(figures.reduce((sum, figure) => sum + Math.log(figure), 0) / figures.length);

/** Speed of the emulator and of the search's rung over host C, for each transform and model at two buffer sizes. */
export async function emulatorMetrics(quick: boolean): Promise<Metric[]> {
  const ratios = await speedRatios([SHORT, LONG], quick ? QUICK_ITEMS : undefined);
  for (const { item, bufferSize, emulator, webassembly } of ratios) {
    console.log(
      `${item.padEnd(18)} ${String(bufferSize).padStart(5)} samples: emulator ${emulator.toFixed(3)}, webassembly ${webassembly.toFixed(3)} of host C`,
    );
  }
  const mean = (of: (ratio: SpeedRatio) => number, bufferSize?: number): number =>
    geometricMean(ratios.filter((r) => bufferSize === undefined || r.bufferSize === bufferSize).map(of));
  const emulator = (ratio: SpeedRatio): number => ratio.emulator;
  const [short, long] = [mean(emulator, SHORT), mean(emulator, LONG)];
  const unit = 'of the speed of gcc -O2';
  return [
    { name: 'emulatorVersusHostC', value: mean(emulator), unit, goal: '>= 0.1' },
    { name: 'emulatorVersusHostC.least', value: Math.min(...ratios.map(emulator)), unit, goal: '>= 0.03' },
    { name: 'emulatorVersusHostC.4096over32', value: long / short, unit: 'ratio', goal: '0.8 to 1.2' },
    {
      name: 'searchRungVersusHostC',
      value: mean((r) => r.webassembly),
      unit: `${unit}: webassembly`,
      goal: null,
    },
  ];
}
