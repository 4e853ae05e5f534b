import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openMediaDisk } from '../../../gateway/media/media-disk.ts';
import { temporaryFolder } from '../../support/gateway.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => (folder = temporaryFolder()));
afterEach(() => folder.remove());

const media = (): string => join(folder.path, 'media');

describe('the folder of media files', () => {
  it('has a file whole, under its name, and nothing beside it', async () => {
    const disk = openMediaDisk(media());
    expect(await disk.keep('139/2026-03-01/7-ab.jpg', Uint8Array.of(1, 2, 3))).toBe(true);
    expect([...readFileSync(join(media(), '139/2026-03-01/7-ab.jpg'))]).toEqual([1, 2, 3]);
    expect(readdirSync(join(media(), '139/2026-03-01'))).toEqual(['7-ab.jpg']);
    expect(statSync(join(media(), '139/2026-03-01/7-ab.jpg')).mode & 0o007).toBe(0);
  });

  it('says when a file was there before, also after a restart', async () => {
    await openMediaDisk(media()).keep('139/2026-03-01/7-ab.jpg', Uint8Array.of(1, 2, 3));
    const disk = openMediaDisk(media());
    expect(await disk.keep('139/2026-03-01/7-ab.jpg', Uint8Array.of(1, 2, 3))).toBe(false);
  });

  it('replaces a file that is cut short', async () => {
    const disk = openMediaDisk(media());
    await disk.keep('139/2026-03-01/7-ab.jpg', Uint8Array.of(1, 2, 3));
    writeFileSync(join(media(), '139/2026-03-01/7-ab.jpg'), Uint8Array.of(1));
    expect(await disk.keep('139/2026-03-01/7-ab.jpg', Uint8Array.of(1, 2, 3))).toBe(true);
    expect([...readFileSync(join(media(), '139/2026-03-01/7-ab.jpg'))]).toEqual([1, 2, 3]);
  });

  it('rejects where it cannot write, leaves nothing behind, and writes when it can', async () => {
    const disk = openMediaDisk(media());
    await disk.keep('139/2026-03-01/7-ab.jpg', Uint8Array.of(1));
    writeFileSync(join(media(), '140'), '');
    await expect(disk.keep('140/2026-03-01/7-ab.jpg', Uint8Array.of(1))).rejects.toThrow('E');
    await disk.remove({ terminal: '139', date: '2026-03-01', bytes: 1 });
    expect(readdirSync(media())).toEqual(['140']);
    expect(await disk.keep('139/2026-03-01/7-ab.jpg', Uint8Array.of(1))).toBe(true);
  });

  it('adds up what each terminal sent on each day, and removes a day', async () => {
    const disk = openMediaDisk(media());
    expect(await disk.days()).toEqual([]);
    for (const place of ['1/2026-03-01/a.jpg', '1/2026-03-01/b.jpg', '1/2026-03-02/a.jpg', '2/2026-03-01/a.jpg'])
      await disk.keep(place, new Uint8Array(10));
    const days = (await disk.days()).map(({ terminal, date, bytes }) => `${terminal} ${date} ${bytes}`);
    expect(days.toSorted()).toEqual(['1 2026-03-01 20', '1 2026-03-02 10', '2 2026-03-01 10']);
    await disk.remove({ terminal: '1', date: '2026-03-01', bytes: 20 });
    await disk.remove({ terminal: '2', date: '2026-03-01', bytes: 10 });
    expect(readdirSync(media())).toEqual(['1']);
    expect(await disk.keep('1/2026-03-01/a.jpg', new Uint8Array(10))).toBe(true);
  });
});
