#!/bin/sh
# strip-natives.sh JAR FOLDER: puts into FOLDER the jar without the native code of other systems, and RocksDB's library
# beside it, where it need not be unpacked at each start. Needs a JDK.
set -eu
jar=$1
folder=$2
if [ ! -f "$jar" ]; then
  echo "mailtide.jar is missing. Make it first: mvn --projects app --also-make -DskipTests package" >&2
  exit 3
fi
case $(uname -m) in
  x86_64) rocksdb=linux64 kafka=amd64 snappy=x86_64 ;;
  aarch64) rocksdb=linux-aarch64 kafka=aarch64 snappy=aarch64 ;;
  *)
    echo "no image for the architecture $(uname -m)" >&2
    exit 1
    ;;
esac
work=$(mktemp -d)
cd "$work"
"${JAVA_HOME:+$JAVA_HOME/bin/}jar" --extract --file "$jar"
mkdir -p "$folder/lib"
mv "librocksdbjni-$rocksdb.so" "$folder/lib"
rm -rf librocksdbjni-* aix darwin freebsd win
# The libraries of one kind stand side by side, a folder for each architecture.
keep() { find "$1" -mindepth 1 -maxdepth 1 ! -name "$2" -exec rm -rf {} +; }
keep linux "$kafka"
keep net/jpountz/util/linux "$kafka"
rm -rf net/jpountz/util/darwin net/jpountz/util/windows
keep org/xerial/snappy/native Linux
keep org/xerial/snappy/native/Linux "$snappy"
"${JAVA_HOME:+$JAVA_HOME/bin/}jar" --create --no-manifest --date=2026-11-01T00:00:00Z --file "$folder/mailtide.jar" .
rm -rf "$work"
