import { existsSync } from 'node:fs';
import { execa } from 'execa';

/** Fewer modules than this means that the tool read nothing: it would pass with every rule broken. */
const MODULES_AT_LEAST = 60;

/** Runs the import rules; @returns the complaint, or undefined when they hold. */
export async function cruisedEnoughModules(): Promise<string | undefined> {
  const folders = ['src', 'harness', 'scenarios', 'reports', 'scripts', 'bench', 'test'].filter((name) =>
    existsSync(name),
  );
  const cruise = await execa('depcruise', ['--output-type', 'json', ...folders], {
    preferLocal: true,
    reject: false,
  });
  let summary: { totalCruised: number; violations: { rule: { name: string }; from: string; to: string }[] };
  try {
    ({ summary } = JSON.parse(cruise.stdout));
  } catch {
    return `dependency-cruiser gave no report: ${cruise.stderr}`;
  }
  if (summary.totalCruised < MODULES_AT_LEAST) {
    return `only ${summary.totalCruised} modules were read: the rules were not really checked`;
  }
  if (summary.violations.length === 0) return undefined;
  return summary.violations.map(({ rule, from, to }) => `${from} → ${to}: ${rule.name}`).join('\n');
}
