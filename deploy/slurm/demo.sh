#!/usr/bin/env bash
# Audits 60 repositories as an array job of a real Slurm on this machine: two nodes, a task that is killed, one
# that runs twice, one that is missing. Ends with 0 only if everything came out as it must.
#
#   deploy/slurm/demo.sh            60 repositories that it makes
#   deploy/slurm/demo.sh FOLDER     those in a folder
#
# KAGIBAN names the program (default: the one on PATH), SHARDS how many tasks there are (4).
# On Debian: apt-get install slurmctld slurmd slurm-client munge git
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
export KAGIBAN=${KAGIBAN:-$(command -v kagiban || true)}
shards=${SHARDS:-4}
for program in "${KAGIBAN:-kagiban}" slurmctld slurmd sbatch scontrol munged git; do
  PATH=$PATH:/usr/sbin command -v "$program" > /dev/null || { echo "error: there is no $program here" >&2; exit 2; }
done
KAGIBAN=$(realpath "$KAGIBAN")
PATH=$PATH:/usr/sbin
folder=$(mktemp -d)
chmod 700 "$folder"
ended() {
  for name in slurmd-node1 slurmd-node2 slurmctld munged; do
    [ -s "$folder/$name.pid" ] && kill "$(cat "$folder/$name.pid")" 2> /dev/null
  done
  sleep 1
  rm -rf "$folder"
}
trap ended EXIT

