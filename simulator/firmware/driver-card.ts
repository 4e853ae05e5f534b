/** The card of a driver, and what the terminal says of it (0x0702). */
import type { BodyOf, EpochMs, Revision } from '../../protocol/index.ts';

/** What is written on a card of a driver's qualification (道路运输从业资格证). */
export interface DriverCard {
  readonly name: string;
  readonly certificateCode: string;
  readonly issuer: string;
  /** `YYYYMMDD`. */
  readonly validUntil: string;
  /** The driver's identity card: told in 2011 and 2019. */
  readonly idCard: string;
}

/** Whether a card is in, and since when it is so. */
export interface CardSlot {
  readonly card: DriverCard | undefined;
  readonly at: EpochMs;
}

/** Body of a 0x0702. 2011 has no removal: its fields are then empty. */
export function driverBody({ card, at }: CardSlot, revision: Revision): BodyOf<'driverIdentityReport'> {
  const person = {
    driverName: card?.name ?? '',
    certificateCode: card?.certificateCode ?? '',
    issuer: card?.issuer ?? '',
  };
  if (revision === 2011) return { ...person, idCard: card?.idCard ?? '' };
  if (card === undefined) return { status: 'removed', time: at };
  return {
    status: 'inserted',
    time: at,
    cardResult: 'readOk',
    ...person,
    validUntil: card.validUntil,
    idCard: card.idCard,
  };
}
