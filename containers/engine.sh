#!/usr/bin/env bash
# Makes sure that containers can be built and run here: a Docker engine, docker-compose, and the images that the
# Dockerfile and docker-compose.yml begin with. Says what it does, and does only what is missing.
set -euo pipefail

readonly JDK_IMAGE=eclipse-temurin:17-jdk
readonly JRE_IMAGE=eclipse-temurin:17-jre
readonly KAFKA_IMAGE=apache/kafka:4.3.1
readonly ENGINE_LOG=/var/log/mailtide-dockerd.log
readonly ENGINE_READY_SECONDS=60
readonly PULL_SECONDS=20
readonly EXIT_RESOURCE=3

here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
readonly here

usage() {
  cat <<TEXT
Usage: containers/engine.sh [engine|images|all|stand-ins]

  engine      a Docker engine that answers, and docker-compose; installs Debian's if there is none (as root)
  images      the base images: $JDK_IMAGE, $JRE_IMAGE and $KAFKA_IMAGE
  all         both (the default)
  stand-ins   makes the stand-ins anew, whatever images are there

An image that is neither here nor can be pulled is replaced by a stand-in of the same name, made from Debian packages
and from the Maven repository, and labelled dev.mailtide.stand-in. MAILTIDE_PULL=never does not try to pull.

Exit codes: 0 done, 1 failed, 2 wrong argument, 3 no engine can be had here.
TEXT
}

say() { echo "engine: $*" >&2; }
give_up() { say "$2"; exit "$1"; }

# --- the engine

engine_answers() { docker info >/dev/null 2>&1; }

# Why an engine does not answer, where the reason is known.
require_permission() {
  local answer
  answer=$(docker info 2>&1 || true)
  if grep -qi 'permission denied' <<<"$answer"; then
    give_up "$EXIT_RESOURCE" "a Docker engine runs, but $(id -un) may not use it. Join the group 'docker', or run this as root."
  fi
}

