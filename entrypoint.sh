#!/bin/bash
# Not sh: dash drops variables with a hyphen, as INPUT_CLICKHOUSE-URL, from the
# environment. The workspace belongs to another user, which git must be told.
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0="${GITHUB_WORKSPACE:-$PWD}"
exec moose action "$@"
