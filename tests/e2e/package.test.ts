import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
// Below node_modules, so that the built package finds its dependencies without being installed.
const built = join(root, 'node_modules/.cache/xingji-package');
const command = join(built, 'bin/xingji.js');

describe('the built package', () => {
  beforeAll(() => {
    execFileSync(process.execPath, [join(root, '.ci/build.ts'), built], { stdio: 'inherit' });
  });
  afterAll(() => rmSync(built, { recursive: true, force: true }));

  test('names only files that it has, and needs nothing for development', () => {
    const manifest = JSON.parse(readFileSync(join(built, 'package.json'), 'utf8')) as Record<string, unknown>;
    expect(manifest).not.toHaveProperty('devDependencies');
    expect(manifest).not.toHaveProperty('private');
    const { exports, bin } = manifest as { exports: Record<string, string | object>; bin: Record<string, string> };
    const entries = [...Object.values(exports), ...Object.values(bin)];
    const named = entries.flatMap((entry) =>
      typeof entry === 'string' ? [entry] : (Object.values(entry) as string[]),
    );
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter((path) => !existsSync(join(built, path)))).toEqual([]);
  });

  test('runs its command', () => {
    const frame = '7e000200000138001380000001a97e';
    const line = execFileSync(process.execPath, [command, 'decode', '--json', frame], { encoding: 'utf8' });
    expect(JSON.parse(line)).toMatchObject({ ok: true, name: 'terminalHeartbeat', terminal: '13800138000' });
  });

  test('serves, worker threads and page included, and stops when told to', async () => {
    const data = mkdtempSync(join(tmpdir(), 'xingji-package-'));
    const local = '127.0.0.1:0';
    const args = [command, 'serve', '--data', data, '--jt808', local, '--mqtt', local, '--http', local];
    const gateway = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = new Promise<number | null>((resolve) => gateway.once('exit', resolve));
    try {
      let ready: { http: string; token: string } | undefined;
      for await (const line of createInterface({ input: gateway.stdout })) {
        if (line.startsWith('ready ')) ready = JSON.parse(line.slice('ready '.length));
        if (ready !== undefined) break;
      }
      const page = await fetch(`${ready?.http}/`);
      expect(page.status).toBe(200);
      expect(await (await fetch(`${ready?.http}/readyz`)).json()).toMatchObject({ status: 'ready' });
    } finally {
      gateway.kill('SIGTERM');
      expect(await exited).toBe(0);
      rmSync(data, { recursive: true });
    }
  });
});
