/** The route of a vehicle, which since 2019 goes as JT/T 808-2019 sends it to terminals (0x8606). */
import { setRoute } from '../../catalogue/routes.ts';
import { octets, struct } from '../../schema/field.ts';

const words = ['路线信息', 'body of JT/T 808-2019 0x8606'] as const;

/** Read where it follows that edition; else, as of libraries that write the one before, kept as it is. */
export const ROUTE = {
  2011: [],
  2019: [{ route: struct(setRoute.body).about(...words) }, { route: octets('rest').about(...words) }],
} as const;
