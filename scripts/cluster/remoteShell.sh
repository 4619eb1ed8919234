#!/bin/sh
# What mpirun calls in the place of ssh: runs a command on a host that is a network namespace (hosts.mjs), found by its address.
# mpirun: remoteShell.sh 10.77.0.2 COMMAND…
number=${1##*.}
shift
exec ip netns exec "$GRADUS_NAMESPACES$number" unshare -u sh -c 'hostname "$1"; shift; exec sh -c "$*"' sh "node$number" "$@"
