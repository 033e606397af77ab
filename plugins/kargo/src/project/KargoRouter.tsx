import { makeStyles } from '@material-ui/core/styles';
import { Route, Routes } from 'react-router-dom';
import { KargoQueryProvider } from '../queries/KargoQueryProvider';
import { ProjectPage } from './ProjectPage';
import { ProjectsPage } from './ProjectsPage';
import { PromotionPage } from './PromotionPage';

const useStyles = makeStyles(theme => ({
  content: {
    padding: theme.spacing(1, 3, 3),
    minWidth: 0,
    [theme.breakpoints.down('xs')]: { padding: theme.spacing(1, 2, 2) },
  },
}));

/** The pages of the plugin. The page's header is drawn by whoever mounts them. */
export function KargoRouter() {
  const classes = useStyles();
  return (
    <KargoQueryProvider>
      <div className={classes.content}>
        <Routes>
          <Route path="/" element={<ProjectsPage />} />
          <Route path="/projects/:project" element={<ProjectPage />} />
          <Route
            path="/projects/:project/promotions/:promotion"
            element={<PromotionPage />}
          />
        </Routes>
      </div>
    </KargoQueryProvider>
  );
}
