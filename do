#!/usr/bin/env bash
# The one entry to everything. Needs a .NET 10 SDK; what else a command needs (Debian packages) it installs itself.
set -euo pipefail
caller=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")"

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
export TESTINGPLATFORM_TELEMETRY_OPTOUT=1
configuration=${CONFIGURATION:-Release}
artifacts=$PWD/artifacts

# ---- commands: the comment above each is its line in the help ----

# start [ARGS]    build and run `mosn start`; without -c it takes the built-in demo configuration
do_start() {
  do_mosn start "$@"
}

# mosn ARGS       build what is needed and run the command line, e.g. `./do mosn check -c mosn.json`
do_mosn() {
  build_cli
  local binary
  binary=$(jit_binary)
  cd "$caller" # Files on the command line are the caller's.
  exec "$binary" "$@"
}

# build           build everything, warnings are errors
do_build() {
  sdk build Mosn.slnx -c "$configuration" --nologo -v minimal "$@"
}

# test [FILTER]   unit, in-memory and simulation tests; FILTER is e.g. -class "Mosn.Tests.Config.*"
do_test() {
  build_tests Mosn.Tests Mosn.Simulation
  reset_totals
  run_suite Mosn.Tests "$@"
  run_suite Mosn.Simulation "$@"
  print_totals
}

# e2e [FILTER]    real sockets and real peers; MOSN_BINARY=artifacts/mosn tests the published binary
do_e2e() {
  install_peers
  build_tests Mosn.EndToEnd
  reset_totals
  run_suite Mosn.EndToEnd "$@"
  print_totals
}

# sim [SEEDS]     the whole proxy in memory under a seed; SEEDS worlds (default: what the tests say)
do_sim() {
  if [ -n "${1:-}" ]; then export SEEDS=$1; fi
  build_tests Mosn.Simulation
  reset_totals
  run_suite Mosn.Simulation
  print_totals
}

# fuzz [TARGET [SECONDS]]  coverage-guided fuzzing with AFL++; all targets and 60 s each unless given. `./do fuzz TARGET FILE...`
#                 runs inputs again, e.g. what was found, and tells what does not hold
do_fuzz() {
  local target=${1:-} seconds=${2:-60}
  build_fuzz
  if [ -n "${2:-}" ] && [ -e "$(from_caller "$2")" ]; then
    shift
    local file files=()
    for file in "$@"; do files+=("$(from_caller "$file")"); done
    exec "$(fuzz_binary plain)" "$target" "${files[@]}"
  fi
  reset_totals
  fuzz_targets "$seconds" ${target:+"$target"}
  print_totals
}

# bench ARGS      measure against nginx and HAProxy; `./do bench` lists what can be measured
do_bench() {
  if [ ! -x bench/run.sh ]; then
    echo "bench/run.sh does not exist yet." >&2
    return 1
  fi
  exec bench/run.sh "$@"
}

# publish [--jit] the shipped binary, Native AOT, trained, at artifacts/mosn; with --jit the JIT form at artifacts/jit/
do_publish() {
  if [ "${1:-}" = --jit ]; then
    sdk publish src/Mosn.Cli -c Release -p:PublishAot=false -o "$artifacts/jit" --nologo -v quiet
    echo "artifacts/jit/mosn"
  else
    install_packages clang lld zlib1g-dev
    local profile=()
    if train || train; then # A busy machine may have been in the way of the first.
      profile=("-p:IlcMibcPath=$artifacts/profile/")
    else
      echo "The binary will work, and be slower: it is compiled without a profile." >&2
    fi
    sdk publish src/Mosn.Cli -c Release -r "$(runtime_id)" -o "$artifacts/aot" "${profile[@]}" --nologo -v quiet
    cp "$artifacts/aot/mosn" "$artifacts/mosn"
    echo "artifacts/mosn"
  fi
}

# lint            the rules about the source tree (analyzers run with every build)
do_lint() {
  build_tests Mosn.Tests
  reset_totals
  run_suite Mosn.Tests -class "Mosn.Tests.Repo.*"
  print_totals
}

# ci              everything that must hold: restore, build, AOT publish and smoke run, all tests
do_ci() {
  export CI=true
  reset_totals
  trap broken_off EXIT
  sdk restore Mosn.slnx --nologo -v quiet
  sdk build Mosn.slnx -c "$configuration" --no-restore --nologo -v minimal
  do_publish
  smoke "$artifacts/mosn"
  export MOSN_BINARY=$artifacts/mosn
  install_peers
  run_suite Mosn.Tests
  run_suite Mosn.Simulation
  run_suite Mosn.EndToEnd
  build_fuzz
  fuzz_targets 60
  print_totals
}

# help            this text
do_help() {
  echo "usage: ./do COMMAND"
  echo
  sed -n '/^# ---- commands/,/^# ---- end/ s/^# \([a-z].*\)/  \1/p' "${BASH_SOURCE[0]}"
}

