import { expect, it } from 'vitest';
import { mappings } from '../../../bench/outage/kinds.ts';

const mapping = (range: string, rights: string, name: string, rss: number): string =>
  `${range} ${rights} 00000000 00:00 0                  ${name}\nSize:              ${rss * 2} kB\nRss:               ${rss} kB\nPss: 1 kB\n`;

it('knows the memory of the allocator and of files in what the kernel says of a process', () => {
  const smaps =
    mapping('00400000-02600000', 'r-xp', '/usr/bin/node', 4096) +
    mapping('03000000-05000000', 'rw-p', '[heap]', 2048) +
    // An arena: its used part, one that was made so again, and its room.
    mapping('7f0000000000-7f0001000000', 'rw-p', '', 8192) +
    mapping('7f0001000000-7f0004000000', '---p', '', 0) +
    // The engine's, at no such address, and a large one that only begins at it.
    mapping('7f1000100000-7f1000200000', 'rw-p', '', 1024) +
    mapping('7f2000000000-7f2008000000', 'rw-p', '', 512) +
    mapping('7ffd00000000-7ffd00021000', 'rw-p', '[stack]', 128);
  expect(mappings(smaps)).toEqual({ all: 15.625, brk: 2, arenas: 8, files: 4 });
});
