import { sideNames } from '../../../reports/format.ts';
import { signsDiffer, ulpCount } from '../../../reports/ulp-words.ts';
import type { Divergence, ShownValue } from '../../record/divergence.ts';
import type { Sides } from '../../record/sides.ts';

/** Where two sides part, as lines for a terminal. */
export function divergenceLines(divergence: Divergence, sides: Sides): string[] {
  const { operation, signal, call, file, line, stage, element, cause, notKnown, search } = divergence;
  const { reference, target } = divergence;
  const place = file === null ? operation : `${operation} of ${file} line ${line}`;
  const names = sideNames(sides);
  const lines = [
    signal === null
      ? `first difference: call ${call}, ${place}`
      : `first difference: signal ${signal}, ${place} (call ${call})`,
  ];
  if (stage !== null) lines.push(`  stage: ${stage.name}${element === null ? '' : `, ${element.name}`}`);
  if (reference !== null || target !== null) {
    lines.push(
      `  the ${names.reference} has ${valueText(reference)}, the ${names.target} ${valueText(target)}${apart(divergence)}`,
    );
  }
  if (cause !== null) lines.push(`  likely cause: ${cause}`);
  if (notKnown !== null) lines.push(`  not known: ${notKnown}`);
  if (search.taps.length > 0) {
    const steps = [
      many(search.bisectionSteps, 'step', ' of bisection'),
      many(search.restores, 'restore', ' of knowledge'),
      many(search.replayedCalls, 'call', ' made again'),
    ];
    lines.push(`  found by ${steps.join(', ')}, on ${search.taps.join(' and ')}`);
  }
  return lines;
}

const valueText = (value: ShownValue | null): string =>
  value === null ? 'none' : `${value.decimal}${value.hex === null ? '' : ` (${value.hex})`}`;

/** A count of units in the last place, where one means something. */
function apart({ ulp, reference, target }: Divergence): string {
  if (ulp === null) return '';
  if (signsDiffer(reference, target)) return ', of opposite sign';
  return `, ${ulpCount(ulp)} ${ulp === 1 ? 'unit' : 'units'} in the last place apart`;
}

const many = (count: number, what: string, rest: string): string =>
  `${count} ${what}${count === 1 ? '' : 's'}${rest}`;
