import type { Finding } from '../../engine/dataset/dataset.ts';
import { compareLabels } from '../../engine/dataset/inspect/compare-labels.ts';
import { ERROR_CODES } from '../../shared/error-codes.ts';
import { type CheckedFile, isFit } from '../../studio/check-file.ts';

export type CheckLabel = 'regular' | 'abnormal' | null;

/** A file that was checked, and what the user says it holds. */
export interface LabelledFile extends CheckedFile {
  readonly label: CheckLabel;
}

/**
 * Files that are to be searched together must have lines of one length: one that differs from the first is unfit,
 * whatever it is by itself.
 */
export function withSameLength(files: readonly LabelledFile[]): LabelledFile[] {
  const first = files.find((file) => file.label !== null && file.valuesPerLine !== null);
  return files.map((file) => {
    const differs = file.label !== null && file.valuesPerLine !== null && first !== undefined;
    if (!differs || file.valuesPerLine === first.valuesPerLine) return file;
    const finding: Finding = {
      kind: 'wrong count',
      code: 'SIGNAL_WRONG_COUNT',
      level: 'blocking',
      count: file.lines,
      places: [],
      message: `Lines have ${file.valuesPerLine} values, those of ${first.path} ${first.valuesPerLine}: they cannot be searched together.`,
      remedy: ERROR_CODES.SIGNAL_WRONG_COUNT.remedy,
    };
    return { ...file, findings: [finding, ...file.findings] };
  });
}

/** Regular and abnormal files side by side; nothing when one of the labels has no fit file. */
export function compareFiles(files: readonly LabelledFile[]): Finding[] {
  const fitOf = (label: CheckLabel) =>
    files
      .filter((file) => file.label === label && isFit(file))
      .map(({ path, sketch }) => ({ path, sketch: sketch! }));
  const [regular, abnormal] = [fitOf('regular'), fitOf('abnormal')];
  return regular.length === 0 || abnormal.length === 0 ? [] : compareLabels(regular, abnormal);
}
