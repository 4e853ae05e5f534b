/** The editions of JT/T 809 whose headers and bodies differ. */
export type Edition = 2011 | 2019;

/** Both, oldest first. */
export const EDITIONS = [2011, 2019] as const satisfies readonly Edition[];
