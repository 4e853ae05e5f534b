import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tempDir } from '../journal/support.ts';

const BIN = join(import.meta.dirname, '../../../bin/xingji.ts');

/** Exit code and what stands on stderr beside the log. */
function serve(flags: Readonly<Record<string, string>>): Promise<{ code: number; said: string }> {
  const anywhere = {
    '--jt808': '127.0.0.1:0',
    '--mqtt': '127.0.0.1:0',
    '--http': '127.0.0.1:0',
    '--log-level': 'error',
  };
  const args = Object.entries({ ...anywhere, ...flags }).flat();
  return new Promise((resolve) => {
    execFile(process.execPath, [BIN, 'serve', ...args], (error, _, said) => {
      resolve({ code: error === null ? 0 : Number(error.code), said });
    });
  });
}

describe('xingji serve', () => {
  it.each(['1', '2'])('says which of its ports is in use, and starts nothing (workers: %s)', async (workers) => {
    const other = createServer();
    await new Promise<void>((resolve) => void other.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    const http = `127.0.0.1:${(other.address() as { port: number }).port}`;
    expect(await serve({ '--data': tempDir(), '--http': http, '--workers': workers })).toEqual({
      code: 2,
      said: `http ${http}: another program listens there\n`,
    });
  });

  it('says what is in the way of its data folder', async () => {
    const file = join(tempDir(), 'file');
    writeFileSync(file, '');
    expect(await serve({ '--data': file })).toEqual({
      code: 2,
      said: `The data folder cannot be written to. ${file}: a file is in its place\n`,
    });
  });
});
