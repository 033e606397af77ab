import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import {
  durationToMilliseconds,
  FreightRequest,
  Stage,
} from 'backstage-plugin-kargo-common';
import { formatElapsed } from '../components/RelativeTime';
import { useLocale } from '../components/useLocale';
import { kargoTranslationRef } from '../translation';

const useStyles = makeStyles(theme => ({
  list: {
    margin: 0,
    padding: 0,
    listStyle: 'none',
    fontSize: '0.875rem',
    '& li + li': { marginTop: theme.spacing(0.5) },
  },
}));

/** Where a Stage takes Freight from, as sentences. */
export function StageSources(props: { stage: Stage }) {
  const classes = useStyles();
  const sentence = useSourceText();
  return (
    <ul className={classes.list}>
      {props.stage.spec.requestedFreight.map(request => (
        <li key={request.origin.name}>{sentence(request)}</li>
      ))}
    </ul>
  );
}

function useSourceText(): (request: FreightRequest) => string {
  const { t } = useTranslationRef(kargoTranslationRef);
  const locale = useLocale();
  return ({ origin, sources }) => {
    const { direct, availabilityStrategy, requiredSoakTime } = sources;
    const stages = sources.stages ?? [];
    const names = { origin: origin.name, stages: stages.join(', ') };
    if (direct) {
      return t('stage.direct', names);
    }
    if (stages.length === 0) {
      return t('stage.viaApproval', names);
    }
    const via =
      stages.length === 1
        ? t('stage.viaOne', names)
        : t(
            availabilityStrategy === 'All' ? 'stage.viaAll' : 'stage.viaAny',
            names,
          );
    return requiredSoakTime
      ? t('stage.soak', {
          via,
          duration: formatElapsed(
            durationToMilliseconds(requiredSoakTime),
            locale,
          ),
        })
      : via;
  };
}
