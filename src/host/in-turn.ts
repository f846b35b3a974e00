/** Compilers at work at a time: what else runs on this computer wants to live too. */
const AT_A_TIME = 2;

/** Does the work on every item, two at a time, and gives the results in the order of the items. */
export async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index]!);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  return results;
}