# ---- end of commands ----

sdk() {
  if ! command -v dotnet >/dev/null; then
    echo "dotnet is not on the PATH: install the .NET 10 SDK (https://dotnet.microsoft.com/download)." >&2
    return 1
  fi
  dotnet "$@"
}

runtime_id() {
  case "$(uname -m)" in
    x86_64) echo linux-x64 ;;
    aarch64) echo linux-arm64 ;;
    *) echo "no runtime for $(uname -m)" >&2; return 1 ;;
  esac
}

jit_binary() {
  echo "$PWD/src/Mosn.Cli/bin/$configuration/net10.0/mosn"
}

# Skips the two seconds of an up-to-date build when no source is newer than the last one. Folders count too, for deleted files.
build_cli() {
  local stamp
  stamp=$(dirname "$(jit_binary)")/.built
  if [ -f "$stamp" ] && [ -x "$(jit_binary)" ] && [ -z "$(newer_sources "$stamp")" ]; then
    return
  fi
  local begun
  begun=$(mktemp)
  sdk build src/Mosn.Cli -c "$configuration" --nologo -v quiet -clp:NoSummary >&2
  touch -r "$begun" "$stamp"
  rm -f "$begun"
}

# What the runtime counts while mosn serves a training load tells the native compiler what is hot (docs/decisions/0014).
train() {
  rm -rf "$artifacts/profile"
  sdk build src/Mosn.Cli -c Release --nologo -v quiet -clp:NoSummary &&
    sdk build build/Mosn.Profile -c Release --nologo -v quiet -clp:NoSummary &&
    sdk build/Mosn.Profile/bin/Release/net10.0/Mosn.Profile.dll \
      src/Mosn.Cli/bin/Release/net10.0/mosn.dll "$artifacts/profile/mosn.mibc"
}

newer_sources() {
  find src Directory.Build.props Directory.Packages.props global.json .editorconfig \
    \( -name bin -o -name obj \) -prune -o -newer "$1" -print -quit
}

build_tests() {
  local name
  for name in "$@"; do
    sdk build "test/$name" -c "$configuration" --nologo -v quiet -clp:NoSummary
  done
}

reset_totals() {
  passed=0 failed=0 skipped=0
}

