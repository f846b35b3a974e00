import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { llvmFolders } from '../../src/host/wasm-library/llvm-folder.ts';

test('of several LLVMs the newest is taken that has compiler and linker', async () => {
  const root = await mkdtemp(join(tmpdir(), 'neai-llvm-'));
  try {
    const tools = {
      'llvm-9': ['clang', 'llvm-link'],
      'llvm-14': ['clang', 'llvm-link'],
      'llvm-18': ['clang'],
    };
    for (const [version, programs] of Object.entries(tools)) {
      await mkdir(join(root, version, 'bin'), { recursive: true });
      for (const program of programs) await writeFile(join(root, version, 'bin', program), '');
    }
    await mkdir(join(root, 'llvm-common'));
    expect(llvmFolders(root)).toEqual(['llvm-14', 'llvm-9'].map((name) => join(root, name, 'bin')));
    expect(llvmFolders(join(root, 'not there'))).toEqual([]);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
});
