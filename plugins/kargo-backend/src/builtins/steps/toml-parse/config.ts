export { ParseConfig as TomlParseConfig } from '../shared/parseStep';
