import { NeaiError } from '../shared/errors.ts';

/** Most stack that one routine of the compiler's own library takes, with what it calls: measured in a test, with room. */
const COMPILER_ROUTINE_BYTES = 96;
const INDIRECT = '__indirect_call';
const NODE = /^node: \{ title: "([^"]+)" label: "([^"]*)"/gm;
const EDGE = /^edge: \{ sourcename: "([^"]+)" targetname: "([^"]+)"/gm;
const USAGE = /(\d+) bytes \(([a-z,]+)\)/;

interface CallGraph {
  /** Bytes of the frame of every function that was compiled. */
  readonly frames: ReadonlyMap<string, number>;
  readonly calls: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * Worst stack of each entry function and all that it calls, in bytes: the frames that gcc wrote down
 * (-fcallgraph-info=su) along the worst path. A call through a pointer may reach every function that nobody calls by
 * name; routines of libgcc and libc, of which gcc says nothing, count as 96 bytes. Neither the caller's own frame nor
 * what an interrupt pushes is in it.
 * @param graphs texts of the *.ci files, one per source
 * @throws BUILD_STACK_UNBOUNDED for a recursion, or a frame whose size only shows at run time
 */
export function stackBounds(graphs: readonly string[], entries: readonly string[]): Record<string, number> {
  const graph = readGraphs(graphs);
  const called = new Set([...graph.calls.values()].flatMap((targets) => [...targets]));
  const byPointer = [...graph.frames.keys()].filter((name) => !called.has(name) && !entries.includes(name));
  const known = new Map<string, number>();
  const path: string[] = [];

  const worst = (name: string): number => {
    const frame = graph.frames.get(name);
    if (frame === undefined) return COMPILER_ROUTINE_BYTES;
    const found = known.get(name);
    if (found !== undefined) return found;
    if (path.includes(name)) {
      throw new NeaiError('BUILD_STACK_UNBOUNDED', 'a function of the library may call itself', {
        got: [...path.slice(path.indexOf(name)), name].join(' -> '),
      });
    }
    path.push(name);
    const targets = [...(graph.calls.get(name) ?? [])].flatMap((target) =>
      target === INDIRECT ? byPointer : [target],
    );
    const bytes = frame + Math.max(0, ...targets.map(worst));
    path.pop();
    known.set(name, bytes);
    return bytes;
  };
  return Object.fromEntries(entries.map((name) => [name, worst(name)]));
}

function readGraphs(graphs: readonly string[]): CallGraph {
  const frames = new Map<string, number>();
  const calls = new Map<string, Set<string>>();
  for (const text of graphs) {
    for (const [, name, label] of text.matchAll(NODE)) {
      const usage = USAGE.exec(label!);
      if (usage === null) continue;
      if (usage[2] !== 'static') {
        throw new NeaiError('BUILD_STACK_UNBOUNDED', 'the stack of a function depends on its arguments', {
          got: `${name}: ${usage[0]}`,
        });
      }
      frames.set(name!, Number(usage[1]));
    }
    for (const [, from, to] of text.matchAll(EDGE)) {
      calls.set(from!, (calls.get(from!) ?? new Set()).add(to!));
    }
  }
  return { frames, calls };
}
