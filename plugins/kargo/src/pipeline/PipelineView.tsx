import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles, useTheme } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import useMediaQuery from '@material-ui/core/useMediaQuery';
import Alert from '@material-ui/lab/Alert';
import {
  ANNOTATIONS,
  buildStageGraph,
  findCycles,
  orderStages,
  PipelineScope,
} from 'backstage-plugin-kargo-common';
import { useMemo, useRef } from 'react';
import { useSearchParams } from 'react-router-dom';
import {
  EmptyView,
  ProjectErrorView,
  SkeletonPipeline,
} from '../components/StateViews';
import { SystemBanner } from '../components/SystemBanner';
import { Selection, useSelection } from '../components/useSelection';
import { FreightTimeline } from '../freight/FreightTimeline';
import { freightViews } from '../freight/freightModel';
import { Pipeline, PipelineQuery, usePipeline } from '../queries/usePipeline';
import { kargoTranslationRef } from '../translation';
import { exampleManifests } from './exampleManifests';
import { buildGraphModel } from './graphModel';
import { GraphActions, PipelineGraph } from './PipelineGraph';
import { PipelineOverlays } from './PipelineOverlays';
import { PipelineToolbar, PipelineViewName } from './PipelineToolbar';
import { StageTable } from './StageTable';

/** More nodes than this are easier to read as a table. */
const LARGE_PIPELINE = 80;

const useStyles = makeStyles(theme => ({
  root: {
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1.5),
    minWidth: 0,
  },
  heading: { fontSize: '0.875rem', fontWeight: 600 },
}));

/** The pipeline of a scope, in whatever state it is. */
export function PipelineView(props: { scope: PipelineScope }) {
  const classes = useStyles();
  const query = usePipeline(props.scope);
  return (
    <div className={classes.root}>
      <SystemBanner
        failure={query.pipeline && query.failure}
        updatedAt={query.updatedAt}
      />
      <PipelineBody project={props.scope.project} query={query} />
    </div>
  );
}

function PipelineBody(props: { project: string; query: PipelineQuery }) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { project, query } = props;
  const { pipeline, error, reload } = query;
  if (error) {
    return (
      <ProjectErrorView project={project} error={error} onRetry={reload} />
    );
  }
  if (!pipeline) {
    return <SkeletonPipeline />;
  }
  if (pipeline.isProjectEmpty) {
    return (
      <EmptyView
        title={t('states.emptyPipelineTitle')}
        text={t('states.emptyPipelineText')}
        yaml={exampleManifests(pipeline.project)}
      />
    );
  }
  if (pipeline.stages.length === 0 && pipeline.warehouses.length === 0) {
    return (
      <EmptyView
        title={t('states.emptyScopeTitle')}
        text={t('states.emptyScopeText')}
      />
    );
  }
  return <LoadedPipeline pipeline={pipeline} query={query} />;
}

function LoadedPipeline(props: { pipeline: Pipeline; query: PipelineQuery }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { pipeline, query } = props;
  const { selection, open, close } = useSelection();
  const view = useViewSettings(pipeline);
  const actions = useStableActions(open);
  const model = useMemo(
    () => buildGraphModel({ ...pipeline, highlighted: view.highlighted }),
    [pipeline, view.highlighted],
  );
  const cards = useFreightCards(pipeline, view.origin);
  return (
    <div className={classes.root}>
      <Typography className={classes.heading} component="h2">
        {t('freight.timeline')}
      </Typography>
      <FreightTimeline
        views={cards}
        origins={model.origins}
        onOpen={actions.onOpenFreight}
      />
      <PipelineToolbar
        view={view}
        origins={model.origins}
        live={query.live}
        isFailing={query.failure !== undefined}
        updatedAt={query.updatedAt}
      />
      <CycleWarning pipeline={pipeline} />
      <UnconfirmedEntities pipeline={pipeline} />
      {view.highlighted?.size === 0 && view.search && (
        <Typography variant="body2" color="textSecondary" role="status">
          {t('pipeline.noMatch', { search: view.search })}
        </Typography>
      )}
      {view.name === 'graph' ? (
        <PipelineGraph model={model} actions={actions} />
      ) : (
        <StageTable model={model} actions={actions} />
      )}
      <PipelineOverlays
        pipeline={pipeline}
        selection={selection}
        onOpen={open}
        onClose={close}
      />
    </div>
  );
}

