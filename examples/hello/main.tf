# The first workspace of every Berth: it needs no cloud, no account and no provider to download.
#
# `npm start` has planned it already. The plan waits, in the very folder where it was made, until you
# confirm it; the apply then starts there at once, without a second `terraform init`.

terraform {
  required_version = ">= 1.4"
}

# A variable has a default here; another value can be set on the workspace:
#   PUT /api/v1/workspaces/hello/variables/greeting  {"value": "good morning", "category": "terraform"}
variable "greeting" {
  description = "What to say"
  type        = string
  default     = "hello from Berth"
}

# terraform_data is built into Terraform: it keeps a value in the state and does nothing else.
# Change the greeting and plan again, and you see one change instead of one resource to add.
resource "terraform_data" "greeting" {
  input = var.greeting
}

# Outputs are shown when the apply is done, and are kept in the workspace's state.
output "greeting" {
  description = "The greeting as the state holds it"
  value       = terraform_data.greeting.output
}
