import { useRouteRef } from '@backstage/core-plugin-api';
import { ReactNode, useMemo } from 'react';
import { KargoLinks, KargoLinksProvider } from '../components/KargoLinks';
import { pageTargetRouteRef, pipelineTargetRouteRef } from './routes';

/** Hands the addresses of the pages that the portal mounted to everything inside. */
export function LegacyLinks(props: { children: ReactNode }) {
  const root = useRouteRef(pageTargetRouteRef)?.();
  const links = useMemo(
    () => (root === undefined ? {} : pageLinks(root)),
    [root],
  );
  return (
    <KargoLinksProvider links={links}>{props.children}</KargoLinksProvider>
  );
}

/**
 * As {@link LegacyLinks}, with the pipeline tab of the entity that the page is about. For pages
 * of entities alone: elsewhere nobody knows the entity, and asking for its tab fails.
 */
export function LegacyEntityLinks(props: { children: ReactNode }) {
  const root = useRouteRef(pageTargetRouteRef)?.();
  const entityPipeline = useRouteRef(pipelineTargetRouteRef)?.();
  const links = useMemo(
    () => ({
      ...(root !== undefined && pageLinks(root)),
      ...(entityPipeline !== undefined && { entityPipeline }),
    }),
    [root, entityPipeline],
  );
  return (
    <KargoLinksProvider links={links}>{props.children}</KargoLinksProvider>
  );
}

function pageLinks(root: string): KargoLinks {
  const project = (name: string) =>
    `${root}/projects/${encodeURIComponent(name)}`;
  return {
    projects: root,
    project,
    promotion: (inProject, name) =>
      `${project(inProject)}/promotions/${encodeURIComponent(name)}`,
    verification: (inProject, run) =>
      `${project(inProject)}/verifications/${encodeURIComponent(run)}`,
  };
}
