export { UpdateConfig as TomlUpdateConfig } from '../shared/updateConfig';
