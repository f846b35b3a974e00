import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseScenarioFile, readScenarioFile } from '../../harness/written/scenario-file.ts';

const steps = (...lines: string[]): string =>
  `scenario: a\nsteps:\n${lines.map((line) => `  ${line}\n`).join('')}`;

function messageOf(text: string): string {
  try {
    parseScenarioFile(text, 'a.yaml');
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

describe('a scenario written as data', () => {
  it('is read with its defaults, and every step knows its place and its words', () => {
    const read = parseScenarioFile(
      steps(
        '- initialize',
        '- learn: [regular 1-40, abnormal 7]',
        '- detect: regular',
        '  expect:',
        '    mean_at_least: 80.5',
      ),
      'a.yaml',
    );
    expect(read).toEqual({
      file: 'a.yaml',
      place: { line: 1, column: 11 },
      title: 'a',
      description: undefined,
      tags: [],
      library: 'fixtures/pump-1x16',
      dataset: undefined,
      identicalToEmulator: true,
      steps: [
        { step: { verb: 'initialize', expect: {} }, place: { line: 3, column: 5 }, text: 'initialize' },
        {
          step: {
            verb: 'learn',
            signals: [
              { label: 'regular', first: 1, last: 40 },
              { label: 'abnormal', first: 7, last: 7 },
            ],
            expect: {},
          },
          place: { line: 4, column: 5 },
          text: 'learn regular 1-40, abnormal 7',
        },
        {
          step: {
            verb: 'detect',
            signals: [{ label: 'regular', first: 1, last: undefined }],
            expect: { mean_at_least: 80.5 },
          },
          place: { line: 5, column: 5 },
          text: 'detect regular, expect mean_at_least 80.5',
        },
      ],
    });
  });

  it.each([
    ['- reset', { verb: 'reset', by: 'pin' }],
    ['- reset:', { verb: 'reset', by: 'pin' }],
    ['- reset: software', { verb: 'reset', by: 'software' }],
    ['- power_cycle', { verb: 'power_cycle' }],
    ['- wait: 1.5 h', { verb: 'wait', ms: 5_400_000 }],
    ['- set_sensitivity: 0.1', { verb: 'set_sensitivity', sensitivity: 0.1 }],
    ['- expect_counter: 0', { verb: 'expect_counter', counter: 0 }],
    ['- expect_sensitivity: 1e1', { verb: 'expect_sensitivity', sensitivity: 10 }],
    [
      '- { save: chip, load_at_boot: yes }',
      { verb: 'save', via: 'chip', name: 'knowledge', loadAtBoot: true },
    ],
    ['- { save: swd, as: first }', { verb: 'save', via: 'swd', name: 'first', loadAtBoot: false }],
  ])('takes %s', (line, step) => {
    expect(parseScenarioFile(steps(line), 'a').steps[0]!.step).toEqual(step);
  });

  it.each<[string, string, number, number, RegExp]>([
    [
      'a step that there is not',
      steps('- lern: regular 1'),
      3,
      5,
      /'lern' is no step; steps are: initialize, learn/,
    ],
    ['a step that is a misspelt word', steps('- initialise'), 3, 5, /'initialise' is no step/],
    ['a step that is a list', steps('- [initialize]'), 3, 5, /this is no step/],
    [
      'two steps behind one dash',
      steps('- learn: regular 1', '  detect: regular 2'),
      3,
      5,
      /learn and detect are two/,
    ],
    [
      'an unknown key of a step',
      steps('- learn: regular 1', '  exepct:', '    code: 1'),
      4,
      5,
      /unknown key exepct/,
    ],
    [
      'an unknown expectation',
      steps('- detect: regular 1', '  expect:', '    atleast: 1'),
      5,
      7,
      /unknown key atleast/,
    ],
    ['learn without signals', steps('- learn'), 3, 5, /names no signals/],
    ['signals of no kind', steps('- learn: normal 1-40'), 3, 12, /'normal 1-40' names no signals.*regular 7/],
    ['signals counted backwards', steps('- learn: regular 40-1'), 3, 12, /'regular 40-1' names no signals/],
    ['signals counted from zero', steps('- learn: regular 0-3'), 3, 12, /names no signals/],
    ['one wrong choice among several', steps('- learn: [regular 1, odd]'), 3, 24, /'odd' names no signals/],
    [
      'a similarity above 100',
      steps('- detect: regular', '  expect:', '    similarity_at_least: 900'),
      5,
      28,
      /100/,
    ],
    [
      'a similarity that is a word',
      steps('- detect: regular', '  expect:', '    mean_at_most: low'),
      5,
      21,
      /not a number/,
    ],
    [
      'a code and a similarity at once',
      steps('- detect: regular', '  expect:', '    code: 124', '    mean_at_most: 3'),
      5,
      7,
      /a code is expected/,
    ],
    [
      'a similarity of learn',
      steps('- learn: regular', '  expect:', '    mean_at_most: 3'),
      5,
      7,
      /unknown key mean_at_most/,
    ],
    [
      'a word for yes',
      steps('- learn: regular', '  expect:', '    identical_to_emulator: true'),
      5,
      30,
      /neither yes nor no/,
    ],
    ['a duration without unit', steps('- wait: 10'), 3, 11, /no duration; write for example/],
    ['another way to save', steps('- save: usb'), 3, 11, /none of: swd, firmware, chip/],
    ['another way to reset', steps('- reset: hard'), 3, 12, /neither pin nor software/],
    ['something behind power_cycle', steps('- power_cycle: 2 s'), 3, 18, /takes nothing/],
    [
      'a load at boot of what is not on the chip',
      steps('- save: swd', '  load_at_boot: yes'),
      4,
      19,
      /saved on the chip/,
    ],
    [
      'a restore of what was never saved',
      steps('- save: swd', '- { restore: swd, from: b }'),
      4,
      5,
      /nothing was saved as 'b'/,
    ],
    [
      'a restore before the save',
      steps('- restore: chip', '- save: chip'),
      3,
      5,
      /nothing was saved on the chip/,
    ],
    ['no steps', 'scenario: a\nsteps: []\n', 2, 8, /no steps/],
    ['no title', 'steps:\n  - reset\n', 1, 1, /scenario/],
    ['an unknown key', `${steps('- reset')}librari: x\n`, 4, 1, /unknown key librari/],
    ['a key twice', `${steps('- reset')}scenario: b\n`, 4, 1, /unique/],
    ['a tabulator', 'scenario: a\nsteps:\n\t- reset\n', 3, 1, /tab/i],
  ])('is refused for %s, at its line and column', (_what, text, line, column, message) => {
    expect(() => parseScenarioFile(text, 'a.yaml')).toThrow(
      expect.objectContaining({
        code: 'SCENARIO_FILE_INVALID',
        message: expect.stringMatching(message),
        details: expect.objectContaining({ file: 'a.yaml', line, column }),
      }),
    );
  });

  it('that is not there is refused by name', () => {
    expect(() => readScenarioFile('/nonexistent/a.yaml')).toThrow(
      expect.objectContaining({ code: 'SCENARIO_FILE_INVALID' }),
    );
  });

  it('is what every example of the documentation is', () => {
    const page = readFileSync('docs/scenarios-yaml.md', 'utf8');
    const examples = [...page.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, text]) => text!);
    expect(examples.length).toBeGreaterThanOrEqual(2);
    for (const text of examples) expect(parseScenarioFile(text, 'docs').steps).not.toEqual([]);
  });

  it('has every step and every key in the documentation', () => {
    const page = readFileSync('docs/scenarios-yaml.md', 'utf8');
    const [, verbs] = /steps are: (.*)$/.exec(messageOf(steps('- no_such_step')))!;
    const keys = [
      'as: ',
      'from: ',
      'load_at_boot',
      'similarity_at_least',
      'similarity_at_most',
      'mean_at_least',
      'mean_at_most',
      'code: ',
      'identical_to_emulator',
    ];
    for (const word of [...verbs!.split(', '), ...keys]) expect(page).toContain(`\`${word}`);
  });

  it('is what every committed YAML file is', () => {
    const files = readdirSync('scenarios').filter((name) => name.endsWith('.yaml'));
    expect(files.length).toBeGreaterThanOrEqual(3);
    for (const name of files) expect(readScenarioFile(join('scenarios', name)).steps).not.toEqual([]);
  });
});
