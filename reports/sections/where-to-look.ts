import type { Divergence, DivergenceStage } from '../../src/record/divergence.ts';
import type { RunRecord } from '../../src/record/run-record.ts';
import { hex8, type SideNames, sideNames } from '../format.ts';
import { html, type Markup } from '../html.ts';

/** Differences up to here are most often a matter of rounding. */
const ROUNDING_ULP = 64;

interface Look {
  /** Whose part it most likely is, as a phrase. */
  readonly place: string;
  /** What in the record speaks for it. */
  readonly why: string;
  /** What the difference lies in when the knowledge before the call was the same. */
  readonly liesIn: string;
}

/** Where the fault behind a located difference most likely lies, and what the state before the call says of it. */
export function whereToLook(record: RunRecord): Markup | null {
  const { divergence } = record;
  if (divergence === null || divergence.stage === null) return null;
  const { place, why, liesIn } = lookAt(divergence, divergence.stage, sideNames(record.sides));
  const before = stateBefore(record, divergence, liesIn);
  return html`<div class="look"><p><b>Where to look:</b> most likely <b data-look="place">${place}</b>, as ${why}.</p>
${before === null ? null : html`<p data-look="before">${before}</p>`}</div>`;
}

function lookAt(divergence: Divergence, stage: DivergenceStage, { target }: SideNames): Look {
  const { operation } = divergence;
  const inCall = 'what this call did with it, or in state outside the knowledge';
  switch (stage.kind) {
    case 'input':
      return {
        place: `what feeds the ${target}: reading, windowing, order of axes or bytes, or the transport`,
        why: 'the values differ on arrival, before the first step of the library',
        liesIn: 'what reached the library in this call',
      };
    case 'transform':
      return { ...inTransform(divergence, stage, target), liesIn: inCall };
    case 'score':
      return {
        place: `the model in the library code of the ${target}, or what it keeps derived from the knowledge`,
        why: 'its features are the same and its distance is not',
        liesIn: inCall,
      };
    case 'distance':
      return {
        place: `how the ${target} handles its state: a value derived from the knowledge that was not derived again`,
        why: "the model's distance is the same, and what it is divided by is not",
        liesIn: 'state outside the knowledge, kept between calls',
      };
    case 'similarity':
      return {
        place: `configuration of the ${target}: its sensitivity or calibration`,
        why: 'the distance is the same and the similarity made of it is not',
        liesIn: 'what translates a distance, which is no part of the knowledge',
      };
    case 'call':
    case 'counter':
      return wasRun(divergence)
        ? {
            place: `library code of the ${target}: where it counts what it has learned`,
            why: 'the steps ran and the counter is another one',
            liesIn: inCall,
          }
        : {
            place: `harness or transport: this ${operation} was lost on its way to the ${target}, or answered without the library`,
            why: 'it was answered, and the steps of the library were seen to run on one side at most',
            liesIn: 'whether this call reached the library',
          };
    case 'knowledge':
    case 'knowledge-before':
      return operation === 'learn' && stage.kind === 'knowledge'
        ? {
            place: `library code of the ${target}: how the model learns and stores`,
            why: 'all that was seen to go into learning is the same',
            liesIn: inCall,
          }
        : {
            place: `how the ${target} handles its state: what writes, stores or restores knowledge`,
            why: `this ${operation} is not where knowledge may change`,
            liesIn: inCall,
          };
    case 'return-code':
      return {
        place: `library code of the ${target}: its checks of state and signal`,
        why: 'nothing but the code that it returned differs',
        liesIn: inCall,
      };
  }
}

function inTransform(
  divergence: Divergence,
  stage: DivergenceStage,
  target: string,
): Pick<Look, 'place' | 'why'> {
  if (isFlushed(divergence)) {
    return {
      place: `build or start-up of the ${target}: compiler flags or the mode of its FPU (flush to zero)`,
      why: 'a value too small for a normal number became zero',
    };
  }
  const largest = divergence.stages.find(({ stage: { index } }) => index === stage.index)?.largestUlp ?? null;
  if (largest !== null && largest <= ROUNDING_ULP) {
    return {
      place: `build of the ${target}: compiler flags (fused multiply-add, fast math) or another math library`,
      why: 'the results of this step are apart by roundings only',
    };
  }
  return divergence.search.repeats === false
    ? {
        place: `state that the ${target} keeps between calls and uses in ${stage.name}`,
        why: 'the step differs in the run, and not when the call is repeated by itself',
      }
    : {
        place: `library code of the ${target}: ${stage.name}, or the parameters it was built with`,
        why: 'what was seen before this step is the same, and its output is not',
      };
}

/** Whether the target has a zero where the reference has a number too small to be a normal one. */
function isFlushed({ reference, target }: Divergence): boolean {
  if (reference?.hex == null || target?.hex == null) return false;
  const [ours, theirs] = [Number(reference.hex), Number(target.hex)];
  return (ours & 0x7f800000) === 0 && (ours & 0x7fffffff) !== 0 && (theirs & 0x7fffffff) === 0;
}

const wasRun = ({ stages }: Divergence): boolean =>
  stages.some(({ stage: { kind } }) => kind === 'input' || kind === 'transform');

/** What the knowledge before the call says: null where nothing is known of it. */
function stateBefore({ calls }: RunRecord, { call, search }: Divergence, liesIn: string): string | null {
  const [ours, theirs] = [calls.reference.digest[call - 1] ?? null, calls.target.digest[call - 1] ?? null];
  if (ours === null || theirs === null) return null;
  if (ours !== theirs) {
    return `Before this call the knowledge was another one already (digests ${hex8(ours)} and ${hex8(theirs)}): look at the calls before it as well.`;
  }
  const alone = {
    true: 'Repeated by itself from that knowledge, this call parts again: earlier calls play no part in it.',
    false:
      'Repeated by itself from that knowledge, this call gives the same on both sides: what parts it in the run is not in the knowledge, but left behind elsewhere by earlier calls, or on the way to the library.',
    null: '',
  }[String(search.repeats) as 'true' | 'false' | 'null'];
  return `Before this call the knowledge was the same on both sides (digest ${hex8(ours)}), so the difference lies in ${liesIn}. ${alone}`.trim();
}
