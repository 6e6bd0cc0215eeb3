#!/usr/bin/env bash
# Builds a benchmark harness and runs it: bench/run.sh SUBJECT [options], SUBJECT one of http1, http2, tcp, bolt, memory, startup,
# routing, upstream, hpack, fields; --help lists the options.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

export MOSN_BENCH_ROOT="$root"
case "${1:-}" in
  routing | upstream | hpack | fields) # A part of mosn alone: needs no peers.
    dotnet build "$root/bench/Mosn.Micro" -c Release -v q --nologo -clp:NoSummary
    exec dotnet "$root/bench/Mosn.Micro/bin/Release/net10.0/Mosn.Micro.dll" "$@"
    ;;
esac

"$root/bench/install.sh"
dotnet build "$root/bench/Mosn.Bench" -c Release -v q --nologo -clp:NoSummary

# 2000 clients and 2000 upstream connections need some 4000 descriptors in one proxy.
ulimit -n "$(ulimit -Hn)" || true
exec dotnet "$root/bench/Mosn.Bench/bin/Release/net10.0/Mosn.Bench.dll" "$@"
