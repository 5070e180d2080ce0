/**
 * What each sealed value is for, which is part of its seal. Where it is kept, `sealed-columns.ts` has to know, or a new data
 * key leaves it behind.
 */
export const VARIABLE_SEAL = 'variable';
export const TASK_VARIABLES_SEAL = 'task variables';
export const GIT_TOKEN_SEAL = 'git token';
export const PLAN_SEAL = 'plan';
export const SNAPSHOT_SEAL = 'plan snapshot';
export const PLAN_INPUTS_SEAL = 'plan inputs';
export const STATE_SEAL = 'state';
export const UNSAVED_STATE_SEAL = 'unsaved state';
export const STEPS_SEAL = 'build steps';
export const CERT_PASSWORDS_SEAL = 'passwords of build certs';
export const CERTS_SEAL = 'build certs';
export const ID_TOKEN_SEAL = 'id token';
export const SIGN_IN_SEAL = 'sign-in';
export const CONFIGURATION_SEAL = 'configuration';
export const LOG_SEAL = 'log';
export const SIGNING_KEY_SEAL = 'signing key';
export const STORED_FILE_SEAL = 'stored file';
