interface Difference {
  readonly call: number;
  readonly file: string | null;
  readonly line: number | null;
  readonly field: string;
  readonly reference: number | string | null;
  readonly target: number | string | null;
}

/** The first difference of a run in one sentence, with the place and both values. */
export function formatDifference({ call, file, line, field, reference, target }: Difference): string {
  const place = file === null ? `call ${call}` : `call ${call} (${file} line ${line})`;
  return `${place}: ${field} ${target ?? 'none'} on the target, ${reference ?? 'none'} on the reference`;
}
