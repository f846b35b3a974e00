import { NeaiError } from '../shared/errors.ts';

/**
 * Bits of the floats in a knowledge.h: so written, no compiler rounds them a second time. As little-endian words they are
 * knowledge.dat as well, which the emulators of classifiers read (archives of generation 3 carry both, equal).
 * @throws VENDOR_HEADER_INVALID for a text that holds no array of numbers
 */
export function knowledgeWords(text: string): number[] {
  const body = /\bfloat\s+\w+\s*\[[^\]]*\]\s*=\s*\{([^}]*)\}/.exec(text)?.[1] ?? '';
  const numbers = body
    .split(',')
    .map((value) => value.trim().replace(/f$/i, ''))
    .filter((value) => value !== '')
    .map(Number);
  if (numbers.length === 0 || numbers.some(Number.isNaN))
    throw new NeaiError('VENDOR_HEADER_INVALID', 'knowledge.h holds no array of numbers', {
      asked: 'const float knowledge[] = { … };',
      got: `${numbers.length} values`,
    });
  return [...new Uint32Array(Float32Array.from(numbers).buffer)];
}
