#!/usr/bin/env bash
# Runs every fuzz target of the packages for a while: fuzz.sh TIME PACKAGE...
set -euo pipefail
: "${GO:=go}"
time=$1
shift
for package in $("$GO" list "$@"); do
	for target in $("$GO" test -list '^Fuzz' "$package" | grep '^Fuzz' || true); do
		echo "$package $target"
		"$GO" test -run '^$' -fuzz "^$target\$" -fuzztime "$time" -parallel 2 "$package"
	done
done
