import {
  ApiBlueprint,
  AppRootElementBlueprint,
  createFrontendPlugin,
  fetchApiRef,
  PageBlueprint,
  useRouteRef,
} from '@backstage/frontend-plugin-api';
import {
  EntityCardBlueprint,
  EntityContentBlueprint,
} from '@backstage/plugin-catalog-react/alpha';
import { HomePageWidgetBlueprint } from '@backstage/plugin-home-react/alpha';
import {
  SearchFilterResultTypeBlueprint,
  SearchResultListItemBlueprint,
} from '@backstage/plugin-search-react/alpha';
import PipelineIcon from '@material-ui/icons/LocalShippingOutlined';
import {
  KARGO_ENVIRONMENT_ANNOTATION,
  KARGO_PROJECT_ANNOTATION,
  KARGO_SEARCH_TYPE,
  KargoClient,
} from 'backstage-plugin-kargo-common';
import { ReactNode, useMemo } from 'react';
import { kargoAdditionsApi } from './additions/blueprints';
import { KargoLinksProvider } from './components/KargoLinks';
import { RootDialogs } from './components/RootDialogs';
import { kargoApiRef } from './kargoApiRef';
import {
  entityContentRouteRef,
  projectRouteRef,
  promotionRouteRef,
  rootRouteRef,
  verificationRouteRef,
} from './routes';
import { translatedTitle } from './translatedTitle';

const canView = { permissions: { $contains: 'kargo.view#read' } };
const hasProject = {
  [`metadata.annotations.${KARGO_PROJECT_ANNOTATION}`]: { $exists: true },
};

const isEnvironment = {
  kind: 'resource',
  [`metadata.annotations.${KARGO_ENVIRONMENT_ANNOTATION}`]: { $exists: true },
};

/** Links to the plugin's own pages. */
function usePageLinks() {
  const projects = useRouteRef(rootRouteRef)?.();
  const project = useRouteRef(projectRouteRef);
  const promotion = useRouteRef(promotionRouteRef);
  const verification = useRouteRef(verificationRouteRef);
  return useMemo(
    () => ({
      ...(projects && { projects }),
      ...(project && { project: (name: string) => project({ project: name }) }),
      ...(promotion && {
        promotion: (inProject: string, name: string) =>
          promotion({ project: inProject, promotion: name }),
      }),
      ...(verification && {
        verification: (inProject: string, run: string) =>
          verification({ project: inProject, run }),
      }),
    }),
    [projects, project, promotion, verification],
  );
}

function PageLinks(props: { children: ReactNode }) {
  const links = usePageLinks();
  return (
    <KargoLinksProvider links={links}>{props.children}</KargoLinksProvider>
  );
}

/** Adds the link to the entity's tab, which resolves on entity pages alone. */
function EntityLinks(props: { children: ReactNode }) {
  const pages = usePageLinks();
  const entityPipeline = useRouteRef(entityContentRouteRef)?.();
  const links = useMemo(
    () => ({ ...pages, ...(entityPipeline && { entityPipeline }) }),
    [pages, entityPipeline],
  );
  return (
    <KargoLinksProvider links={links}>{props.children}</KargoLinksProvider>
  );
}

/** Reaches Kargo through the portal's backend. */
export const kargoApi = ApiBlueprint.make({
  params: defineParams =>
    defineParams({
      api: kargoApiRef,
      deps: { fetchApi: fetchApiRef },
      factory: ({ fetchApi }) => KargoClient.create({ fetch: fetchApi.fetch }),
    }),
});

/** The page of all projects, with the pipeline of each below it. */
export const kargoPage = PageBlueprint.make({
  if: canView,
  params: {
    path: '/kargo',
    title: 'Kargo',
    icon: <PipelineIcon fontSize="inherit" />,
    routeRef: rootRouteRef,
    loader: () =>
      import('./project/KargoRouter').then(module => (
        <PageLinks>
          <module.KargoRouter />
        </PageLinks>
      )),
  },
});

