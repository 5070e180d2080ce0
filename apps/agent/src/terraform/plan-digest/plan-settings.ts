import { isTree, treeOf, without } from './canonical-text.js';
import type { Part } from './plan-effects.js';

type Tree = Readonly<Record<string, unknown>>;

/** What an apply runs by, beside what its plan says. */
export interface PlanInputs {
  /** Below the work directory, where terraform runs. */
  readonly workingDirectory: string;
  /** Of Berth: a run's environment names it. */
  readonly workspace: string;
  readonly engine: string;
  readonly engineVersion: string;
  readonly options: {
    readonly destroy: boolean;
    readonly targets: readonly string[];
    readonly replace: readonly string[];
    readonly refreshOnly: boolean;
  };
  /** All of them: ephemeral ones are in no plan. */
  readonly variables: readonly {
    readonly key: string;
    readonly value: string;
    readonly category: 'terraform' | 'env';
    readonly hcl: boolean;
  }[];
  /** Digest of the work directory before planning. */
  readonly files: string | null;
  /** Digest of the modules that init has fetched. */
  readonly modules: string | null;
  /** The lock file without its hashes, which depend on where a provider was fetched from. */
  readonly providers: string | null;
}

const ROOT_PARTS = ['resources', 'module_calls'];

/** What the changes were made of, as the plan has it: provisioners, providers' settings and the like are in no change. */
export function contextOf({ variables, configuration }: Tree): Part[] {
  // What has another form than today's counts whole.
  const {
    provider_config: providers,
    root_module: root,
    ...rest
  } = isTree(configuration) ? configuration : { configuration };
  const { resources, module_calls: calls } = treeOf(root);
  const addressed = (Array.isArray(resources) ? resources : [resources]).map((resource: unknown) => {
    const { address } = treeOf(resource);
    const name = typeof address === 'string' ? `configuration of ${address}` : 'configuration';
    return { name, value: resource };
  });
  return [
    ...named('variable ', variables),
    ...named('provider ', providers),
    ...addressed,
    ...named('configuration of module.', calls),
    {
      name: 'configuration',
      value: [rest, isTree(root) ? without(root, ROOT_PARTS) : root],
    },
  ];
}

/** Each of the inputs by the name that people have for it. */
export function inputParts(inputs: PlanInputs): Part[] {
  const { options, variables } = inputs;
  return [
    { name: 'files', value: inputs.files },
    { name: 'modules', value: inputs.modules },
    { name: 'lock file', value: inputs.providers },
    { name: 'engine', value: [inputs.engine, inputs.engineVersion] },
    { name: 'working directory', value: inputs.workingDirectory },
    { name: 'name of the workspace', value: inputs.workspace },
    {
      name: 'options',
      value: {
        ...options,
        targets: [...options.targets].sort(),
        replace: [...options.replace].sort(),
      },
    },
    ...variables.map(({ key, value, category, hcl }) =>
      category === 'env'
        ? { name: `environment variable ${key}`, value }
        : { name: `variable ${key}`, value: { value, hcl } },
    ),
  ];
}

function named(prefix: string, tree: unknown): Part[] {
  const entries =
    tree === undefined || isTree(tree) ? Object.entries(tree ?? {}) : [['(all)', tree] as const];
  return entries.map(([name, value]) => ({ name: `${prefix}${name}`, value }));
}
