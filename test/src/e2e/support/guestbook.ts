import {
  type Freight,
  type KargoClient,
  ungroupedFreight,
} from 'backstage-plugin-kargo-common';
import type { Portal } from '../../world/portal';
import { eventually } from './eventually';

/** Path of the demo's component that the project of the same name delivers. */
export const guestbookPath = '/catalog/default/component/guestbook';

/** The Freight of the guestbook that holds a tag; waits until there is one. */
export function freightOf(portal: Portal, tag: string): Promise<Freight> {
  const kargo = portal.kargo();
  return eventually(`Freight of ${tag}`, () => findFreight(kargo, tag));
}

/** Waits until a tag runs in a Stage of the guestbook and is verified there. */
export function settled(
  portal: Portal,
  tag: string,
  stage: string,
): Promise<Freight> {
  const kargo = portal.kargo();
  return eventually(`${tag} in ${stage}`, async () => {
    const freight = await findFreight(kargo, tag);
    return freight?.status?.verifiedIn?.[stage] &&
      freight.status.currentlyIn?.[stage]
      ? freight
      : undefined;
  });
}

async function findFreight(
  kargo: KargoClient,
  tag: string,
): Promise<Freight | undefined> {
  const items = ungroupedFreight(
    await kargo.queryFreight({ project: 'guestbook' }),
  );
  return items.find(item => item.images?.some(image => image.tag === tag));
}
