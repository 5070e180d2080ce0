/** Needs the tests' own provider, whose things can be slow and can be refused. */
const FAKE =
  'terraform {\n  required_providers {\n    fake = {\n      source  = "berth/fake"\n      version = "1.4.0"\n    }\n  }\n}\n';

type Files = Readonly<Record<string, string>>;

/** A network whose subnets cannot keep their place when its range changes. */
export function network(range: string, zones: readonly string[]): Files {
  return {
    'main.tf': `
variable "region" { default = "eu-north-1" }
variable "peering_secret" {
  default   = ""
  sensitive = true
}
module "vpc" {
  source = "./vpc"
  range  = ${JSON.stringify(range)}
  zones  = ${JSON.stringify(zones)}
}
resource "terraform_data" "peering" {
  input = { vpc = module.vpc.id, region = var.region, secret = var.peering_secret }
}
output "range" { value = ${JSON.stringify(range)} }
output "subnets" { value = module.vpc.subnets }
output "vpc" { value = module.vpc.id }
`,
    'vpc/main.tf': `
variable "range" { type = string }
variable "zones" { type = list(string) }
resource "terraform_data" "network" {
  input = { cidr = var.range, dns = true }
}
resource "terraform_data" "subnet" {
  for_each         = toset(var.zones)
  input            = { zone = each.key, cidr = cidrsubnet(var.range, 4, index(var.zones, each.key)) }
  triggers_replace = [var.range]
}
resource "terraform_data" "route" {
  for_each = terraform_data.subnet
  input    = { subnet = each.value.id, target = "igw-1" }
}
${zones.length > 3 ? 'resource "terraform_data" "flow_log" {\n  input = { network = terraform_data.network.id, days = 30 }\n}\n' : ''}
output "id" { value = terraform_data.network.id }
output "subnets" { value = { for zone, subnet in terraform_data.subnet : zone => subnet.output.cidr } }
`,
  };
}

/** A service with a few settings. */
export function service(name: string, settings: Readonly<Record<string, string | number>>): Files {
  const lines = Object.entries(settings).map(([key, value]) => `    ${key} = ${JSON.stringify(value)}`);
  return {
    'main.tf': `
variable "log_level" { default = "info" }
resource "terraform_data" "service" {
  input = {
    name = ${JSON.stringify(name)}
    log_level = var.log_level
${lines.join('\n')}
  }
}
resource "terraform_data" "alarm" {
  for_each = toset(["latency", "errors", "saturation"])
  input    = { service = terraform_data.service.id, on = each.key }
}
check "replicas" {
  assert {
    condition     = try(tonumber(terraform_data.service.input.replicas), 2) > 1
    error_message = "One replica does not survive the loss of a zone."
  }
}
output "url" { value = "https://${name}.example.org" }
output "password" {
  value     = terraform_data.service.id
  sensitive = true
}
`,
  };
}

/** Things of the tests' own provider, by name. */
export function things(named: Readonly<Record<string, Readonly<Record<string, string | number>>>>): Files {
  const blocks = Object.entries(named).map(([name, attributes]) => {
    const lines = Object.entries(attributes).map(([key, value]) => `  ${key} = ${JSON.stringify(value)}`);
    return `resource "fake_thing" "${name}" {\n${lines.join('\n')}\n}\n`;
  });
  return { 'main.tf': FAKE + blocks.join('') };
}
