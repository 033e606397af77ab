import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import Alert from '@material-ui/lab/Alert';
import {
  ANNOTATIONS,
  buildStageGraph,
  findCycles,
  orderStages,
  PipelineScope,
} from 'backstage-plugin-kargo-common';
import { useMemo, useRef } from 'react';
import { EmptyView, SkeletonPipeline } from '../components/StateViews';
import { useNow } from '../components/useNow';
import { Selection, useSelection } from '../components/useSelection';
import { FreightTimeline } from '../freight/FreightTimeline';
import {
  freightViews,
  isFoundSince,
  isFreightFound,
  withoutUnused,
} from '../freight/freightModel';
import { CreateMenu } from '../manifest/CreateMenu';
import { ProjectErrorView } from '../project/ProjectErrorView';
import { useIsProjectLeaving } from '../project/ProjectGate';
import { formatReview } from '../promotion/review';
import { Pipeline, PipelineQuery, usePipeline } from '../queries/usePipeline';
import { kargoTranslationRef } from '../translation';
import { exampleManifests } from './exampleManifests';
import { foldGraph } from './foldGraph';
import {
  buildGraphModel,
  GraphModel,
  onlyOrigins,
  StageNodeModel,
} from './graphModel';
import { MissingSelection } from './MissingSelection';
import { GraphActions } from './nodes/graphNodes';
import { PipelineGraph } from './PipelineGraph';
import { PipelineOverlays } from './PipelineOverlays';
import { PipelineToolbar } from './PipelineToolbar';
import { parseNames, toggleName } from './nameList';
import { filterStages, sortStages } from './stageFilter';
import { StageTable } from './StageTable';
import { SinceFilter } from './SinceFilter';
import { useViewSettings, ViewSettings } from './useViewSettings';
import { ViewSwitch } from './ViewSwitch';

const useStyles = makeStyles(theme => ({
  root: {
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1.5),
    minWidth: 0,
  },
  head: {
    display: 'flex',
    flexWrap: 'wrap',
    justifyContent: 'space-between',
    gap: theme.spacing(0, 2),
  },
  heading: { fontSize: '0.875rem', fontWeight: 600 },
  filters: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(0, 2),
  },
}));

const DAY_MS = 86_400_000;
const AGES_MS = { day: DAY_MS, week: 7 * DAY_MS, month: 30 * DAY_MS };

/** The pipeline of a scope, in whatever state it is. */
export function PipelineView(props: { scope: PipelineScope }) {
  const classes = useStyles();
  const query = usePipeline(props.scope);
  return (
    <div className={classes.root}>
      <PipelineBody project={props.scope.project} query={query} />
    </div>
  );
}

