import { relative, resolve } from 'node:path';
import { type SpectrumReport, samplingFindings } from '../../engine/dataset/inspect/spectrum.ts';
import { checkFile } from '../../studio/check-file.ts';
import type { Project } from '../../studio/project/project-file.ts';
import { namedFiles } from '../../studio/project/project-files.ts';

/** How the signals of a file were sampled. */
interface FileSampling {
  /** As the project names it. */
  readonly path: string;
  readonly sampling: SpectrumReport;
  /** Sampled too slowly, or for too short a time. */
  readonly warnings: readonly string[];
}

/** Judges every file by the project's sampling frequency; nothing where it has none. */
export async function samplingOf(project: Project, signal: AbortSignal): Promise<FileSampling[]> {
  const { axes, samplingFrequency: samplingFrequencyHz } = project.description.sensor;
  if (samplingFrequencyHz === undefined) return [];
  const found: FileSampling[] = [];
  for (const path of new Set(namedFiles(project).map(({ named }) => named.path))) {
    const file = relative('', resolve(project.folder, path));
    const { spectrum: sampling } = await checkFile(file, { axes, samplingFrequencyHz, signal });
    // what cannot be read is refused by whoever reads it next
    if (sampling === null) continue;
    const warnings = samplingFindings(sampling).map(
      ({ kind, message, remedy }) => `${kind}: ${message} ${remedy}`,
    );
    found.push({ path, sampling, warnings });
  }
  return found;
}

/** What a person is told before a search. */
export const samplingRemarks = (found: readonly FileSampling[]): string[] =>
  found.flatMap(({ path, warnings }) => warnings.map((warning) => `${path}: ${warning}`));

/** Signal length and frequencies, once: they are the same for all files. */
export function samplingLines([first]: readonly FileSampling[]): string[] {
  if (first === undefined) return [];
  const { signalLengthSeconds, nyquistHz } = first.sampling;
  const short = (value: number): string => String(Number(value.toPrecision(3)));
  return [
    `  a signal lasts ${short(signalLengthSeconds)} s, half the sampling frequency is ${short(nyquistHz)} Hz`,
  ];
}
