const WHOLE = /^[+-]?\d+$/;
const DIGITS = /^\d+$/;
/** Signed first halves without one signed second half: as many make it likely that the halves are one number. */
const LIKELY_SIGNS = 10;

/** Where a decimal comma was found out, and in which number. */
export interface CommaDecimal {
  readonly line: number;
  /** 1-based column of its whole part. */
  readonly column: number;
  readonly text: string;
}

/**
 * Watches a comma separated file for decimal commas ("1,05,-2,31" is 1.05 and -2.31): every number then falls into a
 * whole part and a fraction, twice as many values as there are, all of them well formed. What gives them away: no
 * point anywhere, no sign in any second field, and
 * - zeros that only fractions begin with ("1,05"), or blanks at every second comma only ("1,05, 2,31"): certain;
 * - signs in first fields only: likely, for an axis may be unsigned.
 */
export class CommaDecimalWatch {
  #possible = true;
  #signs = 0;
  #found: CommaDecimal | undefined;

  /** @param padded fields as they stand between commas, blanks included */
  line(lineNumber: number, padded: readonly string[]): void {
    if (!this.#possible) return;
    if (padded.length % 2 !== 0) {
      this.#possible = false;
      return;
    }
    let blanks = padded.length > 2;
    let column = 1;
    for (let i = 0; i < padded.length && this.#possible; i += 2) {
      const whole = padded[i]!.trim();
      const fraction = padded[i + 1]!.trim();
      this.#possible = WHOLE.test(whole) && DIGITS.test(fraction) && !/^[+-]?0\d/.test(whole);
      if (!this.#possible) return;
      if (/^[+-]/.test(whole)) this.#signs++;
      if (i > 0 && !padded[i]!.startsWith(' ')) blanks = false;
      if (padded[i + 1]!.startsWith(' ')) blanks = false;
      const at = column + padded[i]!.length - padded[i]!.trimStart().length;
      if (/^0\d/.test(fraction))
        this.#found ??= { line: lineNumber, column: at, text: `${whole},${fraction}` };
      column += padded[i]!.length + padded[i + 1]!.length + 2;
    }
    if (blanks) this.#found ??= { line: lineNumber, column: 1, text: padded.slice(0, 2).join(',').trim() };
  }

  /** The first number that proves decimal commas, once the whole file has been seen. */
  get certain(): CommaDecimal | undefined {
    return this.#possible ? this.#found : undefined;
  }

  /** False once a line has shown that commas only separate here: later lines need not be looked at. */
  get possible(): boolean {
    return this.#possible;
  }

  get likely(): boolean {
    return this.#possible && this.#signs >= LIKELY_SIGNS;
  }
}
