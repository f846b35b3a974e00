import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { memberDispatch } from '../src/engine/codegen/members.ts';
import {
  modelSources,
  modelSymbol,
  RUNTIME_SOURCES,
  transformSources,
  transformSymbol,
} from '../src/engine/codegen/sources.ts';
import type { Model } from '../src/engine/models/model.ts';
import { MODELS } from '../src/engine/models/registry.ts';
import { SINGLE_MODELS } from '../src/engine/models/singles.ts';
import { TRANSFORMS } from '../src/engine/transforms/registry.ts';
import { withExports } from '../src/host/wasm-library/exports.ts';
import { LLVM_FOLDER } from '../src/host/wasm-library/llvm-folder.ts';
import type { FilePlan } from '../src/shared/file-plan.ts';

const ENGINE = join(import.meta.dirname, '../src/engine');
const TARGET = 'src/engine/wasm/kernels.generated.ts';
const DRIVER = 'kernels/neai_search.c';
const EXPORTS = ['stage', 'features', 'model', 'learn', 'ratios'].map((name) => `neai_search_${name}`);

/** -ffp-contract=off as everywhere: WebAssembly has no fused multiply-add, but the sources must not ask for one. */
const FLAGS = [
  ...['--target=wasm32', '-std=c11', '-O3', '-msimd128', '-mbulk-memory', '-ffreestanding'],
  ...['-ffp-contract=off', '-fno-fast-math', '-fno-math-errno', '-DNEAI_TAPS', '-I.'],
];

const MATH_HEADER = '#define sqrtf __builtin_sqrtf\n';

/**
 * The kernels as WebAssembly, in a module that carries them as text: src/engine does no input or output. The file
 * names the digest of the sources it was made of, so that its freshness can be checked where there is no compiler.
 */
export async function emitSearchKernels(): Promise<FilePlan> {
  const sources = await readSources();
  const digest = createHash('sha256');
  for (const [name, text] of [...sources].sort()) digest.update(`${name}\n${text}\n`);
  const key = digest.update(FLAGS.join(' ')).digest('hex');
  const present = await readFile(join(ENGINE, '../..', TARGET), 'utf8').catch(() => '');
  const content = present.includes(key) ? present : moduleText(key, await compile(sources));
  return [{ path: TARGET, content }];
}

async function readSources(): Promise<Map<string, string>> {
  const from = new Map(
    [...RUNTIME_SOURCES, ...TRANSFORMS.flatMap(transformSources), ...MODELS.flatMap(modelSources)].map(
      (source) => [source.name, source.from],
    ),
  )
    .set('neai_search.c', DRIVER)
    .set('neai_rows.h', 'kernels/neai_rows.h')
    .set('neai_prototypes_rows.h', 'models/neai_prototypes_rows.h');
  for (const model of MODELS.filter(hasRows)) from.set(`${modelSymbol(model)}_rows.c`, rowsFile(model));
  const texts = new Map<string, string>();
  for (const [name, path] of from) texts.set(name, await readFile(join(ENGINE, path), 'utf8'));
  return texts.set('math.h', MATH_HEADER).set('neai_search_tables.h', kernelTables());
}

/** Scores of many rows at once: only the search has them, and a model may do without. */
const rowsFile = ({ name }: Model): string => `models/${name}/rows.c`;
const hasRows = (model: Model): boolean => existsSync(join(ENGINE, rowsFile(model)));

/** As neai_member_score, of rows; a member without rows.c is scored row by row. */
function memberRows(): string {
  const cases = SINGLE_MODELS.flatMap((model, kind) =>
    hasRows(model)
      ? [
          `    case ${kind}u:`,
          `        ${modelSymbol(model)}_rows(member, state, count, rows, scores, work);`,
          '        return;',
        ]
      : [],
  );
  return [
    'void neai_member_rows(uint32_t kind, const neai_model *member, const neai_word *state, uint32_t count,',
    '                      const neai_rows *rows, float *scores, float *work)',
    '{',
    '    switch (kind) {',
    ...cases,
    '    default:',
    '        for (uint32_t i = 0; i < rows->lines; i++) {',
    '            const float *features = &rows->features[i * rows->stride];',
    '            scores[i] = neai_member_score(kind, member, state, count, features, work);',
    '        }',
    '    }',
    '}',
  ].join('\n');
}

function kernelTables(): string {
  const stages = TRANSFORMS.map(transformSymbol);
  const models = MODELS.map(modelSymbol);
  const withRows = MODELS.filter(hasRows).map(modelSymbol);
  const entry = (name: string): string =>
    `{${name}_learn, ${name}_score, ${withRows.includes(name) ? `${name}_rows` : '0'}}`;
  return `#include "neai_members.h"
${memberDispatch(SINGLE_MODELS)}
${withRows.map((name) => `NEAI_MODEL_ROWS(${name});`).join('\n')}
${memberRows()}
${stages.map((name) => `NEAI_STAGE_KERNEL(${name});`).join('\n')}
${models.map((name) => `NEAI_MODEL_KERNELS(${name});`).join('\n')}
#define SEARCH_STAGE_KERNELS ${stages.join(', ')}
#define SEARCH_MODEL_KERNELS ${models.map(entry).join(', ')}
`;
}

/** One object out of all sources; with exports it can be instantiated without a linker. */
async function compile(sources: ReadonlyMap<string, string>): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'neai-search-kernels-'));
  try {
    const run = (tool: string, ...args: readonly string[]) =>
      execa(join(LLVM_FOLDER, tool), args, { cwd: folder });
    for (const [name, text] of sources) await writeFile(join(folder, name), text);
    const units = [...sources.keys()].filter((name) => name.endsWith('.c'));
    for (const unit of units) await run('clang', ...FLAGS, '-emit-llvm', '-c', unit, '-o', `${unit}.bc`);
    await run('llvm-link', ...units.map((unit) => `${unit}.bc`), '-o', 'all.bc');
    // one unit now: what only it uses can be put inline
    await run(
      'opt',
      '-O3',
      '-internalize',
      `-internalize-public-api-list=${EXPORTS.join(',')}`,
      'all.bc',
      '-o',
      'opt.bc',
    );
    await run('clang', ...FLAGS, '-c', 'opt.bc', '-o', 'all.o');
    return withExports(await readFile(join(folder, 'all.o')), EXPORTS);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function moduleText(key: string, module: Uint8Array): string {
  const list = (names: readonly { readonly name: string }[]): string =>
    `[\n${names.map(({ name }) => `    '${name}',\n`).join('')}  ]`;
  return `/** Generated by scripts/emit-search-kernels.ts (npm run generate); not to be edited. */
export const SEARCH_KERNELS = {
  sources: '${key}',
  transforms: ${list(TRANSFORMS)},
  models: ${list(MODELS)},
  module:
    '${Buffer.from(module).toString('base64')}',
};
`;
}
