import type { Divergence, ShownValue } from '../../record/divergence.ts';

/** Where two sides part, as lines for a terminal. */
export function divergenceLines(divergence: Divergence): string[] {
  const {
    operation,
    signal,
    call,
    file,
    line,
    stage,
    element,
    reference,
    target,
    ulp,
    cause,
    notKnown,
    search,
  } = divergence;
  const place = file === null ? '' : `, ${file} line ${line}`;
  const lines = [`first difference: signal ${signal ?? 'none'} (call ${call}, ${operation}${place})`];
  if (stage !== null) lines.push(`  stage: ${stage.name}${element === null ? '' : `, ${element.name}`}`);
  if (reference !== null || target !== null) {
    const apart = ulp === null ? '' : ` (${ulp} ULP apart)`;
    lines.push(`  reference ${valueText(reference)}, target ${valueText(target)}${apart}`);
  }
  if (cause !== null) lines.push(`  likely cause: ${cause}`);
  if (notKnown !== null) lines.push(`  not known: ${notKnown}`);
  if (search.taps.length > 0) {
    lines.push(
      `  found with ${search.taps.join(' and ')}: ${search.bisectionSteps} steps of bisection, ` +
        `${search.restores} restores, ${search.replayedCalls} calls made again`,
    );
  }
  return lines;
}

const valueText = (value: ShownValue | null): string =>
  value === null ? 'none' : `${value.decimal}${value.hex === null ? '' : ` (${value.hex})`}`;
