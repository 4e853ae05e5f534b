/** The editions of JT/T 808 whose layouts differ. */
export type Revision = 2011 | 2013 | 2019;
/** All of them, oldest first. */
/** All of them, oldest first. */
export const REVISIONS = [2011, 2013, 2019] as const satisfies readonly Revision[];
