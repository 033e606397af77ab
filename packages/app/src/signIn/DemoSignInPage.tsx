import { useCallback, useState } from 'react';
import { Content, Page, ProxiedSignInPage } from '@backstage/core-components';
import type { IdentityApi } from '@backstage/core-plugin-api';
import type { SignInPageProps } from '@backstage/plugin-app-react';
import Button from '@material-ui/core/Button';
import Card from '@material-ui/core/Card';
import CardActions from '@material-ui/core/CardActions';
import CardContent from '@material-ui/core/CardContent';
import Grid from '@material-ui/core/Grid';
import Typography from '@material-ui/core/Typography';
import { personas } from './personas';

const storageKey = 'kargo-demo.persona';

/** Signs in as one of the people of the demo, and stays so until signed out. */
export function DemoSignInPage({ onSignInSuccess }: SignInPageProps) {
  const [persona, setPersona] = useState(
    () => sessionStorage.getItem(storageKey) ?? undefined,
  );

  const choose = (id: string) => {
    sessionStorage.setItem(storageKey, id);
    setPersona(id);
  };

  const succeed = useCallback(
    (identity: IdentityApi) => onSignInSuccess(forgetOnSignOut(identity)),
    [onSignInSuccess],
  );

  if (!persona) return <PersonaPicker onChoose={choose} />;
  return (
    <ProxiedSignInPage
      provider="demo"
      headers={{ 'x-demo-persona': persona }}
      onSignInSuccess={succeed}
    />
  );
}

function PersonaPicker({ onChoose }: { onChoose: (id: string) => void }) {
  return (
    <Page themeId="home">
      <Content>
        <Typography variant="h1" gutterBottom>
          Kargo for Backstage
        </Typography>
        <Typography paragraph>Choose who you are in this demo.</Typography>
        <Grid container>
          {personas.map(({ id, name, role }) => (
            <Grid item xs={12} sm={6} md={3} key={id}>
              <Card>
                <CardContent>
                  <Typography variant="h5" component="h2">
                    {name}
                  </Typography>
                  <Typography>{role}</Typography>
                </CardContent>
                <CardActions>
                  <Button color="primary" onClick={() => onChoose(id)}>
                    Enter as {name}
                  </Button>
                </CardActions>
              </Card>
            </Grid>
          ))}
        </Grid>
      </Content>
    </Page>
  );
}

function forgetOnSignOut(identity: IdentityApi): IdentityApi {
  return {
    getBackstageIdentity: () => identity.getBackstageIdentity(),
    getCredentials: () => identity.getCredentials(),
    getProfileInfo: () => identity.getProfileInfo(),
    async signOut() {
      sessionStorage.removeItem(storageKey);
      await identity.signOut();
      // The app keeps the identity it was given, so it must start afresh.
      window.location.assign('/');
    },
  };
}
