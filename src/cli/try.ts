import type { Command } from 'commander';
import { chooseLibrary, type LibraryChoice } from './emulate/choose-library.ts';
import { interrupted } from './interrupt.ts';
import { wholeNumber } from './options.ts';
import { printJson, printLine, printRemark } from './output.ts';
import { startTryServer } from './try/server.ts';

/** `neai try LIB`: the emulator as a page of this computer, until Ctrl-C. */
export function registerTry(program: Command): void {
  program
    .command('try')
    .description('open a local page with the functions of a library as buttons; until Ctrl-C')
    .argument('[library]', 'folder with library.json, that file, or a bundle zip; not with --project')
    .option('--project <folder>', 'in place of the library: the best one of a project')
    .option('--benchmark <n>', 'with --project: of this benchmark (default: the last)', wholeNumber(1))
    .option('--json', 'print the address as one JSON document')
    .action(async (path: string | undefined, options: LibraryChoice & { readonly json?: boolean }) => {
      const { library, limitedTo } = await chooseLibrary(path === undefined ? [] : [path], options);
      const server = await startTryServer(library, limitedTo);
      if (options.json) printJson({ library: library.id, url: server.url });
      else printLine(server.url);
      printRemark('open this address in a browser of this computer; Ctrl-C ends it');
      await untilInterrupted();
      await server.close();
    });
}

function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    if (interrupted.aborted) resolve();
    interrupted.addEventListener('abort', () => resolve(), { once: true });
  });
}
