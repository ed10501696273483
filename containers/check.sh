#!/usr/bin/env bash
# Brings docker-compose.yml up for real, in a project of its own with ports of its own, and checks what it promises.
set -euo pipefail

here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
readonly here root=${here%/*}
# shellcheck source=containers/lib.sh
. "$here/lib.sh"

readonly SERVICES=(kafka ingest processor)
# Each check is a function; its name is the rule.
readonly CHECKS=(
  a_sample_that_is_posted_is_answered_by_the_processor
  no_container_runs_as_root_or_can_write_to_its_image
  all_containers_stop_within_30_seconds_with_0
  data_survives_down_and_up
  the_demo_finds_all_numbers_equal
  a_port_that_is_taken_is_named
  a_volume_of_another_user_is_named_with_both_users
  an_image_that_is_missing_is_named
  a_broker_that_does_not_get_healthy_keeps_the_others_from_starting
)

usage() {
  cat <<TEXT
Usage: containers/check.sh [--count]

Builds the image from app/target/mailtide.jar and checks the profile 'single' of docker-compose.yml. Leaves nothing
behind. --count only prints how many checks there are. The last line is: N passed, N failed, 0 skipped.
TEXT
}

case "${1:-}" in
  '') ;;
  --count) echo "${#CHECKS[@]}" && exit 0 ;;
  -h | --help) usage && exit 0 ;;
  *) usage >&2 && exit 2 ;;
esac

told() { sed -n "s/.*\"$1\" : \"\(.*\)\".*/\1/p" "$SECRETS/up.json"; }
state_of_the_sample() {
  curl --silent --fail --header "Authorization: Bearer $(told apiToken)" "$(told apiUrl)/v1/domains/xxxxxxx.com"
}
is_counted_once() { state_of_the_sample | grep -q '"messages":{"total":1,.*"hardBounced":1}'; }
a_sample_that_is_posted_is_answered_by_the_processor() {
  local answer
  answer=$(curl --silent --output "$work/answer" --write-out '%{http_code}' --header 'Content-Type: application/json' \
    --data-binary "@$root/app/src/main/resources/samples/paubox-permanent-failure.json" "$(told webhookUrl)")
  [ "$answer" = 200 ] && [ ! -s "$work/answer" ] && eventually 30 is_counted_once
}

no_container_runs_as_root_or_can_write_to_its_image() {
  local service
  for service in ingest processor; do
    [ "$(compose exec -T "$service" id -u)" = 10001 ] || return 1
    ! compose exec -T "$service" sh -c 'touch /opt/mailtide/x' 2>/dev/null || return 1
  done
  [ "$(compose exec -T kafka id -u)" != 0 ]
}

all_containers_stop_within_30_seconds_with_0() { stops_in_time; }

data_survives_down_and_up() {
  compose down >"$work/down" 2>&1 && up && all_healthy "${SERVICES[@]}" && eventually 30 is_counted_once
}

the_demo_finds_all_numbers_equal() {
  DEMO_EVENTS=2000 compose --profile demo run --rm demo >"$work/demo" 2>&1 || { tail -n 5 "$work/demo" && return 1; }
  grep '^All numbers equal' "$work/demo"
}

# With another project name: the first installation has the ports.
a_port_that_is_taken_is_named() {
  local other=$COMPOSE_PROJECT_NAME-2 code=0
  COMPOSE_PROJECT_NAME=$other compose up --detach kafka >"$work/taken" 2>&1 || code=$?
  COMPOSE_PROJECT_NAME=$other compose down --volumes >/dev/null 2>&1
  [ "$code" -ne 0 ] && grep -m 1 -o "127.0.0.1:$KAFKA_PORT.*\(port is already allocated\|address already in use\)" "$work/taken"
}

a_volume_of_another_user_is_named_with_both_users() {
  local code=0
  docker volume create "$COMPOSE_PROJECT_NAME-other" >/dev/null
  docker run --rm --user 0 --entrypoint sh --volume "$COMPOSE_PROJECT_NAME-other:/data" "$MAILTIDE_IMAGE" \
    -c 'chown 1234 /data && chmod 0755 /data && touch /data/of-somebody-else'
  docker run --rm --volume "$COMPOSE_PROJECT_NAME-other:/data" --volume "$SECRETS/api-token:/run/api-token:ro" \
    --volume "$SECRETS/identity-key:/run/identity-key:ro" --env MAILTIDE_API_TOKEN_FILE=/run/api-token --env MAILTIDE_IDENTITY_KEY_FILE=/run/identity-key \
    "$MAILTIDE_IMAGE" processor >"$work/volume" 2>&1 || code=$?
  docker volume rm "$COMPOSE_PROJECT_NAME-other" >/dev/null
  [ "$code" -eq 3 ] && grep 'cannot make the folder /data/state: /data belongs to uid 1234, and this process has uid 10001' "$work/volume"
}

an_image_that_is_missing_is_named() {
  local code=0
  KAFKA_IMAGE=mailtide.invalid/no-such-image:1 COMPOSE_PROJECT_NAME=$COMPOSE_PROJECT_NAME-3 \
    compose up --detach kafka >"$work/missing" 2>&1 || code=$?
  COMPOSE_PROJECT_NAME=$COMPOSE_PROJECT_NAME-3 compose down --volumes >/dev/null 2>&1
  [ "$code" -ne 0 ] && grep -q 'mailtide.invalid' "$work/missing"
}

a_broker_that_does_not_get_healthy_keeps_the_others_from_starting() {
  local code=0
  # The image of Mailtide in the place of Kafka's: it has no broker to start.
  KAFKA_IMAGE=$MAILTIDE_IMAGE COMPOSE_PROJECT_NAME=$COMPOSE_PROJECT_NAME-4 KAFKA_PORT=$(free_port) \
    INGEST_PORT=$(free_port) API_PORT=$(free_port) \
    compose up --detach >"$work/unhealthy" 2>&1 || code=$?
  COMPOSE_PROJECT_NAME=$COMPOSE_PROJECT_NAME-4 compose down --volumes >/dev/null 2>&1
  [ "$code" -ne 0 ] && grep -i 'unhealthy\|exited' "$work/unhealthy"
}

prepare check single
up_and_healthy "${SERVICES[@]}"

passed=0 failed=0
for check in "${CHECKS[@]}"; do
  if "$check"; then
    passed=$((passed + 1))
    echo "passed: ${check//_/ }"
  else
    failed=$((failed + 1))
    echo "FAILED: ${check//_/ }"
    compose logs --tail 10 2>/dev/null | cut -c 1-300
  fi
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
