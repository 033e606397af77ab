import { useRouteRef } from '@backstage/core-plugin-api';
import { ReactNode, useMemo } from 'react';
import { KargoLinks, KargoLinksProvider } from '../components/KargoLinks';
import { pageTargetRouteRef, pipelineTargetRouteRef } from './routes';

/** Hands the addresses of what the portal mounted to everything inside. */
export function LegacyLinks(props: { children: ReactNode }) {
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
