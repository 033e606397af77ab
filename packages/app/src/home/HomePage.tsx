import {
  Content,
  Header,
  InfoCard,
  Link,
  Page,
} from '@backstage/core-components';
import { identityApiRef, useApi } from '@backstage/core-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import { personas } from '../signIn/personas';
import { ReactElement, useEffect, useState } from 'react';

const useStyles = makeStyles(theme => ({
  widgets: {
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(3),
    maxWidth: 900,
  },
}));

const components = [
  { name: 'guestbook', text: 'one image through test, uat and prod' },
  { name: 'storefront', text: 'an image and its content together' },
  { name: 'cache', text: 'a chart of others, in test and prod' },
];

/** The home page of the demo: its widgets, one below the other. */
export function HomePage(props: {
  widgets: Array<{ id: string; element: ReactElement }>;
}) {
  const classes = useStyles();
  const name = useDisplayName();
  return (
    <Page themeId="home">
      <Header title={name ? `Welcome, ${name}` : 'Welcome'} />
      <Content>
        <div className={classes.widgets}>
          {props.widgets.map(({ id, element }) => (
            <div key={id}>{element}</div>
          ))}
          <Start />
        </div>
      </Content>
    </Page>
  );
}

/** The components of the demo, each with its pipeline. */
function Start() {
  return (
    <InfoCard title="Pipelines of the demo">
      <ul>
        {components.map(({ name, text }) => (
          <li key={name}>
            <Link
              to={`/catalog/default/component/${name}/kargo`}
              underline="always"
            >
              {name}
            </Link>
            {`: ${text}`}
          </li>
        ))}
      </ul>
    </InfoCard>
  );
}

function useDisplayName(): string | undefined {
  const identity = useApi(identityApiRef);
  const [name, setName] = useState<string>();
  useEffect(() => {
    const here = { isGone: false };
    identity
      .getProfileInfo()
      .then(({ displayName }) => {
        const persona = personas.find(({ id }) => id === displayName);
        if (!here.isGone) setName(persona?.name ?? displayName);
      })
      // A welcome without a name is one, too.
      .catch(() => undefined);
    return () => {
      here.isGone = true;
    };
  }, [identity]);
  return name;
}
