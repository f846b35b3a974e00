import { stackBounds } from '../src/host/stack-bound.ts';

const NODE = /^node: \{ title: "([^"]+)" label: "[^"]*\d+ bytes/gm;
const EDGE = /^edge: \{ sourcename: "[^"]+" targetname: "([^"]+)"/gm;
/** Far deeper than any stack, so that the path through a pointer is the worst. */
const DEEP_BYTES = 2 ** 20;

const node = (name: string, bytes: number): string =>
  `node: { title: "${name}" label: "${name}\\n${bytes} bytes (static)" }\n`;

/** Functions that a call graph has frames of. */
export const functionsOf = (graph: string): string[] => [...graph.matchAll(NODE)].map(([, name]) => name!);

/** Worst stack of a file's functions if whatever they call elsewhere took none. */
export function framesAlone(graph: string): number {
  const own = functionsOf(graph);
  const elsewhere = [...graph.matchAll(EDGE)].map(([, name]) => name!).filter((name) => !own.includes(name));
  const nothing = [...new Set(elsewhere)].map((name) => node(name, 0));
  return Math.max(...Object.values(stackBounds([graph, ...nothing], own)));
}

/** Stack that is taken when the deepest call through a pointer is made. */
export function stackAbovePointers(graphs: readonly string[], entries: readonly string[]): number {
  const deep = node('neai_deep', DEEP_BYTES);
  return Math.max(...Object.values(stackBounds([...graphs, deep], entries))) - DEEP_BYTES;
}
