import { describe, expect, it } from 'vitest';
import type { Answer, Board, BoardAnswer } from '../../harness/board.ts';
import { loadDataset } from '../../harness/dataset.ts';
import { Reference } from '../../harness/reference.ts';
import type { Signal } from '../../harness/signal.ts';
import { playScenario } from '../../harness/written/play.ts';
import { parseScenarioFile } from '../../harness/written/scenario-file.ts';
import { loadLibrary } from '../../src/studio/load-library.ts';

const FOLDER = 'scenarios/fixtures/pump-1x16';
const library = await loadLibrary(FOLDER);
const dataset = await loadDataset(FOLDER, library);

/** What a board that errs does differently from the emulator: its answers pass through here. */
type Err = (answer: Answer, call: string) => Answer;

/** An emulator in a board's place: real boards cannot be made to answer wrongly on purpose. */
function erringBoard(err: Err): Board {
  const inside = new Reference(library);
  const through = async (answer: Answer, call: string): Promise<BoardAnswer> => ({
    ...err(answer, call),
    ticks: 0,
  });
  return {
    initialize: () => through(inside.initialize(), 'initialize'),
    learn: (signal: Signal) => through(inside.learn(signal), 'learn'),
    detect: (signal: Signal) => through(inside.detect(signal), 'detect'),
    getStatus: () => through(inside.getStatus(), 'status'),
    setSensitivity: async (value: number) => inside.setSensitivity(value),
    getSensitivity: async () => inside.getSensitivity(),
    needs: () => undefined,
    needsTime: () => undefined,
  } as unknown as Board;
}

function play(steps: string, err: Err = (answer) => answer, head = ''): Promise<void> {
  const scenario = parseScenarioFile(`scenario: a\n${head}steps:\n${steps}`, 'a.yaml');
  return playScenario(scenario, {
    board: erringBoard(err),
    library,
    dataset,
    step: (_title, _place, work) => work(),
  });
}

const LEARNED = '  - initialize\n  - learn: regular 1-30\n';
const otherDigest: Err = (answer, call) =>
  call === 'learn' && answer.learnCounter === 7 ? { ...answer, digest: answer.digest ^ 1 } : answer;

describe('a scenario written as data, played', () => {
  it('passes when the board answers as the emulator does and every expectation is met', async () => {
    await play(
      `${LEARNED}  - detect: regular 31-40\n    expect:\n      mean_at_least: 50\n  - expect_counter: 30\n`,
    );
  });

  it.each<[string, string, Err, number, string, RegExp, RegExp]>([
    [
      'one bit of the digest',
      LEARNED,
      otherDigest,
      4,
      'learn of regular 7: what the emulator answers',
      /7 learned/,
      /7 learned/,
    ],
    [
      'a code of learn',
      LEARNED.replace('- initialize', '- initialize:'),
      (answer, call) => (call === 'learn' ? { ...answer, code: 2 } : answer),
      4,
      'learn of regular 1: what the emulator answers',
      /code 1/,
      /code 2/,
    ],
    [
      'a similarity that is too low',
      `${LEARNED}  - detect: [regular 31, abnormal 3]\n    expect:\n      similarity_at_least: 95\n`,
      (answer) => answer,
      5,
      'the similarity of abnormal 3',
      /at least 95/,
      /^\d+$/,
    ],
    [
      'a similarity that is too high',
      `${LEARNED}  - detect: regular 31\n    expect:\n      similarity_at_most: 1\n`,
      (answer) => answer,
      5,
      'the similarity of regular 31',
      /at most 1/,
      /^\d+$/,
    ],
    [
      'a mean that is too low',
      `${LEARNED}  - detect: abnormal 1-20\n    expect:\n      mean_at_least: 99.5\n`,
      (answer) => answer,
      5,
      'the mean of 20 similarities',
      /at least 99.5/,
      /^\d/,
    ],
    [
      'a code where a similarity is expected',
      '  - initialize\n  - detect: regular 1\n',
      (answer) => answer,
      4,
      'the similarity of regular 1',
      /at most 100/,
      /124, which is no similarity: not ready/,
    ],
    [
      'a similarity where a code is expected',
      `${LEARNED}  - detect: regular 31\n    expect:\n      code: 124\n`,
      (answer) => answer,
      5,
      'the code of detect of regular 31',
      /124/,
      /^\d+$/,
    ],
    [
      'a learn counter',
      `${LEARNED}  - expect_counter: 31\n`,
      (answer) => answer,
      5,
      'the learn counter',
      /31/,
      /30/,
    ],
    [
      'a sensitivity',
      '  - initialize\n  - set_sensitivity: 1.5\n  - expect_sensitivity: 1.25\n',
      (answer) => answer,
      5,
      'the sensitivity',
      /1\.25/,
      /1\.5/,
    ],
  ])(
    'misses %s, and says so with the place in the file',
    async (_what, steps, err, line, message, asked, got) => {
      await expect(play(steps, err)).rejects.toMatchObject({
        code: 'EXPECTATION_MISSED',
        message: expect.stringContaining(message),
        details: {
          file: 'a.yaml',
          line,
          column: 5,
          asked: expect.stringMatching(asked),
          got: expect.stringMatching(got),
        },
      });
    },
  );

  it('does not ask the emulator where the file says so, for all steps or for one', async () => {
    await play(LEARNED, otherDigest, 'identical_to_emulator: no\n');
    await play(`${LEARNED}    expect:\n      identical_to_emulator: no\n`, otherDigest);
    const asked = `${LEARNED}    expect:\n      identical_to_emulator: yes\n`;
    await expect(play(asked, otherDigest, 'identical_to_emulator: no\n')).rejects.toMatchObject({
      code: 'EXPECTATION_MISSED',
    });
  });

  it('accepts a set sensitivity as the float32 nearest to it', async () => {
    await play('  - initialize\n  - set_sensitivity: 0.1\n  - expect_sensitivity: 0.1\n');
  });

  it('is refused before its first step when it names lines that the file does not have', async () => {
    const calls: string[] = [];
    const played = play(`${LEARNED}  - detect: abnormal 70-81\n`, (answer, call) => {
      calls.push(call);
      return answer;
    });
    await expect(played).rejects.toMatchObject({
      code: 'SCENARIO_FILE_INVALID',
      details: { line: 5, column: 5, got: 'abnormal 70-81' },
    });
    expect(calls).toEqual([]);
  });
});
