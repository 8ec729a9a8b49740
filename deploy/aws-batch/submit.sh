#!/bin/sh
# An array of 8 children, and one job that joins when all have succeeded.
# Every child gets AWS_BATCH_JOB_ARRAY_INDEX and AWS_BATCH_JOB_ARRAY_SIZE, which `--shard auto` reads.
set -eu
queue=${1:?"usage: submit.sh QUEUE [SHARDS]"}
aws batch register-job-definition --cli-input-json "file://$(dirname "$0")/job-definition.json" > /dev/null
array=$(aws batch submit-job --job-name kagiban-fleet --job-queue "$queue" --job-definition kagiban-fleet \
  --array-properties "size=${2:-8}" --query jobId --output text)
# A dependency starts after success only; what failed three times shows as a missing shard, so join by hand then.
aws batch submit-job --job-name kagiban-merge --job-queue "$queue" --job-definition kagiban-fleet \
  --depends-on "jobId=$array" --container-overrides '{"command": ["/bin/sh", "-c",
    "kagiban report --merge /data/results --report /data/kagiban.html --report /data/kagiban.csv"]}'
