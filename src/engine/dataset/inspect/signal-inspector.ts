import type { Finding, FindingLevel, Place } from '../dataset.ts';
import { FindingCollector, SHOWN_PLACES } from '../finding-collector.ts';
import { castAdvice, suspectedCast } from '../integer-cast.ts';
import type { ValueColumns } from '../line-reader.ts';
import { CommonOverlaps, OverlapFinder } from '../overlap.ts';
import { type Digest, DigestTable, digestOf } from './digest-table.ts';
import { LineFigures } from './outliers.ts';

/** Samples of overlap between neighbouring lines that are worth a word. */
const OVERLAP_SAMPLES = 8;
/** Share of neighbouring samples that may repeat by chance, and the length of a run that may not. */
const REPEATED_SHARE = 0.01;
const REPEATED_RUN = 4;

/**
 * Looks at a file's signals one after the other, in memory that does not grow with the file, for everything that
 * should be known before a search; none of it blocks. docs/data.md defines each kind.
 */
export class SignalInspector {
  readonly #axes: number;
  readonly #found = new FindingCollector();
  readonly #digests = new DigestTable();
  readonly #digest: Digest = { high: 0, low: 0 };
  readonly #means = new LineFigures();
  readonly #levels = new LineFigures();
  readonly #finder: OverlapFinder;
  readonly #overlaps = new CommonOverlaps();
  readonly #repeats = { pairs: 0, lines: 0, flagged: 0, first: [] as Place[] };
  #previous = new Float32Array(0);
  #previousLine = 0;
  #valuesPerLine = 0;
  #lines = 0;

  constructor(axes: number) {
    this.#axes = axes;
    this.#finder = new OverlapFinder(axes);
  }

  /** Signals seen. */
  get lines(): number {
    return this.#lines;
  }

  /** Every k > 0 by which all neighbouring lines overlap, in samples, ascending; undefined for one line. */
  get overlaps(): number[] | undefined {
    return this.#overlaps.all;
  }

  /**
   * @param signal all of one length, a multiple of the axes; not kept
   * @param line its 1-based number in the file
   */
  line(signal: Float32Array, line: number, columns: ValueColumns): void {
    this.#valuesPerLine = signal.length;
    this.#lines++;
    if (signal.length > this.#axes) {
      this.#constant(signal, line, columns);
      this.#repetition(signal, line, columns);
    }
    const cast = suspectedCast(signal);
    if (cast !== null) {
      const remedy = 'Convert each sample to float before it is written or handed to the library.';
      this.#warn('integer cast', 'strong', castAdvice(cast), remedy, at(line, 0, columns));
    }
    const twin = this.#digests.meet(digestOf(signal, this.#digest), line);
    if (twin > 0 && !this.#found.again('duplicate', at(line, 0, columns))) {
      const message = `Lines are equal to earlier ones (line ${line} to line ${twin}).`;
      this.#warn(
        'duplicate',
        'mild',
        message,
        'Remove the copies: they teach nothing new.',
        at(line, 0, columns),
      );
    }
    this.#level(signal, line);
    if (this.#lines === 1) this.#numbered(signal, line, columns);
    this.#overlap(signal, line);
  }

  findings(): Finding[] {
    if (this.#lines === 0) return [];
    this.#size();
    const { pairs, lines, flagged, first } = this.#repeats;
    const allPairs = this.#lines * (this.#valuesPerLine / this.#axes - 1);
    const widespread = pairs > REPEATED_SHARE * allPairs;
    const found = this.#found.findings().map((finding) => this.#extrapolated(finding));
    if (flagged > 0 || widespread) {
      found.push({
        kind: 'repetition',
        level: 'mild',
        count: widespread ? lines : flagged,
        places: first,
        message: 'Neighbouring samples repeat on all axes.',
        remedy: 'The sensor is read faster than it is written: wait for its data-ready signal.',
      });
    }
    const outliers = this.#outliers();
    return outliers === undefined ? found : [...found, outliers];
  }

  #warn(kind: string, level: FindingLevel, message: string, remedy: string, place?: () => Place): void {
    this.#found.add({ kind, level, message, remedy }, place);
  }

