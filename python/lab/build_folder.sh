# Build folders of this checkout, for build, demo, check and test/fuzz/run, which set `repo` to its
# real path first. Sourced, not run.
# shellcheck shell=dash disable=SC2154

exec 3>&2

# tell <text>: a line for people, also if the output of Meson and ninja is redirected.
tell() {
    printf '%s\n' "${0##*/}: $1" >&3
}

# recorded <folder> <source | build>: where that was when Meson set the folder up. Python reads what
# Meson has written for machines; the path of a checkout may hold any character.
recorded() {
    python3 -c 'import json, sys
print(json.load(open(sys.argv[1]))["directories"][sys.argv[2]])' \
        "$1/meson-info/meson-info.json" "$2" 2>/dev/null
}

# is_ours <folder>: whether Meson has set it up at this place for this checkout; if not, sets
# `source`. Usually a look at the text of the file is enough; otherwise Python reads it.
is_ours() {
    at=$(readlink -f -- "$1") text=$(cat "$1/meson-info/meson-info.json")
    case $text in *\"source\":\ \""$repo"\"*\"build\":\ \""$at"\"*) return 0 ;; esac
    source=$(recorded "$1" source)
    [ "$source" -ef "$repo" ] && source=$(recorded "$1" build) && [ "$source" -ef "$1" ]
}

# reason_to_renew <folder>: sets `reason` and is true if Meson or ninja would fail in this folder or
# build another checkout.
reason_to_renew() {
    reason=
    if [ -h "$1" ] && [ ! -d "$1" ]; then
        reason="leads nowhere"
    elif [ -f "$1/meson-info/meson-info.json" ] && ! is_ours "$1"; then
        reason="was set up elsewhere (${source:-it does not say where})"
    elif [ -e "$1/meson-private" ] || [ -e "$1/build.ninja" ]; then
        for file in build.ninja meson-info/meson-info.json meson-private/coredata.dat; do
            [ -f "$1/$file" ] || reason="was not set up to the end"
        done
    fi
    [ -n "$reason" ]
}

# given <folder>: the options that it was set up with, one `-D<name>=<value>` in each line.
given() {
    sed -n '/^\[options\]/,/^\[properties\]/s/^\([^ =]*\) = /-D\1=/p' \
        "$1/meson-private/cmd_line.txt" 2>/dev/null
}

# clear_out <folder>: removes everything in it except the findings of fuzzers. A link to a folder
# that was not set up for this checkout is removed itself: another checkout may build there.
clear_out() {
    if [ -h "$1" ] && ! belongs_here "$1"; then
        tell "$1 was a link to $(readlink -- "$1"), which is left alone; it becomes a folder"
        rm -f -- "$1"
    elif [ -d "$1" ]; then
        find "$1/" -mindepth 1 -maxdepth 1 ! -name findings -exec rm -rf {} +
    fi
}

# belongs_here <folder>: whether Meson has set it up for this checkout, or had begun to.
belongs_here() {
    source=$(recorded "$1" source) ||
        source=$(sed -n '/^Source dir: /{s///p;q;}' "$1/meson-logs/meson-log.txt" 2>/dev/null)
    [ -n "$source" ] && [ "$source" -ef "$repo" ]
}

# renew <folder> [<option of meson setup>...]: sets it up again, with its former options if they
# still exist.
renew() (
    folder=$1 options=$(given "$1")
    shift
    command -v meson >/dev/null || { tell "meson is missing; see packages.txt" && exit 1; }
    tell "$folder/ $reason; it is set up anew"
    clear_out "$folder" || { tell "$folder/ cannot be cleared; remove it" && exit 1; }
    set -f
    IFS='
'
    # shellcheck disable=SC2086 # an option a line
    meson setup "$folder" $options "$@" 3>&- 9>&- && exit
    [ -n "$options" ] && clear_out "$folder" && meson setup "$folder" "$@" 3>&- 9>&-
)

# set_up <folder> [<option of meson setup>...]: sets it up with these options if that was not done.
set_up() {
    if reason_to_renew "$1"; then
        renew "$@"
    elif [ ! -f "$1/build.ninja" ]; then
        meson setup "$@" 3>&- 9>&-
    else
        reconfigure "$@"
    fi
}

# reconfigure <folder> [<option of meson setup>...]: sets the options that it does not have.
reconfigure() (
    folder=$1 options=$(given "$1")
    shift
    for option; do
        shift
        case "
$options
" in *"
$option
"*) ;; *) set -- "$@" "$option" ;; esac
    done
    [ $# -eq 0 ] || meson configure "$folder" "$@" 3>&- 9>&-
)

# outdated <folder>: sets `reason` and is true if a build has failed because of what it was set up
# with: a compiler or Meson that is gone or another, a library that was moved, a file cut short.
outdated() {
    reason=
    for program in $(programs_of "$1/build.ninja"); do
        [ -e "$program" ] || command -v "$program" >/dev/null ||
            reason="was set up with $program, which is gone"
    done
    had=$(sed -n 's/.*"meson_version": {"full": "\([^"]*\)".*/\1/p' "$1/meson-info/meson-info.json")
    has=$(meson --version 3>&- 9>&-)
    [ "${had:-$has}" = "$has" ] || reason="was set up by Meson $had, this is ${has:-missing}"
    [ -n "$reason" ] || ninja -C "$1" -n >/dev/null 2>&1 3>&- 9>&- ||
        reason="does not know where everything is"
    [ -n "$reason" ]
}

# programs_of <build.ninja>: compilers and Meson, as its rules call them.
programs_of() {
    sed -n -e 's/^ command = \(.*\) --internal regenerate .*/\1/p' \
        -e '/^rule .*_COMPILER$/,/^ command/s/^ command = \([^$]*\) \$.*/\1/p' "$1" |
        tr ' ' '\n' | sort -u | sed '/^-/d'
}

# build_folder <folder> [<option of meson setup>...] [-- <target>...]: sets the folder up if need
# be, and builds what is not up to date: everything, or the targets. One build of this checkout at a
# time: the lock is the folder python, so that nothing has to be created.
build_folder() (
    folder=$1 options='' && shift
    while [ $# -gt 0 ]; do
        [ "$1" != -- ] || { shift && break; }
        options="$options $1" && shift
    done
    cd "$repo" && exec 9<"$repo/python" && flock 9 || exit 1
    [ -d "$folder" ] || [ -h "$folder" ] || [ ! -e "$folder" ] ||
        { tell "$repo/$folder is in the way: it is not a folder" && exit 1; }
    # shellcheck disable=SC2086 # options have no blanks
    set_up "$folder" $options || exit 1
    ninja -C "$folder" "$@" 3>&- 9>&- && exit
    outdated "$folder" || exit 1
    # shellcheck disable=SC2086
    renew "$folder" $options && ninja -C "$folder" "$@" 3>&- 9>&-
)
