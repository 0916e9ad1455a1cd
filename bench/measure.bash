# Shared by the programs of this folder: measuring commands, medians, and the table of a page.
# shellcheck shell=bash

die() { printf 'error: %s\n' "$1" >&2; printf 'hint: %s\n' "$2" >&2; exit 2; }

calc() { awk "BEGIN { printf \"%.3f\", $1 }"; }

# Runs a command; its output goes to $here/out and $here/err. Sets `wall` and `spent`: seconds, and
# seconds of processor time of it and its children. Nothing else runs beside it.
run_timed() {
    local status=0 TIMEFORMAT='%3R %3U %3S' user system
    { time "$@" >"$here/out" 2>"$here/err"; } 2>"$here/times" || status=$?
    read -r wall user system <"$here/times"
    spent=$(calc "$user + $system")
    return $status
}

# Runs a command and sets `peak`: the most memory in MiB that it, or one process that it starts, had
# resident. Looking costs time, so such a run is not timed. GNU time is told by the kernel; without it we
# look ourselves, and may miss the last moments of a short run.
run_watched() {
    local pid status=0 most=0 now
    if [ -x /usr/bin/time ]; then
        /usr/bin/time -q -f %M -o "$here/memory" "$@" >"$here/out" 2>"$here/err" || status=$?
        peak=$(calc "$(tail -n 1 "$here/memory") / 1024")
        return $status
    fi
    "$@" >"$here/out" 2>"$here/err" &
    pid=$!
    # The kernel keeps the high-water mark; the last look before the end has it.
    while [ -e "/proc/$pid/status" ]; do
        now=$(high_water $pid) || true
        [ "${now:-0}" -le "$most" ] || most=$now
        [ "${now:-0}" != 0 ] || break
    done
    wait $pid || status=$?
    peak=$(calc "$most / 1024")
    return $status
}

# KiB; 0 for a process that has ended.
high_water() { awk '/^VmHWM/ { print $2; found = 1 } END { if (!found) print 0 }' "/proc/$1/status" 2>/dev/null; }

# Median of column $2 of the file $here/result.$1.
median() {
    sort -n -k "$2,$2" "$here/result.$1" | awk -v c="$2" '{ v[NR] = $c }
        END { m = int((NR + 1) / 2); print (NR % 2) ? v[m] : (v[m] + v[m + 1]) / 2 }'
}

machine() {
    printf '%s, %d cores, %s' "$(. /etc/os-release && printf '%s' "$PRETTY_NAME")" "$(nproc)" \
        "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)"
}

# Puts $here/table between the marks $1 of docs/benchmarks.md.
write_page() {
    awk -v table="$here/table" -v mark="$1" '
        $0 == "<!-- " mark ": begin -->" { print; while ((getline line < table) > 0) print line; skip = 1; next }
        $0 == "<!-- " mark ": end -->" { skip = 0 }
        !skip' docs/benchmarks.md >"$here/benchmarks.md"
    cp "$here/benchmarks.md" docs/benchmarks.md
}