say() { printf '\n== %s\n' "$*"; }
fail() {
  echo "error: $*" >&2
  tail -n 20 "$folder"/*.log "$folder"/*.out >&2 2> /dev/null || true
  exit 1
}

say "Slurm: one controller and two nodes of one core each"
port=$((20000 + RANDOM % 20000))
sed -e "s|@folder@|$folder|; s|@host@|$(hostname -s)|; s|@user@|$(id -un)|" \
  -e "s|@port@|$port|; s|@port1@|$((port + 1))|; s|@port2@|$((port + 2))|" \
  "$here/slurm.conf.in" > "$folder/slurm.conf"
export SLURM_CONF=$folder/slurm.conf
mkdir "$folder/state" "$folder/spool-node1" "$folder/spool-node2"
dd if=/dev/urandom of="$folder/munge.key" bs=128 count=1 status=none
chmod 600 "$folder/munge.key"
munged --force --key-file="$folder/munge.key" --socket="$folder/munge.socket" --pid-file="$folder/munged.pid" \
  --log-file="$folder/munged.log" --seed-file="$folder/munge.seed" 2> /dev/null
slurmctld -f "$SLURM_CONF"
slurmd -f "$SLURM_CONF" -N node1
slurmd -f "$SLURM_CONF" -N node2
for _ in $(seq 100); do
  [ "$(sinfo -h -o %T -N 2> /dev/null | grep -c idle)" = 2 ] && break
  sleep 0.3
done
sinfo
[ "$(sinfo -h -o %T -N | grep -c idle)" = 2 ] || fail "the nodes do not come up"

# A repository of small commits; one in three holds the same secret, so that there is something to join.
made() {
  local number=$1 at=$2 commits=$((40 + number * number))
  local secret; secret=$(printf '%064d' $((number % 3)) | sha256sum | cut -d' ' -f1)
  git init -q -b main "$at"
  for commit in $(seq "$commits"); do
    local text="value = $commit of $number"
    [ "$commit" = 7 ] && text="LWA_CLIENT_SECRET=amzn1.oa2-cs.v1.$secret"
    printf 'commit refs/heads/main\ncommitter Aki <aki@shop.example> %d +0000\ndata 6\nChange\n' \
      $((1700000000 + commit * 60))
    printf 'M 100644 inline src/f%d.env\ndata %d\n%s\n\n' $((commit % 20)) $((${#text} + 1)) "$text"
  done | git -C "$at" fast-import --quiet
}
if [ $# -gt 0 ]; then
  export MANIFEST; MANIFEST=$(realpath "$1")
else
  say "60 repositories"
  export MANIFEST=$folder/repositories
  mkdir "$MANIFEST"
  for number in $(seq 60); do made "$number" "$MANIFEST/shop-$number"; done
fi

# Waits until no task of an array is left, and tells how long it took.
finished() {
  local begun=$SECONDS
  while squeue -h -j "$1" 2> /dev/null | grep -q .; do sleep 0.2; done
  echo "$((SECONDS - begun)) s until the last task of job $1 ended"
}
submitted() { sbatch --parsable --output="$folder/task-%A-%a.out" --array="1-$shards" "$@" "$here/kagiban.sbatch"; }
# Joins a folder; fails where a shard or a result is missing. What cannot be read in real repositories makes
# an audit incomplete too, but is in every result of it.
merged() {
  local code=0
  "$KAGIBAN" report --merge "$1" --format json --fail-on never > "$2" || code=$?
  if [ "$code" = 3 ] && tr -d ' \n' < "$2" | grep -q '"missing_shards":\[\]' \
    && ! tr -d ' \n' < "$2" | grep -q '"state":"missing"'; then
    code=0
  fi
  return "$code"
}
findings() { "$KAGIBAN" report "$1" --format csv --fail-on never | tail -n +2 | wc -l; }

# The process of a task, by what Slurm says to it.
process_of() {
  local process
  for process in /proc/[0-9]*; do
    # A test of the shell's own: one program started for each process would be slower than the task.
    if [ "$process/exe" -ef "$KAGIBAN" ] \
      && tr '\0' '\n' 2> /dev/null < "$process/environ" | grep -qx "SLURM_ARRAY_TASK_ID=$1"; then
      basename "$process"
      return
    fi
  done
  return 1
}

say "An array of $shards tasks; the first is killed as soon as it runs"
killed=
for attempt in 1 2 3 4 5; do
  export RESULTS=$folder/results-$attempt
  job=$(submitted)
  while squeue -h -j "$job" 2> /dev/null | grep -q .; do
    for _ in $(seq 50); do
      if process=$(process_of 1); then kill -KILL "$process" && killed=$process && break 3; fi
    done
  done
  echo "task 1 was over before it could be killed; once more"
done
[ -n "$killed" ] || fail "task 1 was over before it could be killed, five times"
echo "killed process $killed of task 1"
finished "$job"
restarts=$(scontrol show job "${job}_1" | grep -o 'Restarts=[0-9]*')
echo "task 1: $restarts"
[ "$restarts" != "Restarts=0" ] || fail "Slurm did not start the killed task again"
merged "$RESULTS" "$folder/whole.json" || fail "the results are not whole: $?"
echo "whole: $(findings "$folder/whole.json") findings"

say "The same on one machine, without Slurm"
"$KAGIBAN" fleet "$MANIFEST" --history --results "$folder/alone" --format json --fail-on never --quiet \
  > "$folder/alone.json" || [ $? = 3 ]
[ "$(findings "$folder/whole.json")" = "$(findings "$folder/alone.json")" ] || fail "two answers"
echo "the same findings"

say "Task 2 runs twice"
(cd "$RESULTS" && find . -type f -print0 | sort -z | xargs -0 sha256sum) > "$folder/before"
scontrol requeue "${job}_2"
sleep 1
finished "$job"
(cd "$RESULTS" && find . -type f -print0 | sort -z | xargs -0 sha256sum) > "$folder/after"
cmp "$folder/before" "$folder/after" || fail "a duplicate task changed something"
merged "$RESULTS" "$folder/again.json"
cmp "$folder/whole.json" "$folder/again.json" || fail "the report is another"
echo "not one byte changed"

say "Task 3 never runs"
export RESULTS=$folder/partial
job=$(submitted --hold)
for task in $(seq "$shards"); do [ "$task" = 3 ] || scontrol release "${job}_$task"; done
while squeue -h -t R,CG,CF -j "$job" | grep -q . || [ "$(squeue -h -r -j "$job" | wc -l)" != 1 ]; do sleep 0.2; done
code=0
merged "$RESULTS" "$folder/partial.json" || code=$?
[ "$code" = 3 ] || fail "a missing shard gave $code instead of 3"
echo "exit code 3"
scontrol release "${job}_3"
finished "$job"
merged "$RESULTS" "$folder/complete.json" || fail "still not whole"
[ "$(findings "$folder/complete.json")" = "$(findings "$folder/whole.json")" ] || fail "another answer"
echo "whole after it ran"

say "Everything came out as it must"
