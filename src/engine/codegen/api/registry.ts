import type { Api, ApiName } from './api.ts';
import { API_V2 } from './v2.ts';
import { API_V3, API_V3_EARLY } from './v3.ts';
import { API_V5 } from './v5.ts';

const APIS: Readonly<Record<ApiName, Api>> = {
  v2: API_V2,
  v3: API_V3,
  'v3-early': API_V3_EARLY,
  v5: API_V5,
};

export const apiByName = (name: ApiName): Api => APIS[name];
