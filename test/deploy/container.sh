#!/bin/sh
# container.sh ROOT APP DATA NODE COMMAND…: runs a command as docker-compose.yml runs our image: on a root that cannot
# be written to, as a user without rights or a way to them, as the first process, with DATA as /data and /tmp in memory.
# The system's own folders stand for those of the base image. For root; call it by `unshare --mount --pid --fork`.
set -eu
root=$1 app=$2 data=$3 node=$4
shift 4

mount --make-rprivate /
mount -t tmpfs -o mode=755 tmpfs "$root"
mkdir -p "$root/app" "$root/data" "$root/dev" "$root/node" "$root/proc" "$root/tmp"
for name in bin etc lib lib64 sbin usr; do
  if [ -L "/$name" ]; then
    cp -P "/$name" "$root/$name"
  elif [ -d "/$name" ]; then
    mkdir "$root/$name"
    mount --bind "/$name" "$root/$name"
    mount -o remount,bind,ro "$root/$name"
  fi
done
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
mount -t tmpfs tmpfs "$root/tmp"
mount --bind "$app" "$root/app"
mount -o remount,bind,ro "$root/app"
mount --bind "$node" "$root/node"
mount -o remount,bind,ro "$root/node"
mount --bind "$data" "$root/data"
mount -o remount,ro "$root"

exec chroot "$root" setpriv --reuid=1000 --regid=1000 --clear-groups --no-new-privs \
  --bounding-set=-all --inh-caps=-all env --chdir=/app PATH=/node:/usr/bin:/bin HOME=/tmp "$@"
