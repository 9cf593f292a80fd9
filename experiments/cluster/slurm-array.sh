#!/bin/bash
# One study as a Slurm job array: task I trains shard I.
#
#   sbatch --array=1-8 slurm-array.sh MANIFEST 8 FOLDER
#   sbatch --array=3   slurm-array.sh MANIFEST 8 FOLDER      only shard 3 again
#
# The number of shards is an argument, not SLURM_ARRAY_TASK_COUNT: that variable is the
# size of the submission, so resubmitting one task of eight would make it shard 3 of 1.
# A task that is submitted again goes on where it was stopped.
#
#SBATCH --job-name=seedbed
#SBATCH --cpus-per-task=1
#SBATCH --time=24:00:00
#SBATCH --output=%x-%A-%a.log
set -euo pipefail

if [[ $# -ne 3 ]]; then
    echo "usage: sbatch --array=1-SHARDS slurm-array.sh MANIFEST SHARDS FOLDER" >&2
    exit 2
fi
manifest=$1 shards=$2 folder=$3
shard=${SLURM_ARRAY_TASK_ID:?submit this with sbatch --array=1-$shards}

# exec: signals of Slurm (time limit, scancel) reach seedbed itself, which then keeps
# what is done.
exec "${SEEDBED:-seedbed}" run "$manifest" \
    --shard "$shard/$shards" \
    --out "$folder/$shard" \
    --threads "${SLURM_CPUS_PER_TASK:-1}" \
    --progress plain
