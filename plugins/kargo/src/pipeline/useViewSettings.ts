import { useTheme } from '@material-ui/core/styles';
import useMediaQuery from '@material-ui/core/useMediaQuery';
import { useMemo } from 'react';
import { useSearchParams } from 'react-router-dom';
import { Pipeline } from '../queries/usePipeline';

/** More nodes than this are easier to read as a table. */
const LARGE_PIPELINE = 80;

/** The two ways to look at a pipeline. */
export type PipelineViewName = 'graph' | 'list';

/** What the person set on the toolbar; it lives in the address. */
export interface ViewSettings {
  name: PipelineViewName;
  search: string;
  origin: string;
  highlighted: ReadonlySet<string> | undefined;
  set: (name: 'view' | 'find' | 'origin', value: string) => void;
}

/** What the address says of the view, and how to change it. */
export function useViewSettings(pipeline: Pipeline): ViewSettings {
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
