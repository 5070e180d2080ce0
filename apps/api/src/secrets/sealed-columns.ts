import type { SealedColumn } from '@berth/persistence';
import {
  CERT_PASSWORDS_SEAL,
  CONFIGURATION_SEAL,
  GIT_TOKEN_SEAL,
  ID_TOKEN_SEAL,
  LOG_SEAL,
  PLAN_INPUTS_SEAL,
  PLAN_SEAL,
  SIGNING_KEY_SEAL,
  SNAPSHOT_SEAL,
  STATE_SEAL,
  STEPS_SEAL,
  TASK_VARIABLES_SEAL,
  UNSAVED_STATE_SEAL,
  VARIABLE_SEAL,
} from './seals.js';

/** Every sealed column, and what its values are for. A test compares it with the database. */
export const SEALED_COLUMNS: readonly (SealedColumn & { readonly seal: string })[] = [
  { table: 'variables', column: 'sealed_value', seal: VARIABLE_SEAL },
  { table: 'variable_set_variables', column: 'sealed_value', seal: VARIABLE_SEAL },
  { table: 'workspaces', column: 'sealed_git_token', seal: GIT_TOKEN_SEAL },
  { table: 'state_versions', column: 'sealed_content', seal: STATE_SEAL },
  { table: 'unsaved_states', column: 'sealed_content', seal: UNSAVED_STATE_SEAL },
  { table: 'plans', column: 'sealed_file', seal: PLAN_SEAL },
  { table: 'plans', column: 'sealed_snapshot', seal: SNAPSHOT_SEAL },
  { table: 'plan_inputs', column: 'sealed_inputs', seal: PLAN_INPUTS_SEAL },
  { table: 'task_variables', column: 'sealed_variables', seal: TASK_VARIABLES_SEAL },
  { table: 'builds', column: 'sealed_steps', seal: STEPS_SEAL },
  { table: 'builds', column: 'sealed_passwords', seal: CERT_PASSWORDS_SEAL },
  { table: 'user_sessions', column: 'sealed_id_token', seal: ID_TOKEN_SEAL },
  { table: 'configurations', column: 'content', seal: CONFIGURATION_SEAL },
  { table: 'task_log_chunks', column: 'content', seal: LOG_SEAL },
  { table: 'signing_keys', column: 'sealed_private_key', seal: SIGNING_KEY_SEAL },
];
