import { expect as base } from '@playwright/test';
import { matchers } from './matchers.ts';

/** Playwright's expect with the matchers of this project. */
export const expect = base.extend(matchers);
