/** A seeded source of randomness: the only one in the project, so that every run can be repeated. */
export interface Random {
  /** Next unsigned 32-bit word. */
  uint32(): number;
  /** Uniform in [0, 1), 32 bits of it. */
  unit(): number;
  /** Uniform integer in [0, bound). */
  below(bound: number): number;
  /** Standard normal deviate (Marsaglia's polar method, 1964). */
  normal(): number;
}

/** sfc32 (Chris Doty-Humphrey, PractRand), seeded by twelve rounds over the 32-bit seed. */
export function seededRandom(seed: number): Random {
  let a = seed | 0;
  let b = 0x9e3779b9 | 0;
  let c = 0x243f6a88 | 0;
  let counter = 1;
  let spare: number | undefined;
  const uint32 = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return t >>> 0;
  };
  for (let round = 0; round < 12; round++) uint32();
  const unit = (): number => uint32() / 4294967296;
  return {
    uint32,
    unit,
    below: (bound) => Math.floor(unit() * bound),
    normal() {
      if (spare !== undefined) {
        const value = spare;
        spare = undefined;
        return value;
      }
      for (;;) {
        const u = 2 * unit() - 1;
        const v = 2 * unit() - 1;
        const s = u * u + v * v;
        if (s > 0 && s < 1) {
          const factor = Math.sqrt((-2 * Math.log(s)) / s);
          spare = v * factor;
          return u * factor;
        }
      }
    },
  };
}