# Runs one test program and adds what its report says. A program that dies without a report counts as a failure.
run_suite() {
  local name=$1 report status=0
  shift
  report=$artifacts/tests/$name.xml
  mkdir -p "$artifacts/tests"
  rm -f "$report"
  echo "== $name"
  "test/$name/bin/$configuration/net10.0/$name" -noLogo -noColor -result-xml "$report" "$@" || status=$?
  local summary
  summary=$(grep -o '<assembly [^>]*>' "$report" 2>/dev/null | head -n 1 || true)
  local bad=$(($(number failed "$summary") + $(number errors "$summary")))
  if [ "$status" != 0 ] && [ "$bad" = 0 ]; then
    bad=1
    echo "$name ended with status $status and reported no failed test." >&2
  fi
  if [ $# = 0 ] && [ "$(number total "$summary")" = 0 ]; then
    bad=1
    echo "$name has no tests." >&2
  fi
  passed=$((passed + $(number passed "$summary")))
  failed=$((failed + bad))
  skipped=$((skipped + $(number skipped "$summary") + $(number not-run "$summary")))
}

# number ATTRIBUTE XML: the attribute's value, 0 when it is absent.
number() {
  local value
  value=$(sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<"$2")
  echo "${value:-0}"
}

# A run that breaks off before its tests (a build error, say) still ends with the totals, and with a failure in them.
broken_off() {
  local status=$?
  trap - EXIT
  failed=$((failed + 1))
  print_totals || true
  exit $((status == 0 ? 1 : status))
}

# Must be the last output of a run: one plain line.
print_totals() {
  trap - EXIT
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
}

fuzz_binary() {
  echo "$artifacts/fuzz/$1/Mosn.Fuzz"
}

from_caller() {
  case "$1" in
    /*) echo "$1" ;;
    *) echo "$caller/$1" ;;
  esac
}

# Twice: as it is, to run an input and see what happens, and with AFL's counters in the code under test.
build_fuzz() {
  install_programs afl-fuzz:afl++
  sdk build fuzz/Mosn.Fuzz -c Release --nologo -v quiet -clp:NoSummary
  mkdir -p "$artifacts/fuzz"
  rm -rf "$artifacts/fuzz/plain" "$artifacts/fuzz/counted"
  cp -r fuzz/Mosn.Fuzz/bin/Release/net10.0 "$artifacts/fuzz/plain"
  cp -r fuzz/Mosn.Fuzz/bin/Release/net10.0 "$artifacts/fuzz/counted"
  sdk tool restore >/dev/null
  sdk sharpfuzz "$artifacts/fuzz/counted/Mosn.Protocols.dll"
  sdk sharpfuzz "$artifacts/fuzz/counted/mosn-with-courier.dll" CourierExample
  sdk sharpfuzz "$artifacts/fuzz/counted/Mosn.Proxy.dll" Mosn.Proxy.Config Mosn.Proxy.Expressions
}

# fuzz_targets SECONDS [TARGET]: as many at a time as there are cores. Each target counts as one test.
fuzz_targets() {
  local seconds=$1 name running=()
  shift
  local names=("$@")
  if [ ${#names[@]} = 0 ]; then mapfile -t names < <("$(fuzz_binary plain)"); fi
  local at=0 cores
  cores=$(nproc)
  while [ "$at" -lt ${#names[@]} ]; do
    running=()
    for name in "${names[@]:at:cores}"; do
      fuzz_target "$name" "$seconds" >"$artifacts/fuzz/$name.txt" 2>&1 &
      running+=("$name:$!")
    done
    at=$((at + cores))
    for name in "${running[@]}"; do
      if wait "${name#*:}"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
      cat "$artifacts/fuzz/${name%%:*}.txt"
    done
  done
}

# fuzz_target NAME SECONDS: first the corpus, which must be clean, then AFL. What it finds stays in artifacts/fuzz/NAME.
fuzz_target() {
  local name=$1 seconds=$2 out=$artifacts/fuzz/$1 stats words=()
  if [ -f "fuzz/dictionaries/$name.txt" ]; then words=(-x "fuzz/dictionaries/$name.txt"); fi
  echo "== fuzz $name, $seconds s"
  "$(fuzz_binary plain)" "$name" "fuzz/corpus/$name"
  rm -rf "$out"
  mkdir -p "$out"
  # The program is not made by AFL's compiler, and how the machine handles core files does not matter to it.
  if ! AFL_NO_UI=1 AFL_SKIP_BIN_CHECK=1 AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 \
    AFL_BENCH_UNTIL_CRASH=1 afl-fuzz -V "$seconds" -t 5000 -m none "${words[@]}" -i "fuzz/corpus/$name" -o "$out" \
    -- "$(fuzz_binary counted)" "$name" >"$out/log.txt" 2>&1; then
    tail -20 "$out/log.txt"
    return 1
  fi
  stats=$out/default/fuzzer_stats
  sed -nE 's/^(execs_done|execs_per_sec|corpus_count|edges_found|saved_crashes|saved_hangs) *: */  \1 /p' "$stats"
  if grep -qE '^(saved_crashes|saved_hangs) *: *[1-9]' "$stats"; then
    find "$out"/default/crashes "$out"/default/hangs -name 'id*' -exec "$(fuzz_binary plain)" "$name" {} + 2>&1 | head -c 4000 || true
    echo "$name: FOUND something; run it again with: ./do fuzz $name FILE, for the files in $out/default"
    return 1
  fi
}

# What only the compiled binary can show: it starts, reads a configuration, writes the schema, and stops cleanly.
smoke() {
  local mosn=$1
  echo "== smoke $mosn"
  "$mosn" version
  "$mosn" check --strict
  "$mosn" schema >/dev/null
}

install_peers() {
  install_programs curl:curl node:nodejs nginx:nginx-light wrk:wrk h2load:nghttp2-client nghttp:nghttp2-client
  if [ -f test/Mosn.EndToEnd/package-lock.json ]; then
    (cd test/Mosn.EndToEnd && npm ci --silent --no-audit --no-fund)
  fi
}

# install_programs PROGRAM:PACKAGE...: the packages of those programs that are not on the PATH.
install_programs() {
  local item packages=()
  for item in "$@"; do
    command -v "${item%%:*}" >/dev/null || packages+=("${item#*:}")
  done
  if [ ${#packages[@]} != 0 ]; then install_packages "${packages[@]}"; fi
}

# Installs the Debian packages that are missing; says so when it may not.
install_packages() {
  local missing=() package
  for package in "$@"; do
    if ! dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$'; then
      missing+=("$package")
    fi
  done
  if [ ${#missing[@]} = 0 ]; then
    return
  fi
  local root=()
  if [ "$(id -u)" != 0 ]; then root=(sudo -n); fi
  echo "installing ${missing[*]}" >&2
  if [ -z "${apt_updated:-}" ]; then
    "${root[@]}" apt-get update -qq >&2
    apt_updated=yes
  fi
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

main() {
  local command=${1:-help}
  shift || true
  case $command in -h | --help) command=help ;; esac
  if ! declare -F "do_$command" >/dev/null; then
    echo "unknown command '$command'" >&2
    do_help >&2
    return 2
  fi
  "do_$command" "$@"
}

main "$@"
