/** The vocabulary under one name, for those who describe messages of their own. */
import * as fields from './field.ts';

/** What descriptors are written in: `message(0x0f01, 'ping', about, { count: field.u16.about('计数') })`. */
export const field: typeof fields = fields;
