import { useTheme } from '@material-ui/core/styles';
import useMediaQuery from '@material-ui/core/useMediaQuery';
import { useSearchParams } from 'react-router-dom';
import { useSetParam } from '../components/useSetParam';
import { Pipeline } from '../queries/usePipeline';
import { StageFilter, StageOrder } from './stageFilter';

/** More nodes than this are easier to read as a table. */
const LARGE_PIPELINE = 80;

/** The two ways to look at a pipeline. */
export type PipelineViewName = 'graph' | 'list';

/** What the toolbar changes, by the name it has in the address. */
export type ViewSetting =
  | 'view'
  | 'find'
  | 'origin'
  | 'state'
  | 'sort'
  | 'rows'
  | 'unused'
  | 'since'
  | 'fold'
  | 'sources';

/** How far back the timeline can look, by the name in the address. */
export const SINCE = ['day', 'week', 'month'] as const;

/** How far back the timeline looks; empty for all time. */
export type Since = (typeof SINCE)[number] | '';

/** What the person set on the toolbar; it lives in the address. */
export interface ViewSettings extends StageFilter {
  name: PipelineViewName;
  order: StageOrder;
  /** Whether the list has one line to a Stage; never on a small screen. */
  isCompact: boolean;
  isFiltered: boolean;
  /** Whether Freight that was passed over or left behind is not shown. */
  hidesUnused: boolean;
  /** How old Freight may be that is shown. */
  since: Since;
  /** Names of Stages behind which nothing is drawn, with commas between them. */
  fold: string;
  /** Names of Warehouses of which is drawn what they watch, with commas between them. */
  sources: string;
  set: (name: ViewSetting, value: string) => void;
}

/** Reads and changes what the person set on the toolbar. */
export function useViewSettings(pipeline: Pipeline): ViewSettings {
  const [params] = useSearchParams();
  const setParam = useSetParam();
  const isNarrow = useMediaQuery(useTheme().breakpoints.down('xs'));
  const isLarge =
    pipeline.stages.length + pipeline.warehouses.length > LARGE_PIPELINE;
  const search = params.get('find') ?? '';
  const origin = params.get('origin') ?? '';
  const group = params.get('state') ?? '';
  return {
    name: viewName(params.get('view'), isNarrow || isLarge),
    search,
    origin,
    group,
    order: stageOrder(params.get('sort')),
    isCompact: !isNarrow && params.get('rows') === 'compact',
    isFiltered: Boolean(search || origin || group),
    hidesUnused: params.get('unused') === 'hidden',
    since: SINCE.find(name => name === params.get('since')) ?? '',
    fold: params.get('fold') ?? '',
    sources: params.get('sources') ?? '',
    set: setParam,
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

function stageOrder(wanted: string | null): StageOrder {
  return wanted === 'name' || wanted === 'state' || wanted === 'since'
    ? wanted
    : 'flow';
}
