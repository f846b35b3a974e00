import type { PricedCore } from '../../engine/codegen/flash-price.ts';
import { costOf, type Library } from '../../engine/index.ts';
import type { SearchLimits } from '../../engine/search/search.ts';
import { buildLibrary } from '../../host/library-build.ts';
import { NeaiError } from '../../shared/errors.ts';
import type { MeasuredLibrary, MeasureLibrary } from '../../studio/choose-winner.ts';
import { planLibrary } from '../bundle/library-plan.ts';
import { printRemark } from '../output.ts';

/**
 * The measurement that limits are held against in the end: the library compiled for its core. None where there is no
 * limit to hold, no core, or (which is said) no compiler.
 */
export function measuring(limits: SearchLimits, signal: AbortSignal): { readonly measure?: MeasureLibrary } {
  return measuringWith(limits, signal, async (library: Library, core) => {
    const built = await buildLibrary(planLibrary(library), { core, signal });
    return costOf({ ...built, archive: built.sizes });
  });
}

/** As measuring, of libraries of any kind. @param compile compiles one and tells its cost */
export function measuringWith<T>(
  { core, maxRamBytes, maxFlashBytes }: SearchLimits,
  signal: AbortSignal,
  compile: (library: T, core: PricedCore) => Promise<MeasuredLibrary>,
): { readonly measure?: (library: T) => Promise<MeasuredLibrary | null> } {
  if (core === undefined || (maxRamBytes === undefined && maxFlashBytes === undefined)) return {};
  let noCompiler = false;
  const measure = async (library: T): Promise<MeasuredLibrary | null> => {
    // the best until an interruption is wanted at once: what was estimated has to do
    if (noCompiler || signal.aborted) return null;
    try {
      const { ramBytes, flashBytes } = await compile(library, core);
      return { ramBytes, flashBytes };
    } catch (error) {
      if (!(error instanceof NeaiError) || error.code !== 'BUILD_TOOL_MISSING') throw error;
      noCompiler = true;
      printRemark(
        'no compiler for the core: the limits were held against estimates, not against a compiled library',
      );
      return null;
    }
  };
  return { measure };
}
