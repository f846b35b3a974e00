/** Clopper and Pearson (1934): the largest probability at which none of n trials is still seen in 5 of 100 campaigns. */
export const boundOfNone = (trials: number): number | null =>
  trials === 0 ? null : -Math.expm1(Math.log(0.05) / trials);
