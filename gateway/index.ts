/** The terminal side and the middle: a gateway as a library, for programs that start their own. */
export type { ApiRoutes } from './api/openapi/routes.ts';
export { formatFault, loadConfig } from './config/load.ts';
export type { Config } from './config/schema.ts';
export type { ConfigFault } from './config/sources.ts';
export { type Gateway, startGateway } from './main.ts';
export { createLogger, type Logger } from './observe/log.ts';
export { processClock } from './process-clock.ts';
