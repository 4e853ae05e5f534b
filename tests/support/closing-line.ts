/** A vitest reporter whose only output is the last line of the run, `N passed, N failed`; `N skipped` stands before it if any were. */
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const tally = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      // A file that did not load, or a hook that threw, holds no failed test of its own but is a failure all the same.
      tally.failed += module.errors().length;
      for (const suite of module.children.allSuites()) tally.failed += suite.errors().length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed' || state === 'failed' || state === 'skipped') tally[state] += 1;
      }
    }
    const skipped = tally.skipped > 0 ? `${tally.skipped} skipped\n` : '';
    // At exit: after whatever the other reporters still have to say.
    process.once('exit', () => process.stdout.write(`${skipped}${tally.passed} passed, ${tally.failed} failed\n`));
  }
}
