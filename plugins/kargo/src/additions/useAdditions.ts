import { useApiHolder } from '@backstage/frontend-plugin-api';
import { KargoAdditions, kargoAdditionsApiRef } from './KargoAdditions';

/** What modules add in a place; nothing where no portal asks for anything. */
export function useAdditions<Place extends keyof KargoAdditions>(
  place: Place,
): KargoAdditions[Place] | [] {
  return useApiHolder().get(kargoAdditionsApiRef)?.[place] ?? [];
}
