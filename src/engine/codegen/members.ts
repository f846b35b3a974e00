import type { Model } from '../models/model.ts';
import { SINGLE_MODELS } from '../models/singles.ts';
import { modelSymbol } from './sources.ts';

const LEARN = 'kind, const neai_model *member, neai_word *state, uint32_t count,';
const SCORE = 'kind, const neai_model *member, const neai_word *state, uint32_t count,';

/**
 * The functions of neai_members.h for these models, as C. They call every model by its name: through a pointer,
 * nothing that reads the code could tell which models are reached, and that no ensemble is.
 */
export function memberDispatch(models: readonly Model[]): string {
  const call = (suffix: string, result: string): string[] =>
    SINGLE_MODELS.flatMap((model, kind) =>
      models.includes(model)
        ? [
            `    case ${kind}u:`,
            `        ${result}${modelSymbol(model)}_${suffix}(member, state, count, features, work);`,
            ...(result === '' ? ['        return;'] : []),
          ]
        : [],
    );
  return [
    ...models.map((model) => `NEAI_MODEL_KERNELS(${modelSymbol(model)});`),
    `void neai_member_learn(uint32_t ${LEARN}`,
    '                       const float *features, float *work)',
    '{',
    '    switch (kind) {',
    ...call('learn', ''),
    '    default:',
    '        return;',
    '    }',
    '}',
    '',
    `float neai_member_score(uint32_t ${SCORE}`,
    '                        const float *features, float *work)',
    '{',
    '    switch (kind) {',
    ...call('score', 'return '),
    '    default:',
    '        return 0.0f;',
    '    }',
    '}',
    '',
  ].join('\n');
}
