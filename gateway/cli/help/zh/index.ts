/** The Chinese of what the commands say, by their English. */
import type { HelpTexts } from '../help-text.ts';

export const ZH: HelpTexts = {};
