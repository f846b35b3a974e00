import { z } from 'zod';

const count = z.int().min(0);
const status = z.enum(['passed', 'failed', 'skipped', 'pending', 'other']);
const attachment = z.strictObject({
  name: z.string(),
  contentType: z.string(),
  path: z.string(),
  extra: z.looseObject({}).optional(),
});
const timed = { duration: z.int().optional(), start: z.int().optional(), stop: z.int().optional() };

/**
 * What ctrf.io's JSON Schema (draft-07) demands of a report, as far as ours has the fields: it allows no others, so
 * neither does this.
 */
export const ctrfSchema = z.strictObject({
  reportFormat: z.literal('CTRF'),
  specVersion: z.string().regex(/^\d+\.\d+\.\d+$/),
  generatedBy: z.string(),
  timestamp: z.iso.datetime(),
  results: z.strictObject({
    tool: z.strictObject({ name: z.string().min(1), version: z.string() }),
    summary: z.strictObject({
      tests: count,
      passed: count,
      failed: count,
      skipped: count,
      pending: count,
      other: count,
      flaky: count,
      suites: count,
      start: z.int(),
      stop: z.int(),
    }),
    tests: z.array(
      z.strictObject({
        name: z.string().min(1),
        status,
        rawStatus: z.string(),
        suite: z.array(z.string()).min(1),
        filePath: z.string(),
        line: z.int(),
        tags: z.array(z.string()),
        labels: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
        ...timed,
        duration: z.int(),
        retries: z.int(),
        flaky: z.boolean(),
        message: z.string().optional(),
        retryAttempts: z
          .array(
            z.strictObject({
              attempt: z.int().min(1),
              status,
              ...timed,
              message: z.string().optional(),
              attachments: z.array(attachment).optional(),
            }),
          )
          .optional(),
        attachments: z.array(attachment),
        extra: z.looseObject({}).optional(),
      }),
    ),
    environment: z.strictObject({ osPlatform: z.string(), extra: z.looseObject({}) }),
  }),
});
