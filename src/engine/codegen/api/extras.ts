import { knowledgeVersion } from '../../emulator/emulator.ts';
import { type Library, libraryShape } from '../../library.ts';
import { layOut } from '../layout.ts';
import { type HeaderFacts, recommendedLearns } from './api.ts';

/** Macros that the header of every generation has beside its own. All begin with NEAI_, so that a program's own names stay free. */
export function extraMacros(library: Library, { limitedTo, hasKnowledge }: HeaderFacts): string {
  const { knowledgeWords } = layOut(library.pipeline, library.model, libraryShape(library));
  return `/* Beyond the original */
/** Learns that are recommended before the first detect. */
#define NEAI_MINIMUM_LEARNING_ITERATIONS ${recommendedLearns(library)}
/** Fewer learns than these, and there is no similarity. */
#define NEAI_DETECT_FLOOR ${library.detectFloor}
/** Bytes of section .neai: all that learning changes. */
#define NEAI_KNOWLEDGE_SIZE ${4 * knowledgeWords}
/** First word of section .neai once it is initialised. */
#define NEAI_KNOWLEDGE_VERSION 0x${knowledgeVersion(library.id).toString(16).padStart(8, '0')}u
/** Recommended threshold: a similarity below it reveals an anomaly. */
#define NEAI_THRESHOLD 90
${hasKnowledge ? '/** The library can begin with knowledge of its own. */\n#define NEAI_WITH_KNOWLEDGE 1\n' : ''}${
  limitedTo.length > 0
    ? `/** This library works on ${limitedTo.join(', ')} only. */\n#define NEAI_LIMITED 1\n`
    : ''
}`;
}

/** The enumeration of states of API generations 3 to 5: one name, other members. */
export function stateEnum(
  members: readonly (readonly [name: string, value: number, meaning: string])[],
): string {
  const rows = members.map(([name, value, meaning]) => `    ${name} = ${value}, /* ${meaning} */\n`);
  return `enum neai_state {\n${rows.join('')}};`;
}
