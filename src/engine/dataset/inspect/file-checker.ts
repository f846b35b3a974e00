import { ERROR_CODES } from '../../../shared/error-codes.ts';
import type { NeaiError } from '../../../shared/errors.ts';
import type { Finding, Place } from '../dataset.ts';
import { FindingCollector, gravestFirst, SHOWN_PLACES } from '../finding-collector.ts';
import { LineReader, type SignalSink, type ValueColumns } from '../line-reader.ts';
import { axesError, COMMA_COUNT_REMEDY, LEAST_LINES, tooFewLines } from '../refusals.ts';
import { type ColumnFigures, ColumnStatistics } from './column-statistics.ts';
import { LabelSketch } from './label-sketch.ts';
import { SignalInspector } from './signal-inspector.ts';
import { SpectrumInspector, type SpectrumReport, samplingFindings } from './spectrum.ts';

export interface CheckRequest {
  /** Name of the file in messages. */
  readonly file: string;
  readonly axes: number;
  readonly samplingFrequencyHz?: number;
  /** Spectra are computed of every k-th line. */
  readonly spectrumStride?: number;
  /** Gathers the statistics of each column, for the plot. */
  readonly columns?: boolean;
}

/** Everything that one pass tells of a file. */
export interface CheckedSignals {
  /** Lines that are signals. */
  readonly lines: number;
  /** Of most lines; null when no line can be read. */
  readonly valuesPerLine: number | null;
  readonly separator: string;
  /** The gravest first. */
  readonly findings: readonly Finding[];
  readonly sketch: LabelSketch | null;
  readonly spectrum: SpectrumReport | null;
  readonly columns: ColumnFigures | null;
}

interface Count {
  readonly values: number;
  lines: number;
  readonly places: Place[];
  readonly axesError: NeaiError | undefined;
}

/** Counts of values that are told apart; a file with more has no form at all. */
const MOST_COUNTS = 1000;

/**
 * Checks a file in one pass: every fault is counted, none ends the pass. Lines with the count of values that most
 * lines have are inspected; should another count take the lead, the inspection starts again from there.
 */
export class FileChecker implements SignalSink {
  readonly #request: CheckRequest;
  readonly #reader: LineReader;
  readonly #faults = new FindingCollector();
  readonly #counts = new Map<number, Count>();
  #leading: Count | undefined;
  #look: Look | undefined;

  constructor(request: CheckRequest) {
    this.#request = request;
    this.#reader = new LineReader(request.file, this);
  }

  get expected(): number | undefined {
    return this.#leading?.values;
  }

  /** @throws NeaiError for a file that is no text at all; hand it to `fault` and call `result` */
  push(bytes: Uint8Array): void {
    this.#reader.push(bytes);
  }

  /** @throws NeaiError as `push` */
  end(): void {
    this.#reader.end();
  }

  fault(error: NeaiError): void {
    this.#faults.block(error);
  }

  signal(values: Float32Array, line: number, columns: ValueColumns): void {
    const count = this.#countOf(values.length, line, columns);
    count.lines++;
    if (count.places.length < SHOWN_PLACES) {
      const expected = this.#leading?.values ?? values.length;
      const column = values.length > expected ? columns.column(expected) : columns.endColumn();
      count.places.push({ line, column });
    }
    if (this.#leading === undefined || count.lines > this.#leading.lines) {
      if (count !== this.#leading) this.#look = lookAt(values.length, this.#request);
      this.#leading = count;
    }
    if (count === this.#leading) this.#look?.line(values, line, columns);
  }

  result(): CheckedSignals {
    const { file } = this.#request;
    const leading = this.#leading;
    if (leading === undefined) {
      if (this.#faults.findings().length === 0) this.#faults.block(this.#reader.emptyError());
    } else {
      if (leading.axesError !== undefined) this.#faults.block(leading.axesError, leading.lines);
      if (leading.lines < LEAST_LINES) this.#faults.block(tooFewLines(file, leading.lines));
      this.#blockOtherCounts(leading);
    }
    const spectrum = this.#look?.spectrum?.report() ?? null;
    const findings = [
      ...this.#faults.findings(),
      ...(this.#look?.inspector.findings() ?? []),
      ...(spectrum === null ? [] : samplingFindings(spectrum)),
      ...this.#reader.form,
    ];
    return {
      lines: leading?.lines ?? 0,
      valuesPerLine: leading?.values ?? null,
      separator: this.#reader.separator,
      findings: gravestFirst(findings),
      sketch: this.#look?.sketch ?? null,
      spectrum,
      columns: this.#look?.columns?.figures() ?? null,
    };
  }

  #countOf(values: number, line: number, columns: ValueColumns): Count {
    // Beyond so many different counts it does not matter which: all others are one.
    const known =
      this.#counts.get(values) ?? (this.#counts.size >= MOST_COUNTS ? this.#counts.get(-1) : undefined);
    if (known !== undefined) return known;
    const { file, axes } = this.#request;
    const count: Count = {
      values,
      lines: 0,
      places: [],
      axesError: values % axes === 0 ? undefined : axesError({ file, line }, axes, values, columns),
    };
    this.#counts.set(this.#counts.size >= MOST_COUNTS ? -1 : values, count);
    return count;
  }

  #blockOtherCounts(leading: Count): void {
    const others = [...this.#counts.values()].filter((count) => count !== leading);
    const places = others.flatMap((count) => count.places).sort((a, b) => a.line - b.line);
    if (places.length === 0) return;
    const counts = others.slice(0, SHOWN_PLACES).map(({ values, lines }) => `${values} (${lines} ×)`);
    const message = `Lines have not the ${leading.values} values that most lines have, but ${counts.join(', ')}`;
    const remedy =
      this.#reader.separator === 'comma' ? COMMA_COUNT_REMEDY : ERROR_CODES.SIGNAL_WRONG_COUNT.remedy;
    this.#faults.addCounted(
      {
        kind: 'wrong count',
        code: 'SIGNAL_WRONG_COUNT',
        level: 'blocking',
        message: others.length > SHOWN_PLACES ? `${message}, …` : message,
        remedy,
      },
      others.reduce((sum, { lines }) => sum + lines, 0),
      places,
    );
  }
}

/** What is looked at in the lines that have the leading count of values. */
class Look {
  readonly inspector: SignalInspector;
  readonly sketch: LabelSketch;
  readonly spectrum: SpectrumInspector | undefined;
  readonly columns: ColumnStatistics | undefined;
  readonly #stride: number;
  #lines = 0;

  constructor(valuesPerLine: number, request: CheckRequest) {
    const { axes, samplingFrequencyHz, spectrumStride = 1 } = request;
    this.inspector = new SignalInspector(axes);
    this.sketch = new LabelSketch(axes);
    if (request.columns) this.columns = new ColumnStatistics(valuesPerLine);
    if (samplingFrequencyHz !== undefined) {
      this.spectrum = new SpectrumInspector(axes, valuesPerLine / axes, samplingFrequencyHz);
    }
    this.#stride = spectrumStride;
  }

  line(values: Float32Array, line: number, columns: ValueColumns): void {
    this.inspector.line(values, line, columns);
    this.sketch.add(values);
    this.columns?.add(values);
    if (this.#lines++ % this.#stride === 0) this.spectrum?.add(values);
  }
}

/** Lines that do not divide into the axes have no samples to look at. */
function lookAt(valuesPerLine: number, request: CheckRequest): Look | undefined {
  return valuesPerLine % request.axes === 0 ? new Look(valuesPerLine, request) : undefined;
}
