# For the shell commands in the folder above, which set `here` to that folder's real path first.
# Sourced, not run. Commands read `state`, `started`, `parent` and `left` after the functions that
# set them.
# shellcheck shell=dash disable=SC2034,SC2154

repo=${here%/*}

# version: `ovid <version>` as meson.build states it.
version() {
    found=$(sed -n "s/^\(.*[ (,]\)\{0,1\}version *: *'\([^']*\)'.*/\2/p" "$repo/meson.build" \
        2>/dev/null | head -n 1)
    echo "ovid ${found:-unknown}"
}

# stat_of <pid>: sets `state` and `started` (clock ticks since boot); false if there is no such
# process. A leader that is a zombie while its threads still end counts as running.
stat_of() {
    { read -r line; } 2>/dev/null <"/proc/$1/stat" || return 1
    # shellcheck disable=SC2086 # fields 3, 4, ... of proc(5)
    set -- "$1" ${line##*) }
    state=$2 started=${21-}
    if [ "$state" = Z ]; then
        set -- "/proc/$1/task/"*
        [ $# -le 1 ] || state=ending
    fi
}

# parent_of <pid>: sets `parent`.
parent_of() {
    parent=0
    { read -r line; } 2>/dev/null <"/proc/$1/stat" || return 1
    # shellcheck disable=SC2086
    set -- ${line##*) }
    parent=$2
}

# argument_lines <pid>: its command line, an argument a line.
argument_lines() {
    { tr '\0' '\n' <"/proc/$1/cmdline"; } 2>/dev/null
}

# programs: `<pid> <program>` for all processes whose program can be told.
programs() {
    find /proc/[0-9]*/exe -maxdepth 0 -printf '%h %l\n' 2>/dev/null | sed 's|^/proc/||'
}

# nodes: `<pid> <started>` of the nodes of this checkout that started before this shell did.
nodes() {
    stat_of $$
    mine=$started
    programs | while read -r pid program; do
        case ${program% (deleted)} in
        "$repo"/build/ovid | "$repo"/build-*/ovid) ;;
        *) continue ;;
        esac
        [ "$(argument_lines "$pid" | sed -n 2p)" = node ] || continue
        if stat_of "$pid" && [ "$state" != Z ] && [ "$started" -lt "$mine" ]; then
            echo "$pid $started"
        fi
    done
}

# running <list>: those of `<pid> <started>` lines that are still there.
running() {
    echo "$1" | while read -r pid ticks; do
        [ -n "$pid" ] || continue
        if stat_of "$pid" && [ "$state" != Z ] && [ "$started" = "$ticks" ]; then
            echo "$pid $ticks"
        fi
    done
}

# signal_all <signal> <list>
signal_all() {
    echo "$2" | while read -r pid ticks; do
        [ -z "$pid" ] || kill -s "$1" "$pid" 2>/dev/null || :
    done
}

# await_end <list> <hundredths of a second>: sets `left` to those that are still there after it.
await_end() {
    left=$(running "$1") turns=$2
    while [ -n "$left" ] && [ "$turns" -gt 0 ]; do
        sleep 0.01
        left=$(running "$left") turns=$((turns - 1))
    done
    [ -z "$left" ]
}

# end_nodes: SIGKILL for the nodes of this checkout; waits until they are gone.
end_nodes() {
    list=$(nodes)
    signal_all KILL "$list"
    await_end "$list" 300 && return
    echo "${0##*/}: still running after 3 s (process, start time): $left" >&2
    return 1
}

# one_option <usage> "$@": answers --help and --version, refuses everything else.
one_option() {
    usage=$1
    shift
    case $#,${1-} in
    0,) ;;
    1,-h | 1,--help) echo "$usage" && exit 0 ;;
    1,--version) version && exit 0 ;;
    *)
        echo "${0##*/}: unexpected argument: $*; see --help" >&2
        exit 2
        ;;
    esac
}
