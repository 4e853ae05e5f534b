/** A process that plays a share of a large fleet, as its parent says; ends with it. */
import { processClock } from './process-clock.ts';
import { type Company, playShare, type RecordName, type Share, type ShareOrder, type ShareReport } from './share.ts';

let company: Company | undefined;
let stored: number[] = [];
let lines = noLines();

process.on('message', (order: ShareOrder) => {
  if (order.kind === 'finish') company?.finish();
  else if (order.kind === 'stop') company?.stop();
  else void play(order.share);
});
// Without its parent nobody wants to know.
process.on('disconnect', () => process.exit(1));

async function play(share: Share): Promise<void> {
  const playing = playShare(share, processClock(), {
    stored: (index, second) => void stored.push(index, second),
    lines: (name, more) => {
      lines[name] += more;
    },
  });
  company = playing;
  const ticking = setInterval(() => report(playing, false), 1000);
  await playing.ended();
  clearInterval(ticking);
  report(playing, true);
}

function report({ tally }: Company, over: boolean): void {
  const message: ShareReport = { tally: tally.snapshot(), over, stored, lines };
  stored = [];
  lines = noLines();
  process.send?.(message, undefined, undefined, () => {
    if (over) process.exit(0);
  });
}

function noLines(): Record<RecordName, string> {
  return { ledger: '', facts: '', truth: '' };
}
