import { listBoards, loadBoard } from '../../boards/load.ts';
import { PRICED_CORES, type PricedCore } from '../../engine/codegen/flash-price.ts';
import type { SearchLimits } from '../../engine/search/search.ts';
import { NeaiError } from '../../shared/errors.ts';
import type { Project } from '../../studio/project/project-file.ts';
import type { CoupleFiles } from '../../studio/run-search.ts';

export interface FileOptions {
  readonly regular?: string[];
  readonly abnormal?: string[];
  readonly couple?: string[];
}

const usage = (message: string, remedy: string): NeaiError => new NeaiError('USAGE', message, { remedy });

/** Couples of a command line: --couple repeated, or --regular and --abnormal for one. @throws USAGE */
export function couplesOf({ regular, abnormal, couple }: FileOptions): CoupleFiles[] {
  if (couple === undefined) {
    if (regular === undefined) {
      throw usage(
        'nothing to search on',
        'Give --regular F… --abnormal F… --axes N, --couple …, or --project P.',
      );
    }
    return [{ name: 'couple 1', regular, abnormal: abnormal ?? [] }];
  }
  if (regular !== undefined || abnormal !== undefined) {
    throw usage('--couple has regular and abnormal files of its own', 'Leave --regular and --abnormal out.');
  }
  const couples = couple.map(coupleFrom);
  const twice = couples.find(({ name }, index) => couples.findIndex((other) => other.name === name) < index);
  if (twice !== undefined)
    throw usage(`two couples are named '${twice.name}'`, 'Give each a name of its own.');
  return couples;
}

/** `[NAME=]REGULAR[,REGULAR…][:ABNORMAL[,ABNORMAL…]]` */
function coupleFrom(text: string, index: number): CoupleFiles {
  const [, name, files] = /^(?:([^=:,]+)=)?(.*)$/s.exec(text)!;
  const labels = files!.split(':');
  const [regular = [], abnormal = []] = labels.map((list) => list.split(',').filter((file) => file !== ''));
  if (labels.length > 2 || regular.length === 0) {
    throw new NeaiError('USAGE', `"${text}" is no couple`, {
      asked: '[NAME=]REGULAR[,REGULAR…][:ABNORMAL[,ABNORMAL…]]',
      got: text,
      remedy: 'Files with commas, colons or equals signs in their names can be put into a project file.',
    });
  }
  return { name: name ?? `couple ${index + 1}`, regular, abnormal };
}

export interface LimitOptions {
  readonly maxRam?: number;
  readonly maxFlash?: number;
  readonly core?: PricedCore;
  readonly board?: string;
}

/** Limits of a command line. @throws USAGE, BOARD_UNKNOWN */
export function limitsOf({ maxRam, maxFlash, core, board }: LimitOptions): SearchLimits {
  if (core !== undefined && board !== undefined) throw usage('a board has its core', 'Leave --core out.');
  const target = board === undefined ? core : loadBoard(board).core;
  if (maxFlash !== undefined && target === undefined) {
    throw usage('flash is priced for a core', 'Add --core or --board.');
  }
  return {
    ...(maxRam === undefined ? {} : { maxRamBytes: maxRam }),
    ...(maxFlash === undefined ? {} : { maxFlashBytes: maxFlash }),
    ...(target === undefined ? {} : { core: target }),
  };
}

/** Limits of a project, and its core. @throws PROJECT_FILE_INVALID at a core or board that nobody knows */
export function limitsOfProject({
  file,
  description,
  placeOf,
}: Project): SearchLimits & { core: PricedCore } {
  const { target, limits } = description;
  const refuse = (what: 'core' | 'board', known: readonly string[]): never => {
    throw new NeaiError('PROJECT_FILE_INVALID', `target.${what}: there is no ${what} '${target[what]}'`, {
      file,
      ...placeOf(['target', what]),
      asked: `one of ${known.join(', ')}`,
      got: target[what]!,
    });
  };
  let core: PricedCore;
  if (target.board !== undefined) {
    if (!listBoards().includes(target.board)) refuse('board', listBoards());
    ({ core } = loadBoard(target.board));
  } else core = PRICED_CORES.find((known) => known === target.core) ?? refuse('core', PRICED_CORES);
  return {
    ...(limits.ram === undefined ? {} : { maxRamBytes: limits.ram }),
    ...(limits.flash === undefined ? {} : { maxFlashBytes: limits.flash }),
    core,
  };
}
