/**
 * `npm run fuzz -- [--target name] [--minutes n] [--executions n] [--seed n] [--no-write]`: runs the targets one after
 * the other, keeps what reached new code in `tests/fuzz/corpus`, and writes what broke something to
 * `tests/fuzz/crashes`, cut down. Exit code 1 where anything broke.
 */
import { formatHex, seededRandom } from '../../protocol/index.ts';
import { readFlags, refuse } from '../flags/read-flags.ts';
import { readInputs, writeInputs } from './corpus.ts';
import { Coverage } from './coverage.ts';
import { distil, fuzz } from './loop.ts';
import { TARGETS } from './targets.ts';
import { Watch } from './watch.ts';

const { flags } = readFlags(import.meta.filename, {
  target: '',
  minutes: 10,
  executions: Number.NaN,
  seed: String(Date.now()),
  'no-write': false,
});

const chosen = TARGETS.filter(({ name }) => flags.target === '' || name === flags.target);
if (chosen.length === 0) {
  refuse(`no target ${flags.target}; there are: ${TARGETS.map(({ name }) => name).join(', ')}`);
}
const counted = !Number.isNaN(flags.executions);
const most = counted ? flags.executions : Infinity;
const share = counted ? Infinity : (flags.minutes * 60_000) / chosen.length;
console.log(`seed ${flags.seed}`);

const coverage = new Coverage();
coverage.start();
for (const target of chosen) {
  const corpus = readInputs('corpus', target.name);
  const crashed = readInputs('crashes', target.name);
  const watch = new Watch(
    () => performance.now(),
    () => process.memoryUsage().heapUsed,
  );
  const started = performance.now();
  let said = started;
  const result = fuzz({
    target,
    corpus: [...corpus, ...crashed],
    coverage,
    random: seededRandom(`${flags.seed} ${target.name}`),
    watch,
    goOn(executions) {
      const now = performance.now();
      if (now - said > 30_000) {
        said = now;
        console.log(`  ${target.name}: ${executions} executions, ${coverage.features} features`);
      }
      return executions < most && now - started < share;
    },
  });
  const seconds = (performance.now() - started) / 1000;
  const rate = Math.round(result.executions / seconds);
  console.log(
    `${target.name}: ${result.executions} executions (${rate}/s), ${result.kept.length} new inputs, ${result.crashes.length} crashes, the slowest input ${Math.ceil(watch.slowestMs)} ms`,
  );
  if (!flags['no-write'] && result.kept.length > 0)
    writeInputs('corpus', target.name, distil(target, [...corpus, ...result.kept], coverage));
  for (const { input, error } of result.crashes) {
    process.exitCode = 1;
    console.error(`  ${formatHex(input)}\n  ${error instanceof Error ? error.stack : String(error)}`);
  }
  if (!flags['no-write'] && result.crashes.length > 0)
    writeInputs('crashes', target.name, [...crashed, ...result.crashes.map(({ input }) => input)]);
}
coverage.stop();
