#!/usr/bin/env bash
# Plan in a merge request. Exit code 3: data would be lost.
# Needs: CLICKHOUSE_READ_URL, the project's dependencies, moose on PATH.
set -euo pipefail
export MOOSE_CLICKHOUSE_CONFIG__URL="$CLICKHOUSE_READ_URL"
moose plan --fail-on block --reports moose-review
