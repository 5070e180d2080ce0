import type { PlanContent, PlanResourceChange } from '@berth/contracts';

const PROVIDER = 'registry.terraform.io/hashicorp/aws';

/** A change with what every one has; a test says the rest. */
export function plannedChange(
  address: string,
  actions: readonly string[],
  more: Partial<PlanResourceChange> = {},
): PlanResourceChange {
  const [, type = '', name = ''] = /([a-z_]+)\.([\w-]+)/.exec(address) ?? [];
  return {
    address,
    previousAddress: null,
    module: '',
    mode: 'managed',
    type,
    name,
    index: null,
    provider: PROVIDER,
    actions: [...actions],
    reason: null,
    replacePaths: [],
    importing: null,
    deposed: null,
    before: null,
    after: null,
    afterUnknown: {},
    sensitiveChanges: [],
    ...more,
  };
}

/** A plan of these changes, counted as terraform counts. */
export function planOf(
  resources: readonly PlanResourceChange[],
  more: Partial<PlanContent> = {},
): PlanContent {
  const counted = (action: string): number =>
    resources.filter(({ actions }) => actions.includes(action)).length;
  return {
    summary: {
      add: counted('create'),
      change: counted('update'),
      destroy: counted('delete'),
      import: resources.filter(({ importing }) => importing !== null).length,
      move: resources.filter(({ previousAddress }) => previousAddress !== null).length,
      forget: counted('forget'),
      drift: 0,
      outputs: more.outputs?.length ?? 0,
      actions: 0,
      other: 0,
    },
    resources: [...resources],
    outputs: [],
    drift: [],
    actions: [],
    deferred: [],
    checks: [],
    notShown: [],
    cut: null,
    complete: true,
    errored: false,
    terraformVersion: '1.11.4',
    planFormatVersion: '1.2',
    ...more,
  };
}

/** As large plans are: modules with security groups and instances, most of them new, some changed, replaced and destroyed. */
export function largePlan(resources: number): PlanContent {
  return planOf(Array.from({ length: resources }, (_, index) => oneOfMany(index)));
}

function oneOfMany(index: number): PlanResourceChange {
  const module = `module.region_${Math.floor(index / 100)}`;
  const name = `web_${index}`;
  const values = {
    ami: 'ami-0c55b159cbfafe1f0',
    instance_type: 't3.large',
    tags: { Name: name, team: `team-${index % 7}`, environment: 'production' },
    vpc_security_group_ids: ['sg-1', 'sg-2'],
    user_data: '#!/bin/sh\nset -eu\nexec /usr/local/bin/start\n',
  };
  const own = (actions: readonly string[], more: Partial<PlanResourceChange>): PlanResourceChange =>
    plannedChange(`${module}.aws_instance.${name}`, actions, { module, ...more });
  switch (index % 10) {
    case 0:
      return own(['update'], {
        before: { ...values, id: `i-${index}` },
        after: { ...values, id: `i-${index}`, instance_type: 't3.xlarge' },
      });
    case 1:
      return own(['delete', 'create'], {
        before: { ...values, id: `i-${index}` },
        after: { ...values, ami: 'ami-1' },
        afterUnknown: { id: true },
        reason: 'replace_because_cannot_update',
        replacePaths: [['ami']],
      });
    case 2:
      return own(['delete'], { before: values, reason: 'delete_because_no_resource_config' });
    default:
      return own(['create'], { after: values, afterUnknown: { id: true, arn: true } });
  }
}
