/** An element of a JUnit file, as its readers (Jenkins, GitLab, GitHub's actions) take it apart. */
export interface JUnitElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: JUnitElement[];
  text: string;
}

/** Which elements may stand in which, and which attributes each must have. */
const STRUCTURE: Readonly<
  Record<string, { readonly within: string; readonly attributes: readonly string[] }>
> = {
  testsuites: { within: '', attributes: ['tests', 'failures', 'errors', 'skipped', 'time'] },
  testsuite: {
    within: 'testsuites',
    attributes: ['name', 'tests', 'failures', 'errors', 'skipped', 'time', 'timestamp'],
  },
  testcase: { within: 'testsuite', attributes: ['name', 'classname'] },
  properties: { within: 'testcase', attributes: [] },
  property: { within: 'properties', attributes: ['name', 'value'] },
  failure: { within: 'testcase', attributes: ['message', 'type'] },
  error: { within: 'testcase', attributes: ['message', 'type'] },
  skipped: { within: 'testcase', attributes: [] },
  'system-out': { within: 'testcase', attributes: [] },
  'system-err': { within: 'testcase', attributes: [] },
};

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const plain = (text: string): string =>
  text.replaceAll(/&(#x[0-9a-f]+|#\d+|\w+);/gi, (whole, name: string) => {
    if (name.startsWith('#x')) return String.fromCodePoint(Number.parseInt(name.slice(2), 16));
    if (name.startsWith('#')) return String.fromCodePoint(Number(name.slice(1)));
    return ENTITIES[name] ?? whole;
  });

/**
 * Reads a JUnit file and holds it against the structure that its readers know: elements in their places, attributes
 * there, counts equal to what they count.
 * @throws Error naming the first thing that is not as it must be.
 */
export function readJUnit(xml: string): JUnitElement {
  const open: JUnitElement[] = [{ name: '', attributes: {}, children: [], text: '' }];
  const tokens = xml.matchAll(
    /<!\[CDATA\[(?<data>[\s\S]*?)\]\]>|<\/(?<end>[\w-]+)>|<(?<start>[\w-]+)(?<attributes>(?:\s+[\w-]+="[^"<]*")*)\s*(?<empty>\/?)>|(?<text>[^<]+)|(?<other><[^>]*>?)/g,
  );
  for (const { groups = {} } of tokens) {
    const top = open.at(-1)!;
    if (groups['other'] !== undefined) throw new Error(`not read: ${groups['other']}`);
    if (groups['data'] !== undefined) top.text += groups['data'];
    else if (groups['text'] !== undefined) top.text += plain(groups['text']);
    else if (groups['end'] !== undefined) {
      if (groups['end'] !== top.name) throw new Error(`${top.name} ends as ${groups['end']}`);
      open.pop();
    } else {
      const attributes = Object.fromEntries(
        [...groups['attributes']!.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [
          name!,
          plain(value!),
        ]),
      );
      const element = { name: groups['start']!, attributes, children: [], text: '' };
      inPlace(element, top);
      top.children.push(element);
      if (groups['empty'] === '') open.push(element);
    }
  }
  const root = open[0]!.children[0];
  if (open.length !== 1 || root === undefined) throw new Error('no testsuites, or not ended');
  counted(root);
  return root;
}

function inPlace({ name, attributes }: JUnitElement, parent: JUnitElement): void {
  const rule = STRUCTURE[name];
  if (rule === undefined) throw new Error(`no element of JUnit: ${name}`);
  if (rule.within !== parent.name) throw new Error(`${name} within ${parent.name}`);
  const missing = rule.attributes.filter((one) => attributes[one] === undefined);
  if (missing.length > 0) throw new Error(`${name} without ${missing.join(', ')}`);
}

/** All elements of a name below one. */
export const below = (element: JUnitElement, name: string): JUnitElement[] =>
  element.children.flatMap((child) => [...(child.name === name ? [child] : []), ...below(child, name)]);

function counted(element: JUnitElement): void {
  const kinds = { tests: 'testcase', failures: 'failure', errors: 'error', skipped: 'skipped' };
  for (const suite of [element, ...below(element, 'testsuite')]) {
    for (const [attribute, name] of Object.entries(kinds)) {
      const there = below(suite, name).length;
      if (Number(suite.attributes[attribute]) !== there) {
        throw new Error(
          `${suite.name} ${attribute}="${suite.attributes[attribute]}", but there are ${there}`,
        );
      }
    }
  }
}

/** Properties of the test case of this name. */
export function propertiesIn(root: JUnitElement, title: string): Record<string, string> {
  const found = below(root, 'testcase').find(({ attributes }) => attributes['name'] === title);
  if (found === undefined) throw new Error(`no test case ${title}`);
  return Object.fromEntries(
    below(found, 'property').map(({ attributes }) => [attributes['name']!, attributes['value']!]),
  );
}
