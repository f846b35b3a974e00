import { writtenScenarios } from '../harness/index.ts';

// Every *.yaml beside this file is a scenario: docs/scenarios-yaml.md.
writtenScenarios(import.meta.dirname);
