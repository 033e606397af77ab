import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Checkbox from '@material-ui/core/Checkbox';
import Dialog from '@material-ui/core/Dialog';
import DialogContent from '@material-ui/core/DialogContent';
import DialogTitle from '@material-ui/core/DialogTitle';
import FormControlLabel from '@material-ui/core/FormControlLabel';
import { useTheme } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import useMediaQuery from '@material-ui/core/useMediaQuery';
import { useId, useMemo, useState } from 'react';
import { ActionButton } from '../components/ActionButton';
import { DialogFoot } from '../components/DialogFoot';
import { useNow } from '../components/useNow';
import { Selection } from '../components/useSelection';
import { freightTitle, indexFreight } from '../freight/freightModel';
import { Pipeline } from '../queries/usePipeline';
import { kargoTranslationRef } from '../translation';
import {
  chosenAtFirst,
  judgedAgain,
  Review,
  ReviewRow,
  reviewRows,
} from './review';
import { ReviewList } from './ReviewList';
import { usePromoteSeveral } from './usePromoteSeveral';

/** Several Stages with what each would get, to look through and promote at once. */
export function ReviewDialog(props: {
  pipeline: Pipeline;
  review: Review;
  /** Names of the Stages that are shown, where the pipeline is filtered. */
  shown?: ReadonlySet<string> | undefined;
  onOpen: (selection: Selection) => void;
  onClose: () => void;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const isNarrow = useMediaQuery(useTheme().breakpoints.down('xs'));
  const titleId = useId();
  // A state and no ref: what is drawn of the list depends on it being there.
  const [container, setContainer] = useState<HTMLElement | null>(null);
  const { pipeline, review, shown } = props;
  const now = useNow(10_000);
  // Which rows there are stays, although promoting changes what is newer.
  const [offered] = useState(() => reviewRows(pipeline, review, now, shown));
  const [chosen, setChosen] = useState(() => new Set(chosenAtFirst(offered)));
  const rows = useMemo(
    () => judgedAgain(pipeline, offered, now),
    [pipeline, offered, now],
  );
  const byName = useMemo(
    () => indexFreight(pipeline.freight),
    [pipeline.freight],
  );
  const several = usePromoteSeveral(pipeline.project);
  const left = rows.filter(
    ({ id, stop }) =>
      !stop && chosen.has(id) && several.outcomes[id]?.promotion === undefined,
  );
  const isAnyMade = Object.values(several.outcomes).some(o => o.promotion);
  return (
    <Dialog
      open
      onClose={props.onClose}
      maxWidth="md"
      fullWidth
      fullScreen={isNarrow}
      aria-labelledby={titleId}
    >
      <DialogTitle id={titleId}>
        {useTitle(pipeline, review, shown)}
      </DialogTitle>
      <DialogContent ref={setContainer}>
        {rows.length === 0 ? (
          <Typography color="textSecondary" variant="body2">
            {t('review.nothing')}
          </Typography>
        ) : (
          <>
            <AllOfThem
              rows={rows}
              chosen={chosen}
              isFixed={several.isPending}
              onChoose={setChosen}
            />
            <ReviewList
              rows={rows}
              container={container}
              access={pipeline.access}
              chosen={chosen}
              outcomes={several.outcomes}
              byName={byName}
              nowMs={now}
              isFixed={several.isPending}
              onChoose={setChosen}
              onOpen={props.onOpen}
            />
          </>
        )}
      </DialogContent>
      <DialogFoot
        status={
          several.isPending
            ? t('promote.submitting')
            : t('review.chosen', { count: left.length })
        }
      >
        <ActionButton onClick={props.onClose} size="medium">
          {isAnyMade ? t('common.close') : t('common.cancel')}
        </ActionButton>
        <ActionButton
          onClick={() => several.promote(left)}
          variant="contained"
          size="medium"
          isPending={several.isPending}
          {...(left.length === 0 && { refusal: t('review.chooseFirst') })}
        >
          {t('review.promote', { count: left.length })}
        </ActionButton>
      </DialogFoot>
    </Dialog>
  );
}

/** Chooses everything that is chosen at first, or nothing; not worth a control for one or two. */
function AllOfThem(props: {
  rows: readonly ReviewRow[];
  chosen: ReadonlySet<string>;
  isFixed: boolean;
  onChoose: (chosen: Set<string>) => void;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { rows, chosen } = props;
  const all = chosenAtFirst(rows);
  if (all.length < 3) {
    return null;
  }
  const isAll = all.every(id => chosen.has(id));
  return (
    <FormControlLabel
      control={
        <Checkbox
          size="small"
          color="primary"
          checked={isAll}
          indeterminate={!isAll && chosen.size > 0}
          disabled={props.isFixed}
          onChange={() => props.onChoose(new Set(isAll ? [] : all))}
        />
      }
      label={t('review.all')}
    />
  );
}

function useTitle(
  { freight }: Pipeline,
  review: Review,
  shown: ReadonlySet<string> | undefined,
): string {
  const { t } = useTranslationRef(kargoTranslationRef);
  switch (review.kind) {
    case 'newer':
      return t(shown ? 'review.newerShown' : 'review.newer');
    case 'downstream':
      return t('review.downstream', { stage: review.name });
    case 'upstream':
      return t('review.upstream', { stage: review.name });
    default: {
      const found = freight.find(f => f.metadata.name === review.name);
      return t('review.freight', {
        freight: found ? freightTitle(found) : review.name,
      });
    }
  }
}
