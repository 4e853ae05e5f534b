/** A process that plays a share of a large fleet, as its parent says; ends with it. */
import type { Fleet } from '../fleet/fleet.ts';
import { playShare, type ShareOrder, type ShareReport } from './company.ts';
import { processClock } from './process-clock.ts';

let fleet: Fleet | undefined;
let stored: number[] = [];

process.on('message', (order: ShareOrder) => {
  if (order.kind === 'finish') fleet?.finish();
  else if (order.kind === 'stop') fleet?.stop();
  else void play(order.share);
});
// Without its parent nobody wants to know.
process.on('disconnect', () => process.exit(1));

async function play(share: Parameters<typeof playShare>[0]): Promise<void> {
  const wanted = share.settings.mqtt !== undefined || share.settings.influx !== undefined;
  const playing = playShare(share, processClock(), ({ index }, { reports }) => {
    if (wanted) for (const { at } of reports) stored.push(index, Math.floor(at / 1000));
  });
  fleet = playing;
  const ticking = setInterval(() => report(playing, false), 1000);
  await playing.ended();
  clearInterval(ticking);
  report(playing, true);
}

function report({ tally }: Fleet, over: boolean): void {
  const message: ShareReport = { tally: tally.snapshot(), over, stored };
  stored = [];
  process.send?.(message, undefined, undefined, () => {
    if (over) process.exit(0);
  });
}
