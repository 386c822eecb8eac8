# Packages and builds, for demo and check, which set `here` to <repository>/python and source
# python/lab/checkout.sh (it sets `repo`) first. Sourced, not run.
# shellcheck shell=dash disable=SC2154

# listed_packages: the names in packages.txt.
listed_packages() {
    sed -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' "$repo/packages.txt"
}

# missing_packages: those of them that dpkg does not know as installed.
missing_packages() {
    for package in $(listed_packages); do
        state=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) || state=
        [ "$state" = installed ] || echo "$package"
    done
}

# install_packages: asks for what is missing, as root or through sudo; touches nothing else.
install_packages() {
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        echo "Packages: this is not Debian; what packages.txt lists has to be there already."
        return 0
    fi
    # shellcheck disable=SC2046 # package names have no blanks
    set -- $(missing_packages)
    if [ $# -eq 0 ]; then
        echo "Packages: all there."
        return 0
    fi
    as_root=
    if [ "$(id -u)" -ne 0 ]; then
        as_root=sudo
        if ! command -v sudo >/dev/null; then
            echo "Packages are missing; this is not root, and sudo is not there. As root, run:" >&2
            echo "  apt-get update && apt-get install --no-install-recommends $*" >&2
            return 1
        fi
    fi
    echo "Packages: installing $* (this may take some minutes)"
    log=$(mktemp) || return 1
    if install_once "$@" >"$log" 2>&1 || { sleep 3 && install_once "$@" >"$log" 2>&1; }; then
        rm -f "$log"
        return 0
    fi
    echo "Packages could not be installed, twice. The end of what apt-get said:" >&2
    tail -n 20 "$log" >&2
    rm -f "$log"
    return 1
}

# install_once <package>...: what apt-get knows may be outdated or nothing at all, so that it is
# updated first; whether a failed update matters shows at the installation.
install_once() {
    get="$as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=120"
    $get update </dev/null
    $get install -y --no-install-recommends "$@" </dev/null
}

# build_in <folder> [<option of meson setup>...] [-- <target>...]: configures the folder if that has
# not been done, and builds what is not up to date: everything, or the targets. One build of this
# checkout at a time, python/build among them (the lock is its folder).
build_in() (
    folder=$1 options='' && shift
    while [ $# -gt 0 ]; do
        [ "$1" != -- ] || { shift && break; }
        options="$options $1" && shift
    done
    cd "$repo" && exec 9<"$repo/python" && flock 9 || exit 1
    if [ ! -f "$folder/build.ninja" ]; then
        # shellcheck disable=SC2086 # options have no blanks
        meson setup "$folder" $options 9<&- || exit 1
    fi
    ninja -C "$folder" "$@" 9<&-
)
