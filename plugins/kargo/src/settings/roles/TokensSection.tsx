import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Typography from '@material-ui/core/Typography';
import { ANNOTATIONS, Secret } from 'backstage-plugin-kargo-common';
import { ActionButton } from '../../components/ActionButton';
import { useOpenDialog } from '../../components/useOpenDialog';
import { Person } from '../../components/Person';
import { DatedTime } from '../../components/RelativeTime';
import { Section } from '../../components/Section';
import { kargoTranslationRef } from '../../translation';
import { DeleteAction } from '../DeleteAction';
import { SettingsBody } from '../SettingsBody';
import { SettingsTable } from '../SettingsTable';
import { NewTokenDialog } from './NewTokenDialog';
import { RoleRow } from './roleRows';
import { ShownToken } from './ShownToken';
import { TokenPlace, useNewToken, useTokens } from './useTokens';

/** The tokens of programs: which role each acts as, and when it was last used. */
export function TokensSection(props: {
  place: TokenPlace;
  roles: RoleRow[];
  /** Why the viewer may make none. */
  refusal?: string | undefined;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { place, roles, refusal } = props;
  const { query, remove } = useTokens(place);
  const open = useOpenDialog();
  return (
    <Section
      title={t('settings.tokens.title')}
      action={
        <ActionButton
          onClick={() =>
            open(close => (
              <NewToken place={place} roles={roles} onClose={close} />
            ))
          }
          variant="outlined"
          {...(refusal !== undefined && { refusal })}
        >
          {t('settings.tokens.create')}
        </ActionButton>
      }
    >
      <Typography variant="body2" gutterBottom>
        {t('settings.tokens.text')}
      </Typography>
      <SettingsBody query={query}>
        {tokens => <TokenTable tokens={tokens} remove={remove} />}
      </SettingsBody>
    </Section>
  );
}

/** Asks for what a token needs, and shows the token. */
function NewToken(props: {
  place: TokenPlace;
  roles: RoleRow[];
  onClose: () => void;
}) {
  const { data: token, isPending, error, mutate } = useNewToken(props.place);
  return token ? (
    <ShownToken token={token} onClose={props.onClose} />
  ) : (
    <NewTokenDialog
      roles={props.roles}
      isPending={isPending}
      error={error}
      onCreate={wanted => mutate(wanted)}
      onClose={props.onClose}
    />
  );
}

function TokenTable(props: {
  tokens: Secret[];
  remove: ReturnType<typeof useTokens>['remove'];
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const annotation = ({ metadata }: Secret, name: string) =>
    metadata.annotations?.[name];
  return (
    <SettingsTable
      caption={t('settings.tokens.title')}
      items={props.tokens}
      columns={[
        {
          title: t('settings.roles.kind'),
          cell: token => annotation(token, ANNOTATIONS.serviceAccountName),
        },
        {
          title: t('settings.tokens.madeBy'),
          cell: token => (
            <Person
              name={
                annotation(token, ANNOTATIONS.createActor) ??
                t('common.unknownActor')
              }
            />
          ),
        },
        {
          title: t('promotion.created'),
          cell: ({ metadata }) => (
            <DatedTime time={metadata.creationTimestamp} />
          ),
        },
        {
          title: t('settings.tokens.lastUsed'),
          cell: token => {
            const time = annotation(token, ANNOTATIONS.tokenLastUsed);
            return time ? (
              <DatedTime time={time} />
            ) : (
              t('settings.tokens.neverUsed')
            );
          },
        },
      ]}
      actions={({ metadata: { name } }) => (
        <DeleteAction
          item={{ kind: t('settings.tokens.kind'), metadata: { name } }}
          text={t('settings.tokens.deleteText')}
          remove={props.remove}
        />
      )}
    />
  );
}
