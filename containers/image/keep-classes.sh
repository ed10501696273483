#!/bin/sh
# Runs everything once inside the image that is being built, and keeps the loaded classes for each later start
# (class data sharing). Also writes down the options that this Java needs.
set -eu
home=/opt/mailtide
folder=$(mktemp -d)

options="-XX:+ExitOnOutOfMemoryError -Djava.library.path=$home/lib"
major=$(java -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1)
if [ "$major" -ge 24 ]; then
  options="$options --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"
fi

# shellcheck disable=SC2086 # several options in one variable are meant to be several
java $options "-XX:ArchiveClassesAtExit=$home/mailtide.jsa" -Xlog:disable -Xlog:all=error:stderr -Xmx512m \
  -jar "$home/mailtide.jar" up --data "$folder/data" --ports 18080 >"$folder/out" 2>&1 &
up=$!
left=600
while [ ! -f "$folder/data/up.json" ]; do
  left=$((left - 1))
  if [ "$left" -eq 0 ] || ! kill -0 "$up" 2>/dev/null; then
    cat "$folder/out" >&2
    echo "the training run did not start" >&2
    exit 1
  fi
  sleep 0.1 # between two looks
done
java -jar "$home/mailtide.jar" demo --data "$folder/data" --events 500 --seed 1 >"$folder/demo" 2>&1 || {
  cat "$folder/demo" "$folder/out" >&2
  exit 1
}
kill -TERM "$up"
wait "$up"
rm -rf "$folder" /tmp/hsperfdata_*

echo "$options -XX:SharedArchiveFile=$home/mailtide.jsa -Xlog:disable -Xlog:all=error:stderr" >"$home/options"
chmod 0644 "$home/options" "$home/mailtide.jsa"
