import {
  type Freight,
  type KargoClient,
  ungroupedFreight,
} from 'backstage-plugin-kargo-common';
import type { Demo } from '../../world/demo';
import { demoRepositories, describeDemoImage } from '../../world/demoWorld';
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

/** Brings a version into the registry, and waits until automation has taken it to test. */
export async function published(
  { portal, world }: Demo,
  tag: string,
  created = '2026-05-04T09:00:00Z',
): Promise<Freight> {
  world.registry.pushImage({
    repository: demoRepositories.guestbook,
    tag,
    ...describeDemoImage(tag, created),
  });
  await portal
    .kargo()
    .refreshWarehouse({ project: 'guestbook', name: 'guestbook' });
  return settled(portal, tag, 'test');
}

/** Promotes a version as one of the people of the demo, and waits until it is verified there. */
export async function promoted(
  { portal }: Demo,
  tag: string,
  stage: string,
  persona: string,
): Promise<Freight> {
  const { metadata } = await freightOf(portal, tag);
  const kargo = portal.kargo(await portal.tokenOf(persona));
  await kargo.promoteToStage({
    project: 'guestbook',
    stage,
    body: { freight: metadata.name },
  });
  return settled(portal, tag, stage);
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
