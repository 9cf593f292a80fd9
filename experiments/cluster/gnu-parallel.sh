#!/bin/bash
# One study in shards with GNU parallel, on this machine or on several over ssh, then merged.
#
#   ./gnu-parallel.sh MANIFEST SHARDS FOLDER
#   PARALLEL='--sshloginfile hosts.txt' ./gnu-parallel.sh MANIFEST SHARDS FOLDER
#
# With several machines, the three paths must mean the same on each (a shared file
# system). On one machine plain `seedbed run` uses every core by itself; shards are
# for several machines, or for cores that come and go. Calling it again trains only the
# shards that are not done, and each goes on where it was stopped.
set -euo pipefail

if [[ $# -ne 3 ]]; then
    echo "usage: gnu-parallel.sh MANIFEST SHARDS FOLDER" >&2
    exit 2
fi
manifest=$1 shards=$2 folder=$3
seedbed=${SEEDBED:-seedbed}
mkdir -p "$folder"

# --halt soon,fail=1: a wrong manifest ends the study at its first shard.
# --resume-failed: shards that the log knows as done are not started again.
seq "$shards" | parallel --halt soon,fail=1 --joblog "$folder/shards.log" --resume-failed \
    --workdir . \
    "$seedbed" run "$manifest" --shard "{}/$shards" --out "$folder/{}" --threads 1 --progress none

mapfile -t parts < <(seq -f "$folder/%.0f" "$shards")
"$seedbed" merge "$folder/merged" "${parts[@]}"
