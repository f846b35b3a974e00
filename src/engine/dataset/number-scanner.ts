const SPACE = 32;
const PLUS = 43;
const MINUS = 45;
const POINT = 46;
const SMALL_E = 101;
const LOWER_CASE = 32;

/** Digits of a whole number that a double always holds exactly. */
const EXACT_DIGITS = 15;
/** Powers of ten that a double holds exactly. */
const POWERS = Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));
const MOST_EXPONENT = 100_000;

/**
 * Reads lines of well-formed numbers straight from bytes: the way of nearly every line, several times as fast as
 * strings. A value is fround(parseFloat(text)): up to 15 digits and a power of ten within ±22 one correctly rounded
 * operation gives what parseFloat gives (Clinger 1990), beyond that parseFloat itself is asked.
 * What it does not understand it leaves to the careful way (`scan` is false): it never judges.
 */
export class NumberScanner {
  /** Values of the line last read; only the first `count` mean anything. */
  values = new Float32Array(1024);
  count = 0;
  /** The line ends in a separator. */
  trailing = false;
  #view = new Float32Array(0);

  /** The values of the line last read; a view, valid until the next line. */
  line(): Float32Array {
    if (this.#view.length !== this.count || this.#view.buffer !== this.values.buffer) {
      this.#view = this.values.subarray(0, this.count);
    }
    return this.#view;
  }

  /** @param separator the character code between numbers; 0: the line is one number */
  scan(bytes: Uint8Array, start: number, end: number, separator: number): boolean {
    let at = skipSpaces(bytes, start, end);
    let count = 0;
    this.trailing = false;
    for (;;) {
      const begin = at;
      let code = at < end ? bytes[at]! : 0;
      const negative = code === MINUS;
      if (negative || code === PLUS) code = ++at < end ? bytes[at]! : 0;
      let mantissa = 0;
      let digits = 0;
      let power = 0;
      for (; isDigit(code); code = ++at < end ? bytes[at]! : 0) {
        mantissa = 10 * mantissa + code - 48;
        digits++;
      }
      if (code === POINT) {
        code = ++at < end ? bytes[at]! : 0;
        for (; isDigit(code); code = ++at < end ? bytes[at]! : 0) {
          mantissa = 10 * mantissa + code - 48;
          digits++;
          power--;
        }
      }
      if (digits === 0) return false;
      if ((code | LOWER_CASE) === SMALL_E) {
        code = ++at < end ? bytes[at]! : 0;
        const small = code === MINUS;
        if (small || code === PLUS) code = ++at < end ? bytes[at]! : 0;
        if (!isDigit(code)) return false;
        let exponent = 0;
        for (; isDigit(code); code = ++at < end ? bytes[at]! : 0) {
          if (exponent < MOST_EXPONENT) exponent = 10 * exponent + code - 48;
        }
        power += small ? -exponent : exponent;
      }
      let value: number;
      if (digits > EXACT_DIGITS || power < -22 || power > 22) value = parse(bytes, begin, at);
      else {
        if (power < 0) mantissa /= POWERS[-power]!;
        else mantissa *= POWERS[power]!;
        value = Math.fround(negative ? -mantissa : mantissa);
      }
      if (value - value !== 0) return false;
      if (count === this.values.length) this.#grow();
      this.values[count++] = value;

      if (at === end) break;
      const afterNumber = at;
      at = skipSpaces(bytes, at, end);
      if (separator === SPACE) {
        if (at === afterNumber) return false;
        if (at < end) continue;
        this.trailing = true;
        break;
      }
      // Spaces only pad another separator; at the end of a line that has none they are for the careful way.
      if (at === end) {
        if (separator === 0) return false;
        break;
      }
      if (separator === 0 || bytes[at] !== separator) return false;
      at = skipSpaces(bytes, at + 1, end);
      if (at < end) continue;
      this.trailing = true;
      break;
    }
    this.count = count;
    return true;
  }

  #grow(): void {
    const grown = new Float32Array(2 * this.values.length);
    grown.set(this.values);
    this.values = grown;
  }
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function skipSpaces(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] === SPACE) at++;
  return at;
}

function parse(bytes: Uint8Array, start: number, end: number): number {
  let text = '';
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]!);
  return Math.fround(Number.parseFloat(text));
}
