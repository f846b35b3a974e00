import { type Random, seededRandom } from '../shared/random.ts';

/** A machine made of numbers, for the demo and for tests: no recording is needed to try everything. */
export interface MotorOptions {
  readonly seed: number;
  readonly regularLines: number;
  readonly abnormalLines: number;
  /** Samples per axis; three axes. */
  readonly bufferSize: number;
}

export const MOTOR_AXES = 3;

type Fault = 'imbalance' | 'outer race' | 'looseness';
const FAULTS: readonly Fault[] = ['imbalance', 'outer race', 'looseness'];

const SAMPLE_RATE_HZ = 1600;
/** Four-pole induction motor on 50 Hz: 25 Hz less the slip of its load. */
const SYNCHRONOUS_HZ = 25;
const FULL_LOAD_SLIP = 0.05;
/** Passing frequencies over rotation of a 9-ball bearing. */
const OUTER_RACE_ORDER = 3.57;
const INNER_RACE_ORDER = 5.43;
/** Housing resonance that impulses ring: frequency and decay. */
const RESONANCE_HZ = 430;
const RESONANCE_DECAY_SECONDS = 0.006;
const NOISE_G = 0.02;
/** Amplitudes in g of rotation harmonics 1…5 at full load, radial, radial, axial. */
const HARMONICS_G = [
  [0.22, 0.09, 0.05, 0.025, 0.015],
  [0.19, 0.08, 0.045, 0.02, 0.015],
  [0.06, 0.05, 0.02, 0.01, 0.008],
];
/** How strongly each axis feels an impulse of the bearing, and gravity in g. */
const IMPULSE_SHARE = [1, 0.7, 0.35];
const GRAVITY_G = [0, 0, 1];

/**
 * Signals of a 3-axis accelerometer on a motor: rotation and harmonics, bearing tones, a load that drifts from line to
 * line and sets speed and amplitude, and noise. Abnormal lines take turns between imbalance, outer-race impulses and
 * looseness, of varying severity. Values in g, as lines of a CSV file.
 */
export function generateMotor(options: MotorOptions): { regular: string[]; abnormal: string[] } {
  const random = seededRandom(options.seed);
  const load = driftingLoad(random);
  const line = (fault: Fault | null): string => signal(random, load(), fault, options.bufferSize).join(',');
  const regular = Array.from({ length: options.regularLines }, () => line(null));
  const abnormal = Array.from({ length: options.abnormalLines }, (_, i) => line(FAULTS[i % FAULTS.length]!));
  return { regular, abnormal };
}

/** Load of successive lines, 0.4…1: a slow swing and a random walk pulled back to the middle. */
function driftingLoad(random: Random): () => number {
  let line = 0;
  let walk = 0;
  const phase = 2 * Math.PI * random.unit();
  return () => {
    walk = 0.95 * walk + 0.025 * random.normal();
    line++;
    return Math.min(1, Math.max(0.4, 0.7 + 0.12 * Math.sin((2 * Math.PI * line) / 90 + phase) + walk));
  };
}

/** One line: interleaved x y z, text with five decimals. */
function signal(random: Random, load: number, fault: Fault | null, bufferSize: number): string[] {
  const severity = fault === null ? 0 : 0.9 + 0.5 * random.unit();
  const rotationHz = SYNCHRONOUS_HZ * (1 - FULL_LOAD_SLIP * load) * (1 + 0.002 * random.normal());
  const startTurns = random.unit();
  const amplitude = (0.75 + 0.25 * load) * (1 + 0.04 * random.normal());
  const gains = HARMONICS_G.map((harmonics) =>
    harmonics.map((g) => g * amplitude * (1 + 0.05 * random.normal())),
  );
  if (fault === 'imbalance') for (const axis of gains) axis[0]! *= 1 + 1.4 * severity;
  if (fault === 'looseness') {
    for (const axis of gains) for (let k = 1; k < axis.length; k++) axis[k]! *= 1 + 1.4 * severity;
  }
  const impulses = impulseTrain(random, fault === 'outer race' ? 0.6 * severity : 0, rotationHz, bufferSize);
  const tonePhases = [random.unit(), random.unit()];
  const values: string[] = [];
  for (let i = 0; i < bufferSize; i++) {
    const turns = startTurns + (rotationHz * i) / SAMPLE_RATE_HZ;
    for (let axis = 0; axis < MOTOR_AXES; axis++) {
      let g = GRAVITY_G[axis]! + NOISE_G * random.normal();
      gains[axis]!.forEach((gain, k) => {
        g += gain * Math.sin(2 * Math.PI * ((k + 1) * turns + 0.25 * axis + 0.13 * k * axis));
      });
      g += 0.012 * Math.sin(2 * Math.PI * (OUTER_RACE_ORDER * turns + tonePhases[0]!));
      g += 0.01 * Math.sin(2 * Math.PI * (INNER_RACE_ORDER * turns + tonePhases[1]!));
      // a loose foot rocks at half the rotation frequency
      if (fault === 'looseness') g += 0.12 * severity * Math.sin(Math.PI * turns + axis);
      g += IMPULSE_SHARE[axis]! * impulses[i]!;
      values.push(g.toFixed(5));
    }
  }
  return values;
}

/** Ring-down of the housing after each ball has passed the defect, with the slip of a real cage. */
function impulseTrain(random: Random, peakG: number, rotationHz: number, bufferSize: number): Float64Array {
  const response = new Float64Array(bufferSize);
  if (peakG === 0) return response;
  const periodSeconds = 1 / (OUTER_RACE_ORDER * rotationHz);
  const decays = 5 * RESONANCE_DECAY_SECONDS;
  for (let at = -random.unit() * periodSeconds; at < bufferSize / SAMPLE_RATE_HZ; ) {
    const peak = peakG * (1 + 0.15 * random.normal());
    const first = Math.max(0, Math.ceil(at * SAMPLE_RATE_HZ));
    for (let i = first; i < bufferSize && i / SAMPLE_RATE_HZ < at + decays; i++) {
      const since = i / SAMPLE_RATE_HZ - at;
      response[i]! +=
        peak * Math.exp(-since / RESONANCE_DECAY_SECONDS) * Math.sin(2 * Math.PI * RESONANCE_HZ * since);
    }
    at += periodSeconds * (1 + 0.01 * random.normal());
  }
  return response;
}
