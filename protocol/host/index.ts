/** The outside world as interfaces, and its virtual twins. */
export type { Cancel, Clock, EpochMs, MonotonicMs } from './clock.ts';
export { type Deadline, Deadlines } from './deadlines.ts';
export type { CloseKind, Link, LinkSink } from './link.ts';
export { type MemoryLink, type MemoryLinkOptions, memoryLink } from './memory-link.ts';
export { endWhenGone } from './polled-port.ts';
export type { Random } from './random.ts';
export { seededRandom } from './seeded-random.ts';
export { VirtualClock } from './virtual-clock.ts';