function PipelineBody(props: { project: string; query: PipelineQuery }) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { project, query } = props;
  const { pipeline, error, reload } = query;
  const isLeaving = useIsProjectLeaving();
  if (error) {
    return (
      <ProjectErrorView project={project} error={error} onRetry={reload} />
    );
  }
  if (!pipeline) {
    return <SkeletonPipeline />;
  }
  if (pipeline.isProjectEmpty && isLeaving) {
    // That it goes is said above.
    return null;
  }
  if (pipeline.isProjectEmpty) {
    return (
      <EmptyView
        title={t('states.emptyPipelineTitle')}
        text={t('states.emptyPipelineText')}
        yaml={exampleManifests(pipeline.project)}
        action={<CreateMenu project={pipeline.project} />}
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
  const actions = useStableActions(open, view);
  const nowMs = useNow(60_000);
  const model = useMemo(
    () => buildGraphModel({ ...pipeline, nowMs }),
    [pipeline, nowMs],
  );
  const { all, shown } = useStages(model, view);
  const cards = useFreightCards(pipeline, view, nowMs);
  const shownNames = view.isFiltered
    ? new Set(shown.map(({ name }) => name))
    : undefined;
  return (
    <div className={classes.root}>
      <div className={classes.head}>
        <Typography className={classes.heading} component="h2">
          {t('freight.timeline')}
        </Typography>
        <div className={classes.filters}>
          <SinceFilter view={view} />
          <ViewSwitch
            label={t('freight.hideUnused')}
            isOn={view.hidesUnused}
            onChange={isOn => view.set('unused', isOn ? 'hidden' : '')}
          />
        </div>
      </div>
      <FreightTimeline
        views={cards}
        origins={model.origins}
        onOpen={actions.onOpenFreight}
      />
      <PipelineToolbar
        view={view}
        project={pipeline.project}
        access={pipeline.access}
        origins={model.origins}
        stages={all}
        live={query.live}
        isFailing={query.failure !== undefined}
        updatedAt={query.updatedAt}
        onReview={() => open({ review: formatReview({ kind: 'newer' }) })}
      />
      <MissingSelection
        pipeline={pipeline}
        selection={selection}
        onClose={close}
      />
      <CycleWarning pipeline={pipeline} />
      <UnconfirmedEntities pipeline={pipeline} />
      {view.isFiltered && (
        <Typography variant="body2" role="status">
          {shown.length === 0
            ? t('pipeline.noMatch')
            : t('pipeline.shown', {
                shown: String(shown.length),
                total: String(all.length),
              })}
        </Typography>
      )}
      {view.name === 'graph' ? (
        <FilteredGraph
          model={model}
          view={view}
          shown={shown}
          actions={actions}
        />
      ) : (
        <StageTable
          stages={shown}
          isCompact={view.isCompact}
          order={view.order}
          onOrder={order => view.set('sort', order === 'flow' ? '' : order)}
          actions={actions}
        />
      )}
      <PipelineOverlays
        pipeline={pipeline}
        selection={selection}
        shown={shownNames}
        onOpen={open}
        onClose={close}
      />
    </div>
  );
}

/** Warehouses leave out what is not their own; a search leads to what it found. */
function FilteredGraph(props: {
  model: GraphModel;
  view: ViewSettings;
  shown: StageNodeModel[];
  actions: GraphActions;
}) {
  const { model, view, shown, actions } = props;
  const { search, origin, group, fold, sources } = view;
  const part = useMemo(
    () =>
      foldGraph(onlyOrigins(model, parseNames(origin)), {
        stages: parseNames(fold),
        warehouses: parseNames(sources),
      }),
    [model, origin, fold, sources],
  );
  // Its text decides, so that a change of state does not move the view again.
  const ids = JSON.stringify(
    shown.map(({ id }) => part.hiddenBy.get(id) ?? id),
  );
  const found = useMemo(
    () => (search || group ? new Set<string>(JSON.parse(ids)) : undefined),
    [ids, search, group],
  );
  return <PipelineGraph model={part} found={found} actions={actions} />;
}

function useStages(model: GraphModel, view: ViewSettings) {
  const { search, origin, group, order } = view;
  const all = useMemo(
    () =>
      model.nodes.filter(
        (node): node is StageNodeModel => node.kind === 'stage',
      ),
    [model],
  );
  const shown = useMemo(
    () => sortStages(filterStages(all, { search, origin, group }), order),
    [all, search, origin, group, order],
  );
  return { all, shown };
}

/** Freight of the chosen Warehouses; of a version that is searched for, only its own. */
function useFreightCards(
  pipeline: Pipeline,
  view: ViewSettings,
  nowMs: number,
) {
  const { origin, search, hidesUnused, since } = view;
  const sinceMs = since ? nowMs - AGES_MS[since] : undefined;
  const all = useMemo(() => {
    const origins = parseNames(origin);
    return freightViews(
      pipeline.freight.filter(
        item =>
          (origins.size === 0 || origins.has(item.origin.name)) &&
          (sinceMs === undefined || isFoundSince(item, sinceMs)),
      ),
      orderStages(buildStageGraph(pipeline)),
    );
  }, [pipeline, origin, sinceMs]);
  return useMemo(() => {
    const found = search
      ? all.filter(card => isFreightFound(card, search))
      : [];
    if (found.length > 0) {
      return found;
    }
    return hidesUnused ? withoutUnused(all) : all;
  }, [all, search, hidesUnused]);
}

/** Actions that keep their identity, so that memoised nodes stay as they are. */
function useStableActions(
  open: (selection: Selection) => void,
  view: ViewSettings,
) {
  const latest = useRef({ open, view });
  latest.current = { open, view };
  return useMemo<GraphActions & { onOpenFreight: (name: string) => void }>(
    () => ({
      onOpenStage: stage => latest.current.open({ stage }),
      onOpenWarehouse: warehouse => latest.current.open({ warehouse }),
      onPromote: promote => latest.current.open({ promote }),
      onDropFreight: (promote, freight) =>
        latest.current.open({ promote, freight }),
      onOpenFreight: freight => latest.current.open({ freight }),
      onFoldStage: stage => {
        const { fold, set } = latest.current.view;
        set('fold', toggleName(fold, stage));
      },
      onFoldWarehouse: warehouse => {
        const { sources, set } = latest.current.view;
        set('sources', toggleName(sources, warehouse));
      },
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
  const { pipeline } = props;
  const cycles = useMemo(
    () => findCycles(buildStageGraph(pipeline)),
    [pipeline],
  );
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
