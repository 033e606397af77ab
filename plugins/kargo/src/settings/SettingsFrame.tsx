import { ErrorBoundary } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import { NavLink, Navigate, Route, Routes } from 'react-router-dom';
import { EmptyView } from '../components/StateViews';
import { kargoTranslationRef } from '../translation';
import { AddedSettingsTab, SettingsTab } from './settingsTabs';

const useStyles = makeStyles(theme => ({
  root: {
    display: 'grid',
    gridTemplateColumns: '200px minmax(0, 1fr)',
    gap: theme.spacing(3),
    alignItems: 'start',
    [theme.breakpoints.down('sm')]: {
      gridTemplateColumns: 'minmax(0, 1fr)',
      gap: theme.spacing(1),
    },
  },
  menu: {
    display: 'flex',
    flexDirection: 'column',
    gap: 2,
    margin: theme.spacing(2, 0, 0),
    padding: 0,
    listStyle: 'none',
    [theme.breakpoints.down('sm')]: {
      flexDirection: 'row',
      flexWrap: 'wrap',
    },
  },
  entry: {
    display: 'block',
    padding: theme.spacing(0.75, 1.5),
    borderRadius: 4,
    color: theme.palette.text.primary,
    fontSize: '0.875rem',
    textDecoration: 'none',
    '&:hover': { backgroundColor: theme.palette.action.hover },
    '&[aria-current="page"]': {
      backgroundColor: theme.palette.action.selected,
      fontWeight: 600,
    },
  },
}));

/** A menu of settings with the chosen one beside it; each has its own address. */
export function SettingsFrame<Props extends object>(props: {
  /** What the menu is called. */
  label: string;
  tabs: SettingsTab<Props>[];
  /** What modules add, below the others. */
  added?: AddedSettingsTab<Props>[];
  content: Props;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { content, added = [] } = props;
  const tabs = [
    ...props.tabs.map(({ path, Content }) => ({
      path,
      title: t(`settings.tabs.${path}`),
      Content,
    })),
    ...added,
  ];
  return (
    <div className={classes.root}>
      <nav aria-label={props.label}>
        <ul className={classes.menu}>
          {tabs.map(({ path, title }) => (
            <li key={path}>
              <NavLink to={path} className={classes.entry}>
                {title}
              </NavLink>
            </li>
          ))}
        </ul>
      </nav>
      <div>
        <Routes>
          <Route path="/" element={<Navigate to={tabs[0].path} replace />} />
          {tabs.map(({ path, Content }) => (
            <Route
              key={path}
              path={path}
              element={
                // Of a tab that fails the others stay.
                <ErrorBoundary key={path}>
                  <Content {...content} />
                </ErrorBoundary>
              }
            />
          ))}
          <Route
            path="*"
            element={
              <EmptyView
                title={t('states.noPageTitle')}
                text={t('settings.noTabText')}
              />
            }
          />
        </Routes>
      </div>
    </div>
  );
}
