import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import { useSearchParams } from 'react-router-dom';
import { FilterField } from '../components/FilterField';
import { NamedText, useNamedText } from '../components/NamedText';
import { useSetParam } from '../components/useSetParam';
import { kargoTranslationRef } from '../translation';
import {
  ActivityFilter,
  AUTOMATION,
  Deed,
  filterOptions,
} from './activityFilter';

const useStyles = makeStyles(theme => ({
  root: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(1.5),
    margin: theme.spacing(1, 0),
  },
}));

/** Reads and changes what of the activity is asked for; it lives in the address. */
export function useActivityFilter() {
  const [params] = useSearchParams();
  const setParam = useSetParam();
  const filter: ActivityFilter = {
    stage: params.get('stage') ?? '',
    actor: params.get('actor') ?? '',
  };
  return {
    filter,
    isFiltered: Boolean(filter.stage || filter.actor),
    setFilter: (name: keyof ActivityFilter, value: string) =>
      setParam(name, value),
  };
}

/** Asks for what happened to one Stage, or what one person did. */
export function ActivityFilters(props: {
  filter: ActivityFilter;
  deeds: readonly Deed[];
  onChange: (name: keyof ActivityFilter, value: string) => void;
  onOpen: () => void;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { filter, deeds, onChange, onOpen } = props;
  const person = useNamedText(filter.actor);
  const nameOfActor = () => {
    if (!filter.actor) {
      return t('activity.allActors');
    }
    return filter.actor === AUTOMATION ? t('common.automation') : person;
  };
  return (
    <div className={classes.root}>
      <FilterField
        label={t('activity.stageFilter', {
          chosen: filter.stage || t('activity.allStages'),
        })}
        all={t('activity.allStages')}
        value={filter.stage}
        options={filterOptions('stage', deeds, filter).map(value => ({
          value,
          text: value,
        }))}
        onChange={value => onChange('stage', value)}
        onOpen={onOpen}
      />
      <FilterField
        label={t('activity.actorFilter', { chosen: nameOfActor() })}
        all={t('activity.allActors')}
        value={filter.actor}
        options={filterOptions('actor', deeds, filter).map(value => ({
          value,
          text:
            value === AUTOMATION ? (
              t('common.automation')
            ) : (
              <NamedText text={value} />
            ),
        }))}
        onChange={value => onChange('actor', value)}
        onOpen={onOpen}
      />
    </div>
  );
}
