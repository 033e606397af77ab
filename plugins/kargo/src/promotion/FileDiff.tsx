import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { alpha, makeStyles, Theme } from '@material-ui/core/styles';
import { FileChange } from 'backstage-plugin-kargo-common';
import { useMemo } from 'react';
import { unseen } from '../components/unseen';
import { kargoTranslationRef } from '../translation';
import { DiffLine, diffLines } from './diffLines';

const SIGNS = { added: '+', removed: '−', same: '' } as const;

function tinted(color: string, theme: Theme) {
  return alpha(color, theme.palette.type === 'dark' ? 0.22 : 0.14);
}

const useStyles = makeStyles(theme => ({
  frame: {
    maxHeight: 360,
    overflow: 'auto',
    border: `1px solid ${theme.palette.divider}`,
    borderRadius: theme.shape.borderRadius,
    '&:focus-visible': {
      outline: `2px solid ${theme.palette.primary.main}`,
    },
  },
  table: {
    width: '100%',
    borderCollapse: 'collapse',
    fontFamily: 'monospace',
    fontSize: '0.75rem',
    lineHeight: 1.5,
    '& td, & th': { padding: '0 6px', verticalAlign: 'top' },
  },
  unseen,
  number: {
    width: 1,
    textAlign: 'right',
    userSelect: 'none',
    color: theme.palette.text.secondary,
  },
  sign: { width: 1, userSelect: 'none' },
  text: { whiteSpace: 'pre', tabSize: 4 },
  hunk: {
    textAlign: 'left',
    fontWeight: 400,
    backgroundColor: theme.palette.action.hover,
  },
  added: { backgroundColor: tinted(theme.palette.success.main, theme) },
  removed: { backgroundColor: tinted(theme.palette.error.main, theme) },
  same: {},
  note: { color: theme.palette.text.secondary, fontSize: '0.8125rem' },
}));

/** How a file would differ, line by line. What comes and goes is a sign and a word, not a colour alone. */
export function FileDiff(props: { file: FileChange }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { path, diff, isCut, added } = props.file;
  const lines = useMemo(() => diffLines(diff ?? ''), [diff]);
  const title = t('dryRun.diffOf', { path });
  if (lines.length === 0 && !isCut) {
    return (
      <div className={classes.note}>
        {added === undefined ? t('dryRun.noText') : t('dryRun.noLines')}
      </div>
    );
  }
  return (
    <>
      {lines.length > 0 && (
        <div
          className={classes.frame}
          role="region"
          aria-label={title}
          // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so it must be reachable by keyboard
          tabIndex={0}
        >
          <table className={classes.table} aria-label={title}>
            <thead className={classes.unseen}>
              <tr>
                <th scope="col">{t('dryRun.before')}</th>
                <th scope="col">{t('dryRun.after')}</th>
                <th scope="col">{t('dryRun.what')}</th>
                <th scope="col">{t('dryRun.text')}</th>
              </tr>
            </thead>
            <tbody>
              {lines.map((line, index) => (
                <Line key={index} line={line} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {isCut && <div className={classes.note}>{t('dryRun.isCut')}</div>}
    </>
  );
}

function Line(props: { line: DiffLine }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { kind, before, after, text } = props.line;
  if (kind === 'hunk') {
    return (
      <tr>
        <th className={classes.hunk} colSpan={4}>
          {text}
        </th>
      </tr>
    );
  }
  const word = {
    added: t('dryRun.comes'),
    removed: t('dryRun.goes'),
    same: undefined,
  }[kind];
  return (
    <tr className={classes[kind]}>
      <td className={classes.number}>{before}</td>
      <td className={classes.number}>{after}</td>
      <td className={classes.sign}>
        <span aria-hidden>{SIGNS[kind]}</span>
        {word && <span className={classes.unseen}>{word}</span>}
      </td>
      <td className={classes.text}>{text}</td>
    </tr>
  );
}
