# shellcheck shell=bash disable=SC2154 # "root", the folder of the project, is the caller's
# What check.sh and cluster-trial.sh share: a project of its own, with free ports, secrets of its own and the image built.
# Sourced, never run.

readonly DEADLINE_SECONDS=180

compose() {
  if command -v docker-compose >/dev/null; then
    docker-compose --file "$root/docker-compose.yml" --project-directory "$root" "$@"
  else
    docker compose --file "$root/docker-compose.yml" --project-directory "$root" "$@"
  fi
}

# eventually SECONDS COMMAND...: until it succeeds, or the time is over.
eventually() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep 0.3 # between two looks
  done
}

is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 10000))
    ! is_free "$port" || { echo "$port" && return; }
  done
}

# prepare NAME PROFILE: to be called once; what it leaves is cleaned up when the script ends.
prepare() {
  work=$(mktemp -d)
  export COMPOSE_PROJECT_NAME=mailtide-$1-$$ COMPOSE_PROFILES=$2 MAILTIDE_IMAGE=mailtide:$1
  export SECRETS=$work/secrets DOCKER_BUILDKIT=0
  trap clean_up EXIT
  INGEST_PORT=$(free_port) INGEST_PORT_2=$(free_port) API_PORT=$(free_port) API_PORT_2=$(free_port)
  KAFKA_PORT=$(free_port) KAFKA_PORT_2=$(free_port) KAFKA_PORT_3=$(free_port)
  export INGEST_PORT INGEST_PORT_2 API_PORT API_PORT_2 KAFKA_PORT KAFKA_PORT_2 KAFKA_PORT_3
  "$root/containers/secrets.sh" "$SECRETS" >/dev/null
  echo "building the image ..."
  docker build --quiet --tag "$MAILTIDE_IMAGE" "$root" >"$work/build" 2>&1 || { tail -n 5 "$work/build" && exit 1; }
}
clean_up() {
  compose --profile single --profile demo --profile cluster down --volumes --remove-orphans >/dev/null 2>&1 || true
  rm -rf "$work"
}

health_of() { docker inspect --format '{{.State.Health.Status}}' "$(compose ps --quiet "$1")"; }
is_healthy() { [ "$(health_of "$1")" = healthy ]; }
# all_healthy SERVICE...
all_healthy() {
  local service
  for service in "$@"; do
    eventually "$DEADLINE_SECONDS" is_healthy "$service" || { echo "$service is not healthy" && return 1; }
  done
}
up() { compose up --detach >"$work/up" 2>&1; }

# up_and_healthy SERVICE...: or the end.
up_and_healthy() {
  local begun=$SECONDS
  up || { tail -n 20 "$work/up" && exit 1; }
  all_healthy "$@" || { compose logs --tail 20 && exit 1; }
  echo "up and healthy after $((SECONDS - begun)) s"
}

# Stops all and says how long it took; 0 if that was in time, and every container ended with 0.
stops_in_time() {
  local begun=$SECONDS container code
  compose stop >"$work/stop" 2>&1
  echo "stopped after $((SECONDS - begun)) s"
  [ $((SECONDS - begun)) -le 30 ] || return 1
  # docker-compose lists the stopped ones, too; "docker compose" only with --all.
  for container in $(compose ps --quiet --all 2>/dev/null || compose ps --quiet); do
    code=$(docker inspect --format '{{.State.ExitCode}}' "$container")
    [ "$code" = 0 ] || { echo "$(docker inspect --format '{{.Name}}' "$container") ended with $code" && return 1; }
  done
}
