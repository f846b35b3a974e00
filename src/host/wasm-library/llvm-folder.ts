import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const DEBIAN = '/usr/lib';
const TOOLS = ['clang', 'llvm-link'];

/** Folders of Debian's and Ubuntu's LLVM that have the compiler and the linker of its own code, the newest first. */
export function llvmFolders(root: string): string[] {
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .flatMap((name) => /^llvm-(\d+)$/.exec(name)?.[1] ?? [])
    .map(Number)
    .toSorted((a, b) => b - a)
    .map((version) => join(root, `llvm-${version}`, 'bin'))
    .filter((folder) => TOOLS.every((tool) => existsSync(join(folder, tool))));
}

/** Programs of LLVM: NEAI_LLVM, else the newest that the distribution has installed. */
export const LLVM_FOLDER = process.env['NEAI_LLVM'] ?? llvmFolders(DEBIAN)[0] ?? join(DEBIAN, 'llvm/bin');
