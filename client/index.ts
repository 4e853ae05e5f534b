/** A typed client of the HTTP API. It needs nothing but `fetch`: what it imports are types. */
export type { Client, ClientOptions, Tagged } from './client.ts';
export { createClient } from './main.ts';
export { ProblemError, type ProblemFault } from './problem.ts';
export type { Along, Answer, Defaulted, Input, Item, PagedRoute, Route, Upload } from './routes.ts';
export type { StreamEvent, StreamKind, StreamWishes } from './stream.ts';
