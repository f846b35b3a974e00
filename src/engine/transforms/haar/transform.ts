import { z } from 'zod';
import { floorLog2, log2Floored } from '../../numeric/log2.ts';
import { defineTransform, type Shape, type Step } from '../transform.ts';

const { fround } = Math;
const SHORTEST = 4;
const MOST_LEVELS = 8;

function levelsOf(length: number): number {
  return Math.min(MOST_LEVELS, floorLog2(length));
}

/** Log of the mean energy of the Haar wavelet's details at each level, per axis: octave bands by additions alone. */
function createHaar({ axes, length }: Shape): Step {
  const levels = levelsOf(length);
  const values = new Float32Array(length);
  return (input, output) => {
    for (let axis = 0; axis < axes; axis++) {
      for (let i = 0; i < length; i++) values[i] = input[i * axes + axis]!;
      let count = length;
      for (let level = 0; level < levels; level++) {
        count = count >> 1;
        let energy = 0;
        for (let i = 0; i < count; i++) {
          const left = values[2 * i]!;
          const right = values[2 * i + 1]!;
          const detail = fround(0.5 * fround(left - right));
          energy = fround(energy + fround(detail * detail));
          values[i] = fround(0.5 * fround(left + right));
        }
        output[axis * levels + level] = log2Floored(fround(energy / count));
      }
    }
  };
}

export const haar = defineTransform({
  name: 'haar',
  title: 'log energies of Haar details',
  paramsSchema: z.strictObject({}),
  searchSpace: ({ length }) => (length >= SHORTEST ? [{}] : []),
  outputLength: ({ axes, length }) => (length >= SHORTEST ? axes * levelsOf(length) : null),
  workWords: ({ length }) => levelsOf(length),
  configWords: ({ length }) => [levelsOf(length)],
  create: createHaar,
});
