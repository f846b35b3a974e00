import type { Finding } from '../../engine/dataset/dataset.ts';
import { isFit } from '../../studio/check-file.ts';
import type { LabelledFile } from './labelled.ts';

/** The part of the JSON document that tells of one file. */
export function describeFile(file: LabelledFile, axes: number) {
  const { path, label, bytes, sha256, lines, valuesPerLine, separator, spectrum, findings } = file;
  return {
    path,
    label,
    ok: isFit(file),
    bytes,
    sha256,
    lines,
    axes,
    bufferSize: valuesPerLine === null || valuesPerLine % axes !== 0 ? null : valuesPerLine / axes,
    valuesPerLine,
    separator,
    ...(spectrum && { sampling: spectrum }),
    findings,
  };
}

/** What the document says as `error`, like every command that refuses: the first blocking finding. */
export function firstRefusal(files: readonly LabelledFile[]) {
  for (const { path, findings } of files) {
    const blocking = findings.find(({ level }) => level === 'blocking');
    if (blocking === undefined) continue;
    const { code, message, remedy, places } = blocking;
    return { code, message, remedy, file: path, ...places[0] };
  }
  return undefined;
}

/** Blocking findings, as errors are told. */
export function refusalLines({ path, findings }: LabelledFile): string[] {
  return findings
    .filter(({ level }) => level === 'blocking')
    .flatMap((finding) => {
      const [first] = finding.places;
      const place = first === undefined ? path : `${path}:${first.line}:${first.column}`;
      return [
        `${finding.code}: ${place}: ${finding.message}${places(finding)}`,
        `  remedy: ${finding.remedy}`,
      ];
    });
}

/** Size, timing and warnings of a file, for a person. */
export function reportLines(file: LabelledFile, axes: number): string[] {
  const { path, lines, valuesPerLine, spectrum, findings } = file;
  const size =
    valuesPerLine === null || valuesPerLine % axes !== 0
      ? `${lines} lines`
      : `${lines} lines, ${axes} × ${valuesPerLine / axes} samples`;
  return [
    `${path}: ${isFit(file) ? 'ok' : 'REFUSED'}, ${size}`,
    ...(spectrum
      ? [
          `  ${quantity(spectrum.samplingFrequencyHz)} Hz: a signal lasts ${quantity(spectrum.signalLengthSeconds)} s, half the sampling frequency is ${quantity(spectrum.nyquistHz)} Hz${spectrum.strongestHz === null ? '' : `, strongest component ${quantity(spectrum.strongestHz)} Hz`}`,
        ]
      : []),
    ...warningLines(findings),
  ];
}

/** Findings that do not block, one a line. */
export function warningLines(findings: readonly Finding[]): string[] {
  return findings
    .filter(({ level }) => level !== 'blocking')
    .map((finding) => {
      const todo = finding.level === 'note' ? '' : ` ${finding.remedy}`;
      return `  ${finding.level} ${finding.kind}: ${finding.message}${places(finding)}${todo}`;
    });
}

function places({ count, places: at, estimated }: Finding): string {
  if (at.length === 0) return '';
  const shown = at.map(({ line, column }) => `${line}:${column}`).join(', ');
  return ` [${estimated ? 'about ' : ''}${count} ×: line ${shown}${at.length < count ? ', …' : ''}]`;
}

const quantity = (value: number): string => String(Number(value.toPrecision(4)));
