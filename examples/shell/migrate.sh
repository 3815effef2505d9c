#!/usr/bin/env bash
# Apply the committed plan after the merge, and see that nothing is left.
# Needs: CLICKHOUSE_URL, the project's dependencies, moose on PATH.
set -euo pipefail
export MOOSE_CLICKHOUSE_CONFIG__URL="$CLICKHOUSE_URL"
moose migrate
moose plan --detailed-exitcode
