import { CPU_TRAITS, type CpuModel } from './core-models.ts';
import { libraryVersion, UnicornEngine } from './unicorn.ts';

const NOBODY = {
  ioRead: () => 0,
  ioWrite: () => undefined,
  protectedWrite: () => undefined,
  unmapped: () => undefined,
  watched: () => undefined,
};

/**
 * Opens a core of every model once: the engine itself refuses to start unless the model sticks, rejects what that core
 * must reject and accepts what it must accept, and its counters are where it can stop them.
 * @returns the version of the emulator library.
 * @throws NeaiError VIRTUAL_CPU_UNAVAILABLE, VIRTUAL_CPU_SELF_TEST
 */
export function selfTest(): string {
  for (const model of Object.keys(CPU_TRAITS) as CpuModel[]) new UnicornEngine(model, NOBODY).close();
  return libraryVersion();
}
