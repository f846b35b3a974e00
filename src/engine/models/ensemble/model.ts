import { z } from 'zod';
import { exp2f } from '../../numeric/exp2.ts';
import { log2f } from '../../numeric/log2.ts';
import type { Params } from '../../transforms/transform.ts';
import { COUNT_CAP, defineModel, type Model, type ModelRun, type Words } from '../model.ts';
import { learnScore, scoreReference } from '../moments.ts';
import { SINGLE_MODELS } from '../singles.ts';

const { fround } = Math;
/** Words in front of each member's own: count, mean and variance of its scores. */
const REFERENCE_WORDS = 3;
/** Learn from which on a member's scores feed its reference, at the latest; the ensemble's own follows two later. */
const LATEST_WARM_UP = 16;

const paramsSchema = z.strictObject({
  members: z
    .array(
      z.strictObject({
        name: z.string().refine((name) => SINGLE_MODELS.some((model) => model.name === name), {
          error: ({ input }) => `an ensemble has no member '${input}'`,
        }),
        params: z.record(z.string(), z.json()),
        /** First feature that it reads, and how many; absent: all. */
        features: z.tuple([z.int().min(0), z.int().min(1)]).optional(),
      }),
    )
    .min(2)
    .max(3),
});
type EnsembleParams = z.infer<typeof paramsSchema>;

interface Member {
  readonly model: Model;
  readonly kind: number;
  readonly params: Params;
  readonly first: number;
  readonly dimension: number;
  readonly warmUp: number;
  readonly stateWords: number;
}

function membersOf(dimension: number, { members }: EnsembleParams): Member[] {
  return members.map(({ name, params, features = [0, dimension] }) => {
    const kind = SINGLE_MODELS.findIndex((model) => model.name === name);
    const model = SINGLE_MODELS[kind]!;
    const [first, count] = features;
    return {
      model,
      kind,
      params,
      first,
      dimension: count,
      warmUp: Math.min(LATEST_WARM_UP, model.warmUp(count, params)),
      stateWords: model.stateWords(count, params),
    };
  });
}

/**
 * Two or three models over the same features or parts of them, each with knowledge and reference of its own. Distance =
 * geometric mean over the members of 1 + distance over reference, less 1: nobody's unit counts, nobody outvotes all.
 */
function createEnsemble(dimension: number, params: EnsembleParams, state: Words): ModelRun {
  let at = 0;
  const members = membersOf(dimension, params).map((member) => {
    const words = (from: number, count: number): Words => ({
      u: state.u.subarray(from, from + count),
      f: state.f.subarray(from, from + count),
    });
    const own = at + REFERENCE_WORDS;
    const run = member.model.create(member.dimension, member.params, words(own, member.stateWords));
    const reference = {
      count: state.u.subarray(at, at + 1),
      mean: state.f.subarray(at + 1, at + 2),
      variance: state.f.subarray(at + 2, at + 3),
    };
    at = own + member.stateWords;
    const features = new Float32Array(member.dimension);
    const read = (all: Float32Array): Float32Array => {
      if (member.dimension === all.length) return all;
      for (let j = 0; j < member.dimension; j++) features[j] = all[member.first + j]!;
      return features;
    };
    return { run, reference, read, warmUp: member.warmUp };
  });

  return {
    learn(features, count) {
      for (const { run, reference, read, warmUp } of members) {
        const own = read(features);
        if (count - 1 >= warmUp) {
          const score = run.score(own, count - 1);
          const scores = Math.min(reference.count[0]! + 1, COUNT_CAP);
          reference.count[0] = scores;
          learnScore(reference.mean, reference.variance, score, scores);
        }
        run.learn(own, count);
      }
    },
    score(features, count) {
      let sum = 0;
      for (const { run, reference, read } of members) {
        const score = run.score(read(features), count);
        const ratio = fround(score / scoreReference(reference.mean[0]!, reference.variance[0]!));
        sum = fround(sum + log2f(fround(1 + ratio)));
      }
      return fround(exp2f(fround(sum / members.length)) - 1);
    },
    invalidate() {
      for (const { run } of members) run.invalidate?.();
    },
  };
}

const spec = (name: string, params: Params = {}): EnsembleParams['members'][number] => ({
  name,
  params: params as EnsembleParams['members'][number]['params'],
});

const CANDIDATES: readonly EnsembleParams[] = [
  { members: [spec('cov_shrink'), spec('kmeans_seq', { prototypes: 8 })] },
  { members: [spec('cov_shrink'), spec('ccipca', { components: 4, inside: false })] },
  {
    members: [
      spec('cov_shrink'),
      spec('ccipca', { components: 4, inside: false }),
      spec('loda', { projections: 12, bins: 16 }),
    ],
  },
  { members: [spec('diag'), spec('cluster_store', { clusters: 8 })] },
];

const fits = (dimension: number, params: EnsembleParams): boolean =>
  membersOf(dimension, params).every(
    (member) =>
      member.first + member.dimension <= dimension && member.model.applies(member.dimension, member.params),
  );

export const ensemble = defineModel<EnsembleParams>({
  name: 'ensemble',
  title: 'two or three models together',
  paramsSchema,
  searchSpace: (dimension) => CANDIDATES.filter((params) => fits(dimension, params)),
  applies: fits,
  members: ({ members }) => members,
  sharedSources: ['models/neai_members.h', 'numeric/exp2.c'],
  stateWords: (dimension, params) =>
    membersOf(dimension, params).reduce((sum, { stateWords }) => sum + REFERENCE_WORDS + stateWords, 0),
  workWords: (dimension, params) =>
    Math.max(...membersOf(dimension, params).map((m) => m.model.workWords(m.dimension, m.params))),
  configWords: (dimension, params) => {
    const members = membersOf(dimension, params);
    return [
      members.length,
      ...members.flatMap((member) => {
        const words = member.model.configWords(member.dimension, member.params);
        return [
          member.kind,
          member.first,
          member.dimension,
          member.warmUp,
          member.stateWords,
          words.length,
          ...words,
        ];
      }),
    ];
  },
  warmUp: (dimension, params) => 2 + Math.max(...membersOf(dimension, params).map(({ warmUp }) => warmUp)),
  create: createEnsemble,
});
