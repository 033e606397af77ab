import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import { ActionButton } from '../components/ActionButton';
import { SelectInput } from '../components/SelectInput';
import { SwitchInput } from '../components/SwitchInput';
import { TextInput } from '../components/TextInput';
import { useKept } from '../components/useKept';
import { useStepKinds } from '../queries/useStepKinds';
import { kargoTranslationRef } from '../translation';
import { Field, PathStep, Shape } from './manifestShape';
import { withStepFields } from './stepFields';
import { YamlField } from './YamlField';

const useStyles = makeStyles(theme => ({
  group: {
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1.5),
    minWidth: 0,
    margin: 0,
    padding: theme.spacing(0, 0, 0, 2),
    border: 0,
    borderLeft: `2px solid ${theme.palette.divider}`,
    [theme.breakpoints.down('xs')]: { paddingLeft: theme.spacing(1) },
  },
  legend: {
    padding: 0,
    fontSize: '0.875rem',
    fontWeight: 600,
    // A legend keeps its own place; the gap of the group does not reach it.
    marginBottom: theme.spacing(1),
  },
  // On a phone what removes a field stands below it, rather than squeeze it.
  row: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'flex-start',
    gap: theme.spacing(0.5, 1),
  },
  grows: { flex: '1 1 200px', minWidth: 0 },
  add: { alignSelf: 'flex-start', minWidth: 220 },
}));

/** Of the metadata, what people write. */
const METADATA = ['name', 'namespace', 'labels', 'annotations'];

interface FieldsProps {
  path: PathStep[];
  isStored: boolean;
  /** Whether an expression may stand in place of a value. */
  takesExpressions?: boolean;
  /** Without a value the field is removed. */
  onSet: (path: PathStep[], value: unknown) => void;
  /** An item of a list takes the place of the one before it. */
  onMoveUp: (list: PathStep[], index: number) => void;
}

/** The fields of an object that are there or have to be; the others can be added. */
export function ObjectFields(
  props: FieldsProps & { shape: Shape; value: unknown; hidden?: string[] },
) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { shape, path, hidden = [] } = props;
  const kinds = useStepKinds();
  if (shape.type !== 'object') {
    return null;
  }
  const value = fieldsOf(props.value);
  const { isStored, takesExpressions, onSet, onMoveUp } = props;
  const common = { isStored, takesExpressions, onSet, onMoveUp };
  const fields = withStepFields(shape.fields, value, kinds).filter(
    ({ name }) =>
      !hidden.includes(name) &&
      (path.at(-1) !== 'metadata' || METADATA.includes(name)),
  );
  const known = new Set(fields.map(({ name }) => name));
  const isThere = ({ name, isRequired }: Field) =>
    isRequired || value[name] !== undefined;
  const absent = fields.filter(field => !isThere(field));
  const others = Object.keys(value).filter(
    name => !known.has(name) && !hidden.includes(name) && path.length > 0,
  );
  return (
    <>
      {fields.filter(isThere).map(field => (
        <NamedField
          key={field.name}
          {...common}
          field={field}
          value={value[field.name]}
          path={[...path, field.name]}
        />
      ))}
      {path.at(-1) !== 'metadata' &&
        others.map(name => (
          <NamedField
            key={name}
            {...common}
            field={{
              name,
              isRequired: false,
              shape: shape.values ?? (() => ({ type: 'any' })),
            }}
            value={value[name]}
            path={[...path, name]}
          />
        ))}
      {absent.length > 0 && (
        <div className={classes.add}>
          <SelectInput
            label={t('manifestForm.add')}
            value=""
            options={['', ...absent.map(({ name }) => name)]}
            nameOf={name => name || '–'}
            onChange={name => {
              const field = absent.find(candidate => candidate.name === name);
              if (field) {
                onSet([...path, name], emptyOf(field.shape()));
              }
            }}
          />
        </div>
      )}
    </>
  );
}

/** Of what is no object, none. */
function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

function NamedField(props: FieldsProps & { field: Field; value: unknown }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { field, path, onSet } = props;
  return (
    <div className={classes.row}>
      <div className={classes.grows}>
        <ShapeField {...props} label={field.name} shape={field.shape()} />
      </div>
      {!field.isRequired && !isIdentity(path) && (
        <ActionButton
          label={t('settings.removeEntryOf', { key: path.join('.') })}
          onClick={() => onSet(path, undefined)}
        >
          {t('settings.removeEntry')}
        </ActionButton>
      )}
    </div>
  );
}

