import { describe, expect, it } from 'vitest';
import type { Envelope } from '../../../bridge/index.ts';
import { projectOnce } from '../../../gateway/deliver/project-once.ts';
import type { RecordView } from '../../../gateway/journal/record-view.ts';

const view = (b: Uint8Array, seq: number): RecordView => ({ b, seq }) as RecordView;

function counted() {
  const seen: number[] = [];
  const project = projectOnce(({ seq }) => {
    seen.push(seq);
    return [{ kind: 'position', payload: { id: `p-${seq}` } } as Envelope];
  });
  return { seen, project };
}

describe('a projection for several outlets', () => {
  it('is made once for each record of a batch, whoever asks', () => {
    const { seen, project } = counted();
    const b = new Uint8Array(1);
    const first = [1, 2, 3].map((seq) => project(view(b, seq)));
    const second = [1, 2, 3].map((seq) => project(view(b, seq)));
    expect(seen).toEqual([1, 2, 3]);
    expect(second).toEqual(first);
    expect(second[0]).toBe(first[0]);
  });

  it('is that of the record asked for, also where outlets are some batches apart', () => {
    const { project } = counted();
    const batches = Array.from({ length: 10 }, () => new Uint8Array(1));
    const ids = batches.flatMap((b, i) => {
      const behind = Math.max(0, i - 2);
      const asked = [view(b, i + 1), view(batches[behind] as Uint8Array, behind + 1)];
      return asked.map((record) => [record.seq, project(record)[0]?.payload.id]);
    });
    for (const [seq, id] of ids) expect(id).toBe(`p-${seq}`);
  });

  it('is made again for octets that were read anew: they may have been repaired meanwhile', () => {
    const { seen, project } = counted();
    project(view(new Uint8Array(1), 7));
    project(view(new Uint8Array(1), 7));
    expect(seen).toEqual([7, 7]);
  });

  it('remembers no more than a few hundred records of a batch, and a few batches', () => {
    const { seen, project } = counted();
    const b = new Uint8Array(1);
    for (let seq = 1; seq <= 600; seq++) project(view(b, seq));
    seen.length = 0;
    for (let seq = 1; seq <= 600; seq++) project(view(b, seq));
    expect(seen).toEqual(Array.from({ length: 88 }, (_, i) => 513 + i));
    for (let i = 0; i < 4; i++) project(view(new Uint8Array(1), 1000));
    seen.length = 0;
    project(view(b, 1));
    expect(seen).toEqual([1]);
  });
});
