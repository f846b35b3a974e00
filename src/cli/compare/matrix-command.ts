import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listBoards } from '../../boards/load.ts';
import { toleranceFrom } from '../../compare/tolerances.ts';
import { loadRack } from '../../host/rack.ts';
import { libraryText } from '../../studio/library-text.ts';
import { interrupted } from '../interrupt.ts';
import { printJson, printLine } from '../output.ts';
import { budgetOf } from './budgets.ts';
import { compareMatrix, matrixLines, matrixStatus } from './matrix.ts';
import { type CompareOptions, subjectOf } from './options.ts';
import { makeRunFolder } from './run-folder.ts';
import { libraryFacts } from './run-sides.ts';
import { sideFrom } from './sides/choose.ts';
import { sideContext } from './sides/context.ts';
import type { ComparedSide } from './sides/side.ts';
import { Stopwatch } from './stopwatch.ts';
import { prepare } from './subject.ts';

/**
 * `neai compare --matrix`: each side runs once, each is compared with each. Without a list: emulator, C library, the
 * same as WebAssembly, the board that is named; where none is, every slot of the rack file and every kind of virtual board.
 */
export async function compareMatrixCommand(options: CompareOptions): Promise<void> {
  const startedAt = new Date();
  const startMs = performance.now();
  const watch = new Stopwatch();
  const tolerance = toleranceFrom(options.tolerance, options.toleranceReason);
  const limits = budgetOf(options);
  const prepared = await prepare(subjectOf(options), options, interrupted);
  const { library, plan } = prepared;
  const sides: ComparedSide[] = [];
  for (const form of formsOf(options)) sides.push((await sideFrom(form, options)).side);
  const folder = await makeRunFolder(options.out, options.name ?? 'compare', startedAt);
  await writeFile(join(folder.path, 'library.json'), libraryText(library));
  const { sensitivity } = options;
  const context = sideContext(prepared, {
    sensitivity,
    folder: folder.path,
    signal: interrupted,
    watch,
    startMs,
  });
  try {
    const cells = await compareMatrix(sides, {
      threshold: options.threshold,
      limits,
      tolerance,
      explain: options.explain !== false,
      folder,
      startedAt,
      command: ['neai', ...process.argv.slice(2)].join(' '),
      plan,
      library: libraryFacts(prepared),
      context,
    });
    const document = { library: library.id, tolerance, cells };
    const file = join(folder.path, 'matrix.json');
    await writeFile(file, `${JSON.stringify(document, null, 2)}\n`);
    if (options.json) printJson({ ...document, matrix: file });
    else for (const line of [...matrixLines(cells), `matrix ${file}`]) printLine(line);
    process.exitCode = matrixStatus(cells);
  } finally {
    for (const side of sides) await side.close();
  }
}

function formsOf({ matrix, board, slot, rack = 'rack.yaml' }: CompareOptions): string[] {
  if (typeof matrix === 'string') return matrix.split(',').map((form) => form.trim());
  const onPc = ['emulator', 'host-c', 'wasm'];
  if (board !== undefined || slot !== undefined) return [...onPc, 'board'];
  const slots = existsSync(rack) ? loadRack(rack).map(({ name }) => `slot:${name}`) : [];
  return [...onPc, ...slots, ...listBoards().map((id) => `board:${id}`)];
}