  #size(): void {
    const bufferSize = this.#valuesPerLine / this.#axes;
    const lines = this.#lines;
    const more = 'Record more signals: 100 lines or more are recommended.';
    if (lines < 50)
      this.#warn('few lines', 'strong', `Only ${lines} ${lines === 1 ? 'line' : 'lines'}.`, more);
    else if (lines < 100)
      this.#warn('few lines', 'mild', `Only ${lines} ${lines === 1 ? 'line' : 'lines'}.`, more);
    if (lines > 100_000) {
      const message = `${lines} lines: a search takes a subset of them.`;
      this.#warn('many lines', 'advice', message, 'About 100 to 1,000 lines are enough for most machines.');
    }
    if (bufferSize > 1 && this.#valuesPerLine < 128) {
      const message = `Only ${this.#valuesPerLine} values a line.`;
      this.#warn('short lines', 'advice', message, 'Record 128 values a line or more.');
    }
    if (!Number.isInteger(Math.log2(bufferSize))) {
      const message = `The buffer size ${bufferSize} is no power of two.`;
      this.#warn('buffer size', 'advice', message, 'Record a power of two of samples where you can.');
    }
  }

  #constant(signal: Float32Array, line: number, columns: ValueColumns): void {
    const axes = this.#axes;
    for (let axis = 0; axis < axes; axis++) {
      let i = axis + axes;
      while (i < signal.length && signal[i] === signal[axis]) i += axes;
      if (i < signal.length) continue;
      if (this.#found.again('constant', at(line, axis, columns))) return;
      const message = `An axis has one single value over the whole line (first: axis ${axis + 1}).`;
      this.#warn('constant', 'mild', message, 'Check the sensor of this axis.', at(line, axis, columns));
      return;
    }
  }

  #repetition(signal: Float32Array, line: number, columns: ValueColumns): void {
    const axes = this.#axes;
    let pairs = 0;
    let run = 1;
    let longest = 1;
    let first = 0;
    for (let at = axes; at < signal.length; at += axes) {
      let equal = true;
      for (let i = at; i < at + axes && equal; i++) equal = signal[i] === signal[i - axes];
      run = equal ? run + 1 : 1;
      if (!equal) continue;
      if (pairs++ === 0) first = at;
      if (run > longest) longest = run;
    }
    if (pairs === 0) return;
    const repeats = this.#repeats;
    repeats.pairs += pairs;
    repeats.lines++;
    // In a short line a single pair is more than 1 %, and no more than a coincidence.
    const flagged =
      longest >= REPEATED_RUN || (pairs > 1 && pairs > REPEATED_SHARE * (signal.length / axes - 1));
    if (flagged) repeats.flagged++;
    if (flagged && repeats.flagged === 1) repeats.first.length = 0;
    if (repeats.first.length < SHOWN_PLACES && (flagged || repeats.flagged === 0)) {
      repeats.first.push({ line, column: columns.column(first) });
    }
  }

  #level(signal: Float32Array, line: number): void {
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < signal.length; i++) {
      const value = signal[i]!;
      sum += value;
      squares += value * value;
    }
    this.#means.add(sum / signal.length, line);
    this.#levels.add(Math.sqrt(squares / signal.length), line);
  }

  /** 0, 1, 2 … or 1, 2, 3 … all along the first line is a table's header that was written as numbers. */
  #numbered(signal: Float32Array, line: number, columns: ValueColumns): void {
    if (signal.length < OVERLAP_SAMPLES) return;
    const from = signal[0]!;
    if ((from !== 0 && from !== 1) || !signal.every((value, i) => value === from + i)) return;
    const message = `Line ${line} counts ${from}, ${from + 1}, ${from + 2} …: it looks like column numbers.`;
    this.#warn(
      'column numbers',
      'strong',
      message,
      'Remove the line, if no sensor measured it.',
      at(line, 0, columns),
    );
  }

  #overlap(signal: Float32Array, line: number): void {
    if (this.#lines > 1) {
      const samples = this.#finder.longest(this.#previous, signal);
      this.#overlaps.pair(this.#finder, samples);
      const place = { line: this.#previousLine, column: 1 };
      if (samples >= OVERLAP_SAMPLES && !this.#found.again('overlap', () => place)) {
        const message = `Lines share ${OVERLAP_SAMPLES} samples or more with the line that follows (first: ${samples}).`;
        const remedy = 'Cut the recording into lines that do not overlap.';
        this.#warn('overlap', 'advice', message, remedy, () => place);
      }
    } else this.#previous = new Float32Array(signal.length);
    this.#previous.set(signal);
    this.#previousLine = line;
  }

  #extrapolated(finding: Finding): Finding {
    const { sampledOneIn } = this.#digests;
    if (finding.kind !== 'duplicate' || sampledOneIn === 1) return finding;
    return { ...finding, count: finding.count * sampledOneIn, estimated: true };
  }

  #outliers(): Finding | undefined {
    const byMean = this.#means.outliers();
    const byLevel = this.#levels.outliers();
    const lines = [...new Set([...byMean.lines, ...byLevel.lines])].sort((a, b) => a - b);
    if (lines.length === 0) return undefined;
    return {
      kind: 'outlier',
      level: 'advice',
      count: lines.length,
      ...(byMean.complete && byLevel.complete ? {} : { estimated: true as const }),
      places: lines.slice(0, SHOWN_PLACES).map((line) => ({ line, column: 1 })),
      message:
        'The level of lines lies far from that of the others (RMS or mean beyond 6 robust deviations).',
      remedy: 'Look at these lines: another regime, a knock, or a fault of the recording?',
    };
  }
}

/** Where value `index` of the line stands, looked for when it is shown. */
const at = (line: number, index: number, columns: ValueColumns) => (): Place => ({
  line,
  column: columns.column(index),
});