/** The dialogs in which people write, which stay open over whatever page they go to. */
export const dialogs = AppRootElementBlueprint.make({
  name: 'dialogs',
  params: {
    element: (
      <PageLinks>
        <RootDialogs />
      </PageLinks>
    ),
  },
});

/** The pipeline tab of an entity. */
export const entityPipelineContent = EntityContentBlueprint.make({
  name: 'pipeline',
  if: canView,
  params: {
    path: '/kargo',
    title: translatedTitle('pipeline.title'),
    group: 'deployment',
    icon: <PipelineIcon fontSize="inherit" />,
    routeRef: entityContentRouteRef,
    filter: hasProject,
    loader: () =>
      import('./pipeline/EntityPipelineContent').then(module => (
        <EntityLinks>
          <module.EntityPipelineContent />
        </EntityLinks>
      )),
  },
});

/**
 * The tab of systems, groups and environments: what runs of each of their components in each
 * environment.
 */
export const systemContent = EntityContentBlueprint.make({
  name: 'system',
  if: canView,
  params: {
    path: '/kargo-system',
    title: translatedTitle('overview.title'),
    group: 'deployment',
    icon: <PipelineIcon fontSize="inherit" />,
    filter: {
      $any: [{ kind: 'system' }, { kind: 'group' }, isEnvironment],
    },
    loader: () =>
      import('./system/SystemContent').then(module => (
        <PageLinks>
          <module.SystemContent />
        </PageLinks>
      )),
  },
});

/** The overview card of an entity: what runs in each Stage. */
export const entityDeliveriesCard = EntityCardBlueprint.make({
  name: 'deliveries',
  if: canView,
  params: {
    type: 'content',
    filter: hasProject,
    loader: () =>
      import('./overview/EntityDeliveriesCard').then(module => (
        <EntityLinks>
          <module.EntityDeliveriesCard />
        </EntityLinks>
      )),
  },
});

/** The home page's card of what goes on only when the viewer does something. */
export const waitingForYouWidget = HomePageWidgetBlueprint.make({
  name: 'waiting-for-you',
  if: canView,
  params: {
    name: 'KargoWaitingForYou',
    title: 'Waiting for you',
    description:
      'Promotions, approvals and failures that wait for the viewer to act',
    layout: {
      height: { minRows: 3, defaultRows: 5 },
      width: { minColumns: 3, defaultColumns: 6 },
    },
    components: () =>
      import('./home/WaitingForYou').then(module => ({
        Content: () => (
          <PageLinks>
            <module.WaitingForYou />
          </PageLinks>
        ),
      })),
  },
});

/** What the portal's search found of Kargo. */
const searchResultListItem = SearchResultListItemBlueprint.make({
  params: {
    icon: <PipelineIcon />,
    predicate: ({ type }) => type === KARGO_SEARCH_TYPE,
    component: () =>
      import('./search/KargoSearchResultListItem').then(
        module => module.KargoSearchResultListItem,
      ),
  },
});

/** Lets the portal's search be about Kargo alone. */
export const searchResultType = SearchFilterResultTypeBlueprint.make({
  if: canView,
  params: {
    value: KARGO_SEARCH_TYPE,
    name: 'Kargo',
    icon: <PipelineIcon />,
  },
});

/** Pipelines, Freight and approvals of Kargo on catalog entities. @public */
export const kargoPlugin = createFrontendPlugin({
  pluginId: 'kargo',
  title: 'Kargo',
  icon: <PipelineIcon fontSize="inherit" />,
  info: { packageJson: () => import('../package.json') },
  routes: {
    root: rootRouteRef,
    project: projectRouteRef,
    promotion: promotionRouteRef,
    verification: verificationRouteRef,
    entityContent: entityContentRouteRef,
  },
  extensions: [
    kargoApi,
    kargoAdditionsApi,
    kargoPage,
    dialogs,
    entityPipelineContent,
    entityDeliveriesCard,
    systemContent,
    waitingForYouWidget,
    searchResultListItem,
    searchResultType,
  ],
});
