import { type Dataset, signalAt } from './dataset.ts';
import { type Digest, digestOf } from './inspect/digest-table.ts';

export interface SharedSignals {
  readonly names: readonly [first: string, second: string];
  /** Signals of the second that are in the first as well, value by value. */
  readonly count: number;
}

/** Signals that stand under more than one name: nothing can be told apart by them. */
export function sharedSignals(
  groups: readonly { readonly name: string; readonly datasets: readonly Dataset[] }[],
): SharedSignals[] {
  const firstWith = new Map<string, string>();
  const digest: Digest = { high: 0, low: 0 };
  return groups.flatMap(({ name, datasets }) => {
    const counts = new Map<string, number>();
    for (const dataset of datasets) {
      for (let row = 0; row < dataset.lines; row++) {
        const { high, low } = digestOf(signalAt(dataset, row), digest);
        const key = `${high} ${low}`;
        const other = firstWith.get(key);
        if (other === undefined) firstWith.set(key, name);
        else if (other !== name) counts.set(other, (counts.get(other) ?? 0) + 1);
      }
    }
    return [...counts].map(([other, count]): SharedSignals => ({ names: [other, name], count }));
  });
}
