/** Fast Fourier transform of one length, a power of two: in place, float64, for judging files only. */
export class Fft {
  readonly #length: number;
  readonly #cosines: Float64Array;
  readonly #sines: Float64Array;

  constructor(length: number) {
    this.#length = length;
    const angle = (i: number): number => (2 * Math.PI * i) / length;
    this.#cosines = Float64Array.from({ length: length / 2 }, (_, i) => Math.cos(angle(i)));
    this.#sines = Float64Array.from({ length: length / 2 }, (_, i) => Math.sin(angle(i)));
  }

  /** @param real, imaginary parts of the input; those of the spectrum afterwards */
  transform(real: Float64Array, imaginary: Float64Array): void {
    const length = this.#length;
    for (let i = 1, j = 0; i < length; i++) {
      let bit = length >> 1;
      for (; j & bit; bit >>= 1) j ^= bit;
      j ^= bit;
      if (i >= j) continue;
      swap(real, i, j);
      swap(imaginary, i, j);
    }
    for (let half = 1; half < length; half *= 2) {
      const step = length / (2 * half);
      for (let start = 0; start < length; start += 2 * half) {
        for (let k = 0; k < half; k++) {
          const cos = this.#cosines[k * step]!;
          const sin = this.#sines[k * step]!;
          const a = start + k;
          const b = a + half;
          const re = real[b]! * cos + imaginary[b]! * sin;
          const im = imaginary[b]! * cos - real[b]! * sin;
          real[b] = real[a]! - re;
          imaginary[b] = imaginary[a]! - im;
          real[a]! += re;
          imaginary[a]! += im;
        }
      }
    }
  }
}

function swap(values: Float64Array, i: number, j: number): void {
  const value = values[i]!;
  values[i] = values[j]!;
  values[j] = value;
}