install_packages() {
  local missing=() package
  for package in "$@"; do
    [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null || give_up "$EXIT_RESOURCE" "needs ${missing[*]}, and there is no apt-get here. Install Docker and docker-compose yourself."
  [ "$(id -u)" -eq 0 ] || give_up "$EXIT_RESOURCE" "needs ${missing[*]}. Install them, or run this as root."
  say "installing ${missing[*]} ..."
  local log
  log=$(mktemp)
  if ! { DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "${missing[@]}" \
    || { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "${missing[@]}"; }; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    rm -f "$log"
    give_up "$EXIT_RESOURCE" "could not install ${missing[*]}; see above."
  fi
  rm -f "$log"
}

has_compose() { command -v docker-compose >/dev/null || docker compose version >/dev/null 2>&1; }

start_engine() {
  [ "$(id -u)" -eq 0 ] || give_up "$EXIT_RESOURCE" "no Docker engine answers, and starting one needs root. Start Docker, then try again."
  say "starting dockerd; its log is $ENGINE_LOG"
  # A left-over of an engine that was killed would keep the new one from starting.
  if [ -f /var/run/docker.pid ] && ! kill -0 "$(cat /var/run/docker.pid)" 2>/dev/null; then
    rm -f /var/run/docker.pid
  fi
  setsid nohup dockerd </dev/null >>"$ENGINE_LOG" 2>&1 &
  local pid=$! deadline=$((SECONDS + ENGINE_READY_SECONDS))
  until engine_answers; do
    if ! kill -0 "$pid" 2>/dev/null || [ "$SECONDS" -ge "$deadline" ]; then
      tail -n 5 "$ENGINE_LOG" >&2
      give_up "$EXIT_RESOURCE" "dockerd does not run here; see above and $ENGINE_LOG."
    fi
    sleep 0.2 # between two looks
  done
}

engine() {
  if command -v docker >/dev/null && engine_answers; then
    has_compose || install_packages docker-compose
  else
    ! command -v docker >/dev/null || require_permission
    command -v dockerd >/dev/null || install_packages docker.io iptables
    has_compose || install_packages docker-compose
    engine_answers || start_engine
  fi
  say "Docker $(docker version --format '{{.Server.Version}}') answers"
}

# --- the images

is_here() { docker image inspect "$1" >/dev/null 2>&1; }

# Whether this image is here, or could be pulled. A pull that hangs is given up.
obtain() {
  is_here "$1" && return 0
  [ "${MAILTIDE_PULL:-}" != never ] || return 1
  say "pulling $1 ..."
  local log
  log=$(mktemp)
  # A registry that cannot be reached is found out soon; a pull that makes progress may take its time.
  if timeout "$PULL_SECONDS" docker manifest inspect "$1" >"$log" 2>&1 && docker pull --quiet "$1" >"$log" 2>&1; then
    rm -f "$log"
    return 0
  fi
  say "$1 cannot be pulled: $(tail -n 1 "$log" | cut -c 1-160)"
  rm -f "$log"
  return 1
}

images() {
  engine_answers || give_up "$EXIT_RESOURCE" "no Docker engine answers; run 'containers/engine.sh engine' first."
  if ! obtain "$JDK_IMAGE" || ! obtain "$JRE_IMAGE"; then
    java_stand_ins
  fi
  obtain "$KAFKA_IMAGE" || kafka_stand_in
  local image
  for image in "$JDK_IMAGE" "$JRE_IMAGE" "$KAFKA_IMAGE"; do
    say "$image: $(docker image inspect --format '{{if index .Config.Labels "dev.mailtide.stand-in"}}a stand-in made here{{else}}as published{{end}}, {{.Size}} bytes' "$image")"
  done
}

# One Debian system for both: with the JDK, and after taking the JDK away again.
java_stand_ins() {
  install_packages debootstrap
  [ "$(id -u)" -eq 0 ] || give_up "$EXIT_RESOURCE" "making a stand-in for $JRE_IMAGE needs root (debootstrap)."
  local work root log
  work=$(mktemp -d)
  root=$work/root
  log=$work/log
  # shellcheck disable=SC2064 # the folder of now
  trap "rm -rf '$work'" EXIT
  say "making stand-ins for $JDK_IMAGE and $JRE_IMAGE from Debian packages (about a minute) ..."
  debootstrap --variant=minbase --include=openjdk-17-jdk-headless,ca-certificates bookworm "$root" >"$log" 2>&1 \
    || { tail -n 5 "$log" >&2; give_up 1 "debootstrap failed; see above."; }
  rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root"/usr/share/{doc,man,locale,info}/*
  import "$root" "$JDK_IMAGE"
  chroot "$root" dpkg --purge openjdk-17-jdk-headless >"$log" 2>&1 \
    || { tail -n 5 "$log" >&2; give_up 1 "could not take the JDK away; see above."; }
  import "$root" "$JRE_IMAGE"
  rm -rf "$work"
  trap - EXIT
}

# Paths of the host in /etc/resolv.conf or the like mean nothing in the image; Docker brings its own.
import() {
  tar --directory "$1" --create --one-file-system --exclude './proc/*' --exclude './sys/*' --exclude './dev/*' . \
    | docker import --change 'LABEL dev.mailtide.stand-in=true' --change 'ENV LANG=C.UTF-8' - "$2" >/dev/null
}

kafka_stand_in() {
  command -v mvn >/dev/null || give_up "$EXIT_RESOURCE" "making a stand-in for $KAFKA_IMAGE needs Maven ('mvn')."
  local work
  work=$(mktemp -d)
  # shellcheck disable=SC2064 # the folder of now
  trap "rm -rf '$work'" EXIT
  say "making a stand-in for $KAFKA_IMAGE from the Maven repository ..."
  cp "$here"/kafka-stand-in/* "$work"
  mvn --quiet --batch-mode -Dstyle.color=never --file "$work/pom.xml" dependency:copy-dependencies -DoutputDirectory="$work/libs" >&2 \
    || give_up 1 "Maven could not get the jars; see above."
  DOCKER_BUILDKIT=0 docker build --quiet --build-arg "JAVA_IMAGE=$JRE_IMAGE" --tag "$KAFKA_IMAGE" "$work" >"$work/log" 2>&1 \
    || { tail -n 5 "$work/log" >&2; give_up 1 "could not build the stand-in; see above."; }
  rm -rf "$work"
  trap - EXIT
}

case "${1:-all}" in
  engine) engine ;;
  images) images ;;
  all) engine && images ;;
  stand-ins) engine && java_stand_ins && kafka_stand_in && images ;;
  -h | --help) usage ;;
  *)
    usage >&2
    exit 2
    ;;
esac
