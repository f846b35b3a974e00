import type { FilePlan } from '../../shared/file-plan.ts';
import type { Library } from '../library.ts';
import type { BuildFacts } from './build-facts.ts';
import type { BoardLimits } from './limits.ts';
import { metadata } from './metadata.ts';
import { libraryPage } from './page.ts';

/** What can be written of a library only after it was compiled: metadata.json and its page of documentation. */
export function bundleDocuments(library: Library, facts: BuildFacts, limits: BoardLimits | null): FilePlan {
  return [
    { path: 'metadata.json', content: metadata(library, facts, limits?.boards ?? []) },
    { path: 'documentation.html', content: libraryPage(library, facts, limits) },
  ];
}
