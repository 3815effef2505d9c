#!/bin/bash
trap 'echo "got SIGINT"; exit 42' INT
trap 'echo "got SIGTERM"; exit 43' TERM
{
	echo "args=$*"
	echo "user=$(id -u)"
	echo "pwd=$PWD"
	echo "home=$HOME"
	echo "owner=$(stat -c %u . "$GITHUB_EVENT_PATH" "$HOME" | tr '\n' ' ')"
	echo "environ<<END-OF-ENVIRON"
	env
	echo "END-OF-ENVIRON"
	echo "event=$(tr -d '\n' <"$GITHUB_EVENT_PATH")"
} >>"$GITHUB_OUTPUT"
eval "$INPUT_DO"
