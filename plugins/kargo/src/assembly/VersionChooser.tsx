import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Radio from '@material-ui/core/Radio';
import RadioGroup from '@material-ui/core/RadioGroup';
import { makeStyles } from '@material-ui/core/styles';
import { useId, useState } from 'react';
import { ActionButton } from '../components/ActionButton';
import { DatedTime } from '../components/RelativeTime';
import { ArtifactIcon } from '../components/VersionChips';
import { kargoTranslationRef } from '../translation';
import { AssemblyChoice, AssemblySlot } from './assemblyModel';

const PAGE = 6;

const useStyles = makeStyles(theme => ({
  slot: { margin: 0, padding: 0, border: 0, minWidth: 0 },
  source: {
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(0.75),
    padding: theme.spacing(1, 0, 0.5),
    fontSize: '0.875rem',
    fontWeight: 600,
    overflowWrap: 'anywhere',
  },
  choices: { flexWrap: 'nowrap', maxHeight: 280, overflowY: 'auto' },
  choice: {
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    padding: theme.spacing(0.25, 1, 0.25, 0),
    borderRadius: 4,
    cursor: 'pointer',
    fontSize: '0.875rem',
    '&:hover': { backgroundColor: theme.palette.action.hover },
  },
  radio: { padding: theme.spacing(0.5, 1) },
  text: { flex: 1, minWidth: 0, overflowWrap: 'anywhere' },
  version: { fontWeight: 600 },
  muted: { color: theme.palette.text.secondary, fontSize: '0.8125rem' },
}));

/** The versions of one subscription, of which one is taken. */
export function VersionChooser(props: {
  slot: AssemblySlot;
  picked: string;
  /** Leaves out versions in which it does not occur. */
  search: string;
  onPick: (revision: string) => void;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { slot, picked, search } = props;
  const titleId = useId();
  const [shown, setShown] = useState(PAGE);
  const found = slot.choices.filter(choice => isFound(choice, search));
  // The one that is taken stays in sight, however far down it is.
  const last = found.findIndex(({ artifact }) => artifact.revision === picked);
  const visible = Math.max(shown, last + 1);
  const rest = found.length - visible;
  return (
    <div className={classes.slot}>
      <div id={titleId} className={classes.source}>
        <ArtifactIcon kind={slot.kind} />
        {slot.source}
      </div>
      <RadioGroup
        className={classes.choices}
        aria-labelledby={titleId}
        value={picked}
        onChange={(_, value) => props.onPick(value)}
      >
        {found.slice(0, visible).map(choice => (
          <Choice key={choice.artifact.revision} choice={choice} />
        ))}
      </RadioGroup>
      {found.length === 0 && (
        <div className={classes.muted} role="status">
          {t('assembly.noMatch')}
        </div>
      )}
      {rest > 0 && (
        <ActionButton onClick={() => setShown(visible + PAGE)}>
          {t('common.showMore', { number: String(Math.min(PAGE, rest)) })}
        </ActionButton>
      )}
    </div>
  );
}

function Choice(props: { choice: AssemblyChoice }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { artifact, time } = props.choice;
  const id = useId();
  return (
    <label htmlFor={id} className={classes.choice}>
      <Radio
        id={id}
        value={artifact.revision}
        size="small"
        color="primary"
        className={classes.radio}
      />
      <span className={classes.text}>
        <span className={classes.version}>{artifact.version}</span>
        {artifact.subject && ` ${artifact.subject}`}
        {artifact.author && (
          <span className={classes.muted}>
            {' '}
            {t('freight.author', { author: artifact.author })}
          </span>
        )}
      </span>
      {time && (
        <span className={classes.muted}>
          <DatedTime time={time} />
        </span>
      )}
    </label>
  );
}

function isFound({ artifact }: AssemblyChoice, search: string): boolean {
  const text = search.trim().toLocaleLowerCase('en-US');
  return [artifact.version, artifact.revision, artifact.subject ?? ''].some(
    word => word.toLocaleLowerCase('en-US').includes(text),
  );
}
