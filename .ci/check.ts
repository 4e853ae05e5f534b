/** `npm run check`: everything that can be said of the code without running it. Goes on after a failure, so that all are seen. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const steps: readonly (readonly [name: string, ...command: string[]])[] = [
  ['types', process.execPath, 'node_modules/typescript7/bin/tsc', '-p', '.'],
  ['lint', 'oxlint', '--deny-warnings', '.', '.ci'],
  ['format', 'biome', 'format', '.', '.ci'],
  ['dead code', 'knip'],
  ['architecture and docs', 'vitest', 'run', 'tests/architecture.test.ts', 'tests/docs.test.ts'],
];

const results: string[] = [];
for (const [name, command, ...args] of steps) {
  const started = performance.now();
  console.log(`— ${name}`);
  const env = { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}` };
  const { status } = spawnSync(command, args, { cwd: root, env, stdio: 'inherit' });
  const took = `${((performance.now() - started) / 1000).toFixed(1)} s`;
  results.push(`${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${took})`);
  if (status !== 0) process.exitCode = 1;
}
console.log(results.join('\n'));
