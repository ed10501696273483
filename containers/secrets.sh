#!/usr/bin/env bash
# Makes the secrets that docker-compose.yml hands to the containers, once: what is there stays as it is.
set -euo pipefail

readonly CONTAINER_UID=10001

here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
folder=${1:-$here/secrets}

if [ "$folder" = --help ] || [ "$folder" = -h ] || [ $# -gt 1 ]; then
  cat <<TEXT
Usage: containers/secrets.sh [DIR]     (default: containers/secrets)

Makes webhook-secret, api-token, internal-secret and identity-key in DIR, and up.json and demo/up.json, which say with them where to post and
ask: the first for commands on this machine (./mailtide demo --data DIR), the second for the demo's container.
The ports are those of INGEST_PORT, API_PORT and KAFKA_PORT, as in docker-compose.yml.
Keep identity-key: with another one, every recipient is somebody new.
TEXT
  [ $# -le 1 ] && exit 0
  exit 2
fi

# Nobody else may look into the folder; the files belong to the user of the containers where root can arrange that,
# else they are open to that user by their mode, and closed to others by the folder's.
umask 077
mkdir -p "$folder/demo"
chmod 0700 "$folder"

random_hex() { od -An -v -tx1 -N "$1" /dev/urandom | tr -d ' \n'; }
random_base64url() { head -c "$1" /dev/urandom | base64 | tr -d '=\n' | tr '+/' '-_'; }
write() {
  cat >"$1.new"
  if [ "$(id -u)" -eq 0 ]; then
    chown "$CONTAINER_UID:$CONTAINER_UID" "$1.new"
    chmod 0600 "$1.new"
  else
    chmod 0644 "$1.new"
  fi
  mv "$1.new" "$1"
}
# What is there stays; else what the command prints is written.
once() {
  local file=$1
  shift
  [ -s "$file" ] || "$@" | write "$file"
}
api_token() { printf mt_ && random_base64url 32; }

once "$folder/webhook-secret" random_base64url 24
once "$folder/api-token" api_token
once "$folder/identity-key" random_hex 32
once "$folder/internal-secret" random_hex 32

where() {
  printf '{\n  "webhookUrl" : "%s/webhooks/paubox-main/%s",\n  "apiUrl" : "%s",\n  "apiToken" : "%s",\n' \
    "$1" "$(cat "$folder/webhook-secret")" "$2" "$(cat "$folder/api-token")"
  printf '  "dashboardUrl" : "%s/",\n  "kafka" : "%s",\n  "ingestUrl" : "%s"\n}\n' "$2" "$3" "$1"
}
where "http://127.0.0.1:${INGEST_PORT:-8080}" "http://127.0.0.1:${API_PORT:-8081}" "127.0.0.1:${KAFKA_PORT:-9092}" \
  | write "$folder/up.json"
where http://ingest:8080 http://processor:8081 kafka:19092 | write "$folder/demo/up.json"
# The demo's container has the folder as a whole.
chmod 0755 "$folder/demo"
echo "secrets are in $folder"
