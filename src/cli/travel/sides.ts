import { boardSide } from '../compare/sides/board-side.ts';
import { emulatorSide } from '../compare/sides/emulator-side.ts';
import type { ComparedSide, SideContext } from '../compare/sides/side.ts';
import type { BoardChoice } from '../slot-choice.ts';
import { boardTraveller, emulatorTraveller, type Traveller } from './traveller.ts';

/** A side that is compared first, and travels then. */
export interface TravelSide {
  readonly compared: ComparedSide;
  /** After its run. */
  traveller(context: SideContext): Promise<Traveller>;
}

export function travellingEmulator(): TravelSide {
  return { compared: emulatorSide(), traveller: async ({ library }) => emulatorTraveller(library) };
}

export function travellingBoard(choice: BoardChoice): TravelSide {
  const compared = boardSide(choice);
  return {
    compared,
    traveller: async ({ library, signal }) => boardTraveller(compared.session(), library, signal),
  };
}
