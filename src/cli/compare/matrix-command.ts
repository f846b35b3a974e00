import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listBoards } from '../../boards/load.ts';
import { toleranceFrom } from '../../compare/tolerances.ts';
import { loadRack } from '../../host/rack.ts';
import { NeaiError } from '../../shared/errors.ts';
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
import type { RecordedRun } from './sides/recorded-side.ts';
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
  const sides: ComparedSide[] = [];
  let recorded: RecordedRun | null = null;
  for (const form of formsOf(options)) {
    const chosen = await sideFrom(form, options);
    sides.push(chosen.side);
    recorded ??= chosen.recorded;
  }
  const prepared = await prepare(subjectOf(options, recorded), options, interrupted);
  const { library, plan } = prepared;
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

function formsOf({ matrix, reference, target, board, slot, rack = 'rack.yaml' }: CompareOptions): string[] {
  if (reference !== undefined || target !== undefined) {
    const remedy = 'Name every side in --matrix, or leave --matrix out.';
    throw new NeaiError('USAGE', '--matrix has no reference and no target', { remedy });
  }
  if (typeof matrix === 'string') {
    const forms = matrix.split(',').map((form) => form.trim());
    if (forms.length > 1) return forms;
    // No pair would be no failure either, and end as if everything had passed.
    const remedy = 'Name two sides or more, separated by commas.';
    throw new NeaiError('USAGE', 'one side alone is compared with nothing', { got: matrix, remedy });
  }
  const onPc = ['emulator', 'host-c', 'wasm'];
  if (board !== undefined || slot !== undefined) return [...onPc, 'board'];
  const slots = existsSync(rack) ? loadRack(rack).map(({ name }) => `slot:${name}`) : [];
  return [...onPc, ...slots, ...listBoards().map((id) => `board:${id}`)];
}
