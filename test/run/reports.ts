import { z } from 'zod';
import type { Tally } from './step.ts';

const vitestReport = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.int(),
  testResults: z.array(
    z.object({
      status: z.string(),
      assertionResults: z.array(z.object({ status: z.string() })),
    }),
  ),
});

/** Vitest's JSON reporter. A file that failed although none of its tests did (it could not be loaded, or it leaked) counts as one. */
export function vitestTally(json: unknown): Tally {
  const report = vitestReport.parse(json);
  const broken = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

const playwrightReport = z.object({
  errors: z.array(z.unknown()),
  stats: z.object({
    expected: z.int(),
    unexpected: z.int(),
    flaky: z.int(),
    skipped: z.int(),
  }),
});

/** Playwright's JSON reporter. Flaky is failed: a test that passes on the second try has failed once. */
export function playwrightTally(json: unknown): Tally {
  const { errors, stats } = playwrightReport.parse(json);
  return {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky + errors.length,
    skipped: stats.skipped,
  };
}

interface Suite {
  readonly suites?: readonly Suite[] | undefined;
  readonly specs: readonly {
    readonly tests: readonly {
      readonly projectName: string;
      readonly results: readonly { readonly status: string }[];
    }[];
  }[];
}

const suite: z.ZodType<Suite> = z.object({
  get suites() {
    return z.array(suite).optional();
  },
  specs: z.array(
    z.object({
      tests: z.array(
        z.object({
          projectName: z.string(),
          results: z.array(z.object({ status: z.string() })),
        }),
      ),
    }),
  ),
});

/** The end-to-end targets of which at least one test ran, by Playwright's project name. */
export function playwrightTargets(json: unknown): string[] {
  const names = new Set<string>();
  const visit = ({ suites = [], specs }: Suite): void => {
    for (const { tests } of specs) {
      for (const { projectName, results } of tests) {
        if (results.some(({ status }) => status !== 'skipped')) names.add(projectName);
      }
    }
    suites.forEach(visit);
  };
  z.object({ suites: z.array(suite) })
    .parse(json)
    .suites.forEach(visit);
  return [...names].sort();
}
