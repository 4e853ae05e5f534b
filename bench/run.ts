/**
 * Runs the benchmarks one after the other, each in a process of its own, so that none sees another's heap or compiled code.
 * `npm run bench` runs all, `npm run bench -- codec framing` those two. Exit code 1 when one failed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { readFlags, refuse } from './flags/read-flags.ts';

/** In the order of a frame's way. */
const ALL = ['framing', 'codec', 'journal', 'tracks', 'drain', 'outlets', 'receive', 'load', 'world'];

const { operands: chosen } = readFlags(import.meta.filename, {}, true);
const unknown = chosen.filter((name) => !existsSync(join(import.meta.dirname, `${name}.ts`)));
if (unknown.length > 0) {
  refuse(`no such benchmark: ${unknown.join(', ')}. There are: ${ALL.join(', ')}.`);
}

const processors = cpus();
console.log(
  `Node ${process.version}, ${processors.length} × ${processors[0]?.model ?? 'unknown processor'}, ` +
    `${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${release()}`,
);
for (const name of chosen.length > 0 ? chosen : ALL) {
  console.log(`\n== ${name}`);
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, `${name}.ts`)], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
