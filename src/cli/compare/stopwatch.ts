/** How long each step of a run took, in the order in which they ended. */
export class Stopwatch {
  readonly timings: { step: string; seconds: number }[] = [];
  readonly #onStep: (step: string, seconds: number) => void;

  /** @param onStep told each step as it ends */
  constructor(onStep: (step: string, seconds: number) => void = () => undefined) {
    this.#onStep = onStep;
  }

  /** Runs a step and keeps its time, however it ends. */
  async time<Result>(step: string, work: () => Promise<Result>): Promise<Result> {
    const startMs = performance.now();
    try {
      return await work();
    } finally {
      const seconds = Number(((performance.now() - startMs) / 1000).toFixed(3));
      this.timings.push({ step, seconds });
      this.#onStep(step, seconds);
    }
  }
}
