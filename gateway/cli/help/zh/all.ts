/** The Chinese of what the commands say, by their English. */
import type { HelpTexts } from '../help-text.ts';
import { ACCOUNTS } from './accounts.ts';
import { COMMISSION } from './commission.ts';
import { EVIDENCE } from './evidence.ts';
import { FRAMES } from './frames.ts';
import { JOURNAL } from './journal.ts';
import { PLATFORM } from './platform.ts';
import { SERVE } from './serve.ts';
import { SHARED } from './shared.ts';
import { TERMINAL } from './terminal.ts';

export const ZH: HelpTexts = {
  ...SHARED,
  ...SERVE,
  ...FRAMES,
  ...JOURNAL,
  ...PLATFORM,
  ...ACCOUNTS,
  ...EVIDENCE,
  ...TERMINAL,
  ...COMMISSION,
};