/** What the person set on the toolbar; it lives in the address. */
export interface ViewSettings {
  name: PipelineViewName;
  search: string;
  origin: string;
  highlighted: ReadonlySet<string> | undefined;
  set: (name: 'view' | 'find' | 'origin', value: string) => void;
}

function useViewSettings(pipeline: Pipeline): ViewSettings {
  const [params, setParams] = useSearchParams();
  const isNarrow = useMediaQuery(useTheme().breakpoints.down('xs'));
  const isLarge =
    pipeline.stages.length + pipeline.warehouses.length > LARGE_PIPELINE;
  const wanted = params.get('view');
  const search = params.get('find') ?? '';
  const origin = params.get('origin') ?? '';
  const highlighted = useMemo(
    () => highlightedNames(pipeline, search, origin),
    [pipeline, search, origin],
  );
  return {
    name: viewName(wanted, isNarrow || isLarge),
    search,
    origin,
    highlighted,
    set: (name, value) =>
      setParams(
        old => {
          const next = new URLSearchParams(old);
          if (value) {
            next.set(name, value);
          } else {
            next.delete(name);
          }
          return next;
        },
        // Typing must not fill the history.
        { replace: true },
      ),
  };
}

function viewName(
  wanted: string | null,
  prefersList: boolean,
): PipelineViewName {
  if (wanted === 'graph' || wanted === 'list') {
    return wanted;
  }
  return prefersList ? 'list' : 'graph';
}

function highlightedNames(
  pipeline: Pipeline,
  search: string,
  origin: string,
): ReadonlySet<string> | undefined {
  if (!search && !origin) {
    return undefined;
  }
  const text = search.toLocaleLowerCase();
  const stages = pipeline.stages
    .filter(
      stage =>
        stage.metadata.name.includes(text) &&
        (!origin ||
          stage.spec.requestedFreight.some(
            request => request.origin.name === origin,
          )),
    )
    .map(stage => stage.metadata.name);
  return new Set(origin && !search ? [...stages, origin] : stages);
}

function useFreightCards(pipeline: Pipeline, origin: string) {
  return useMemo(
    () =>
      freightViews(
        pipeline.freight.filter(item => !origin || item.origin.name === origin),
        orderStages(buildStageGraph(pipeline)),
      ),
    [pipeline, origin],
  );
}

/** Actions that keep their identity, so that memoised nodes stay as they are. */
function useStableActions(open: (selection: Selection) => void) {
  const latest = useRef(open);
  latest.current = open;
  return useMemo<GraphActions & { onOpenFreight: (name: string) => void }>(
    () => ({
      onOpenStage: stage => latest.current({ stage }),
      onOpenWarehouse: warehouse => latest.current({ warehouse }),
      onPromote: promote => latest.current({ promote }),
      onOpenFreight: freight => latest.current({ freight }),
    }),
    [],
  );
}

/** Says which entities name the project without being confirmed, to those who may know. */
function UnconfirmedEntities(props: { pipeline: Pipeline }) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const entities = props.pipeline.access?.unconfirmedEntities ?? [];
  return entities.length > 0 ? (
    <Alert severity="info">
      {t('pipeline.unconfirmedEntities', {
        entities: entities.join(', '),
        annotation: ANNOTATIONS.entities,
      })}
    </Alert>
  ) : null;
}

function CycleWarning(props: { pipeline: Pipeline }) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const cycles = findCycles(buildStageGraph(props.pipeline));
  return (
    <>
      {cycles.map(cycle => (
        <Alert key={cycle.join()} severity="warning">
          {t('pipeline.cycle', { stages: cycle.join(', ') })}
        </Alert>
      ))}
    </>
  );
}