function ShapeField(
  props: FieldsProps & {
    label: string;
    shape: Shape;
    value: unknown;
    field?: Field;
  },
) {
  const { label, shape, value, path, field, onSet } = props;
  const takesExpressions = props.takesExpressions || field?.takesExpressions;
  const help = field?.description;
  if (!fits(value, shape)) {
    return (
      <YamlField
        label={label}
        path={path}
        value={value}
        onChange={v => onSet(path, v)}
      />
    );
  }
  switch (shape.type) {
    case 'object':
      return (
        <ObjectField
          {...props}
          shape={shape}
          takesExpressions={takesExpressions}
          // Once for all that is in it.
          canBeYaml={field?.takesExpressions === true}
        />
      );
    case 'list':
      return (
        <ListField
          {...props}
          takesExpressions={takesExpressions}
          items={shape.items()}
        />
      );
    case 'choice':
      return shape.isOpen || takesExpressions ? (
        <TextInput
          label={label}
          value={String(value ?? '')}
          suggestions={shape.options}
          onChange={word => onSet(path, word)}
          {...(help && { help })}
        />
      ) : (
        <SelectInput
          label={label}
          value={String(value ?? '')}
          options={[...new Set([String(value ?? ''), ...shape.options])]}
          nameOf={word => word || '–'}
          onChange={word => onSet(path, word || undefined)}
        />
      );
    case 'switch':
      return (
        <SwitchInput
          label={label}
          name={path.join('.')}
          isOn={value === true}
          onChange={isOn => onSet(path, isOn)}
        />
      );
    default:
      return (
        <TextInput
          label={label}
          value={String(value ?? '')}
          isMultiline={String(value ?? '').includes('\n')}
          isReadOnly={
            (props.isStored || path.at(-1) === 'namespace') && isIdentity(path)
          }
          onChange={text => onSet(path, fromText(text, shape))}
          {...(help && { help })}
        />
      );
  }
}

/** An object as its fields; where expressions may stand for all of it, as YAML as well. */
function ObjectField(
  props: FieldsProps & {
    label: string;
    shape: Shape;
    value: unknown;
    canBeYaml: boolean;
  },
) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const [isYaml, setIsYaml] = useKept(
    `isYaml ${props.path.join('.')}`,
    () => false,
  );
  const { label, path, value, canBeYaml, onSet } = props;
  return (
    <fieldset className={classes.group}>
      <legend className={classes.legend}>{label}</legend>
      {canBeYaml && (
        <SwitchInput
          label={t('manifestForm.asYaml')}
          name={t('manifestForm.asYamlOf', { field: path.join('.') })}
          isOn={isYaml}
          onChange={setIsYaml}
        />
      )}
      {isYaml ? (
        <YamlField
          label={label}
          path={path}
          value={value}
          onChange={v => onSet(path, v)}
        />
      ) : (
        <ObjectFields
          shape={props.shape}
          value={value}
          path={path}
          isStored={props.isStored}
          takesExpressions={props.takesExpressions}
          onSet={onSet}
          onMoveUp={props.onMoveUp}
        />
      )}
    </fieldset>
  );
}

/**
 * Whether a value can be shown in fields of its own: an expression often cannot, and of some
 * shapes it is not known what they hold.
 */
function fits(value: unknown, shape: Shape): boolean {
  const isNested = typeof value === 'object' && value !== null;
  switch (shape.type) {
    case 'object':
      return (
        shape.fields.length > 0 &&
        (value === undefined || value === null || isNested)
      );
    case 'list':
      return value === undefined || value === null || Array.isArray(value);
    case 'switch':
      return typeof value !== 'string' && !isNested;
    case 'any':
      return false;
    default:
      return !isNested;
  }
}

/** What names the resource; another one would be another resource. */
function isIdentity([first, second, ...rest]: PathStep[]): boolean {
  return (
    first === 'metadata' &&
    (second === 'name' || second === 'namespace') &&
    rest.length === 0
  );
}

/** A number is one once it is written as numbers are: `1.` and `1.0` may go on. */
function fromText(text: string, shape: Shape): unknown {
  const number = Number(text);
  const isWritten = Number.isFinite(number) && String(number) === text;
  return shape.type === 'number' && isWritten ? number : text;
}

function ListField(
  props: FieldsProps & { label: string; items: Shape; value: unknown },
) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { label, items, path, isStored, takesExpressions } = props;
  const { onSet, onMoveUp } = props;
  const values = Array.isArray(props.value) ? props.value : [];
  return (
    <fieldset className={classes.group}>
      <legend className={classes.legend}>{label}</legend>
      {values.map((value, index) => (
        <div key={index} className={classes.row}>
          <div className={classes.grows}>
            <ShapeField
              isStored={isStored}
              takesExpressions={takesExpressions}
              onSet={onSet}
              onMoveUp={onMoveUp}
              label={t('manifestForm.item', {
                list: label,
                number: String(index + 1),
              })}
              shape={items}
              value={value}
              path={[...path, index]}
            />
          </div>
          {index > 0 && (
            <ActionButton
              label={t('setup.earlier', {
                stage: [...path, index + 1].join('.'),
              })}
              onClick={() => onMoveUp(path, index)}
            >
              {t('setup.up')}
            </ActionButton>
          )}
          <ActionButton
            label={t('settings.removeEntryOf', {
              key: [...path, index + 1].join('.'),
            })}
            onClick={() => onSet([...path, index], undefined)}
          >
            {t('settings.removeEntry')}
          </ActionButton>
        </div>
      ))}
      <div className={classes.add}>
        <ActionButton
          variant="outlined"
          label={t('manifestForm.addItemOf', { list: path.join('.') })}
          onClick={() => onSet([...path, values.length], emptyOf(items))}
        >
          {t('manifestForm.addItem')}
        </ActionButton>
      </div>
    </fieldset>
  );
}

/** What a field begins with, with what it must have. */
function emptyOf(shape: Shape): unknown {
  switch (shape.type) {
    case 'object':
      return Object.fromEntries(
        shape.fields
          .filter(({ isRequired }) => isRequired)
          .map(field => [field.name, emptyOf(field.shape())]),
      );
    case 'list':
      return [];
    case 'choice':
      return shape.options.length === 1 ? shape.options[0] : '';
    case 'switch':
      return true;
    case 'any':
      return {};
    default:
      return '';
  }
}
