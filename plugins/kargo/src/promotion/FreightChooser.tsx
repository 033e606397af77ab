import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Radio from '@material-ui/core/Radio';
import RadioGroup from '@material-ui/core/RadioGroup';
import { makeStyles, useTheme } from '@material-ui/core/styles';
import {
  freightArtifacts,
  freightDiscoveredAt,
  Stage,
} from 'backstage-plugin-kargo-common';
import { Fragment, useId, useState } from 'react';
import { ActionButton } from '../components/ActionButton';
import { originColor } from '../components/originColor';
import { RelativeTime } from '../components/RelativeTime';
import { StatusLabel } from '../components/StatusLabel';
import { useReasonTexts } from '../components/useReasonTexts';
import { VersionChips } from '../components/VersionChips';
import { FreightByName, freightLabel } from '../freight/freightModel';
import { kargoTranslationRef } from '../translation';
import { ChoiceGroup, FreightChoice } from './promotionPlan';

const PAGE = 15;

const useStyles = makeStyles(theme => ({
  list: {
    display: 'flex',
    flexDirection: 'column',
    flexWrap: 'nowrap',
    gap: theme.spacing(0.75),
    maxHeight: 420,
    overflowY: 'auto',
    [theme.breakpoints.down('xs')]: { maxHeight: 240 },
  },
  choice: {
    position: 'relative',
    display: 'flex',
    alignItems: 'flex-start',
    padding: theme.spacing(0.75, 1, 0.75, 0),
    border: `1px solid ${theme.palette.divider}`,
    borderRadius: 8,
    fontSize: '0.8125rem',
    // On a tinted ground the quiet text would have too little contrast.
    '&:hover': { borderColor: theme.palette.text.secondary },
  },
  chosen: {
    borderColor: theme.palette.primary.main,
    boxShadow: `inset 0 0 0 1px ${theme.palette.primary.main}`,
  },
  radio: { padding: theme.spacing(0.25, 1) },
  text: {
    flex: 1,
    minWidth: 0,
    display: 'flex',
    flexDirection: 'column',
    gap: 2,
  },
  head: {
    display: 'flex',
    justifyContent: 'space-between',
    gap: theme.spacing(1),
  },
  // All of the choice takes the click, but for what opens something of its own.
  label: {
    fontWeight: 600,
    cursor: 'pointer',
    '&::after': { content: '""', position: 'absolute', inset: 0 },
  },
  muted: { color: theme.palette.text.secondary, whiteSpace: 'nowrap' },
  status: { fontSize: '0.75rem' },
  origin: {
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(0.75),
    fontSize: '0.8125rem',
    fontWeight: 600,
  },
  dot: { flexShrink: 0, width: 10, height: 10, borderRadius: 5 },
  divider: {
    marginTop: theme.spacing(1),
    paddingTop: theme.spacing(1),
    borderTop: `1px solid ${theme.palette.divider}`,
    color: theme.palette.text.secondary,
    fontSize: '0.75rem',
  },
}));

/** Freight to choose from, by Warehouse and newest first, each with whether it may enter. */
export function FreightChooser(props: {
  stage: Stage;
  groups: ChoiceGroup[];
  /** Names of all Warehouses; positions choose colours. */
  origins: string[];
  chosen: FreightChoice | undefined;
  byName: FreightByName;
  nowMs: number;
  onChoose: (name: string) => void;
}) {
  const classes = useStyles();
  const theme = useTheme();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { groups, chosen, origins } = props;
  return (
    <RadioGroup
      className={classes.list}
      aria-label={t('promote.choose')}
      value={chosen?.freight.metadata.name ?? ''}
      onChange={(_, value) => props.onChoose(value)}
    >
      {groups.map(group => (
        <Fragment key={group.origin}>
          {groups.length > 1 && (
            <div className={classes.origin}>
              <span
                className={classes.dot}
                style={{
                  backgroundColor: originColor(
                    theme,
                    origins.indexOf(group.origin),
                  ),
                }}
              />
              {t('promote.fromOrigin', { origin: group.origin })}
            </div>
          )}
          <Choices {...props} choices={group.choices} />
        </Fragment>
      ))}
    </RadioGroup>
  );
}

function Choices(props: {
  stage: Stage;
  choices: FreightChoice[];
  chosen: FreightChoice | undefined;
  byName: FreightByName;
  nowMs: number;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const [shown, setShown] = useState(PAGE);
  const { choices, chosen } = props;
  // The chosen one stays visible however far down it is.
  const visible = Math.max(
    shown,
    chosen ? choices.findIndex(c => c === chosen) + 1 : 0,
  );
  const rest = choices.length - visible;
  const firstOlder = choices.findIndex(({ isOlder }) => isOlder);
  return (
    <>
      {choices.slice(0, visible).map((choice, index) => (
        <Fragment key={choice.freight.metadata.name}>
          {index === firstOlder && (
            <div className={classes.divider}>{t('promote.older')}</div>
          )}
          <Choice
            stage={props.stage}
            choice={choice}
            isChosen={choice === chosen}
            byName={props.byName}
            nowMs={props.nowMs}
          />
        </Fragment>
      ))}
      {rest > 0 && (
        <ActionButton onClick={() => setShown(visible + PAGE)}>
          {t('common.showMore', { number: String(Math.min(PAGE, rest)) })}
        </ActionButton>
      )}
    </>
  );
}

function Choice(props: {
  stage: Stage;
  choice: FreightChoice;
  isChosen: boolean;
  byName: FreightByName;
  nowMs: number;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { freight, isCurrent, availability } = props.choice;
  const { availabilityText } = useReasonTexts(props.byName, props.nowMs);
  const name = freight.metadata.name;
  const id = useId();
  const textId = useId();
  return (
    <div
      className={`${classes.choice} ${props.isChosen ? classes.chosen : ''}`}
    >
      <Radio
        id={id}
        value={name}
        size="small"
        color="primary"
        className={classes.radio}
        inputProps={{ 'aria-labelledby': textId }}
      />
      <div id={textId} className={classes.text}>
        <div className={classes.head}>
          <label htmlFor={id} className={classes.label}>
            {freightLabel({ name, alias: freight.alias })}
          </label>{' '}
          <span className={classes.muted}>
            <RelativeTime time={freightDiscoveredAt(freight)} />
          </span>
        </div>
        <VersionChips
          artifacts={freightArtifacts(freight)}
          max={3}
          // The arrow keys lead to it, by its choice.
          tabIndex={props.isChosen ? 0 : -1}
        />
        <div className={classes.status}>
          {isCurrent ? (
            <StatusLabel tone="ok">{t('availability.here')}</StatusLabel>
          ) : (
            <StatusLabel tone={availability.available ? 'neutral' : 'pending'}>
              {availabilityText(props.stage, freight)}
            </StatusLabel>
          )}
        </div>
      </div>
    </div>
  );
}
