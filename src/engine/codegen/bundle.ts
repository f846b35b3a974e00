import type { FilePlan } from '../../shared/file-plan.ts';
import type { Library } from '../library.ts';
import type { ApiName } from './api/api.ts';
import { apiByName } from './api/registry.ts';
import type { BuildFacts } from './build-facts.ts';
import type { BoardLimits } from './limits.ts';
import { metadata } from './metadata.ts';
import { libraryPage } from './page.ts';

/** What was chosen for a bundle beside library and compiler. */
export interface BundleChoices {
  readonly limits: BoardLimits | null;
  /** v2 unless said otherwise. */
  readonly api?: ApiName | undefined;
  /** Bytes of section .neai that the library can begin with. */
  readonly knowledge?: Uint8Array | undefined;
}

/** What can be written of a library only after it was compiled: metadata.json and its page of documentation. */
export function bundleDocuments(
  library: Library,
  facts: BuildFacts,
  { api = 'v2', limits, knowledge }: BundleChoices,
): FilePlan {
  const limitedTo = limits?.boards ?? [];
  const hasKnowledge = knowledge !== undefined;
  return [
    { path: 'metadata.json', content: metadata(library, facts, { api, limitedTo, hasKnowledge }) },
    { path: 'documentation.html', content: libraryPage(library, facts, { api: apiByName(api), limits }) },
  ];
}
