import type { ApiName } from '../../../codegen/api/api.ts';
import type { ClassifierApi } from './classifier-api.ts';
import { CLASSIFIER_V2 } from './v2.ts';
import { CLASSIFIER_V3, CLASSIFIER_V3_EARLY } from './v3.ts';
import { CLASSIFIER_V5 } from './v5.ts';

const APIS: Readonly<Record<ApiName, ClassifierApi>> = {
  v2: CLASSIFIER_V2,
  v3: CLASSIFIER_V3,
  'v3-early': CLASSIFIER_V3_EARLY,
  v5: CLASSIFIER_V5,
};

export const classifierApi = (name: ApiName): ClassifierApi => APIS[name];
