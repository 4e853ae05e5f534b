/** The event of an attempt on the gateway: said once for each window in which there was too much of something. */
import type { Envelope } from '../../bridge/index.ts';
import { NO_DIVISION } from '../../protocol/index.ts';
import type { GatewayFact } from '../intake/facts.ts';
import type { RecordView } from '../journal/record-view.ts';
import { SIGNALS, signalText } from '../security/signals.ts';
import { raisedOnce, type Whose } from './raised-once.ts';

type Security = Extract<GatewayFact, { fact: 'security' }>;

/** About a terminal it is that terminal's; else the gateway's own, under its name in the terminal's place. */
export function securityEvent(view: RecordView, signal: Security, node: string, of: Whose): Envelope {
  const { code } = signal;
  const said = { code, severity: SIGNALS[code].severity, text: signalText(signal) };
  if (view.terminal !== '') return raisedOnce(view, of, said);
  const envelope = raisedOnce(view, { ...of, vehicle: null, division: NO_DIVISION }, said);
  return { ...envelope, payload: { ...envelope.payload, terminal: node } } as Envelope;
}
