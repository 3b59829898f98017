#!/usr/bin/env bash
# Builds the program into a folder that needs no Python, and tries it.
#
#   packaging/build.sh [OUT]        OUT: where the folder ichviewer/ goes, by default dist/
#   PYTHON=…                        build with the environment of this interpreter instead of a fresh one
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
mkdir -p "${1:-$root/dist}"
out=$(cd "${1:-$root/dist}" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/ichviewer-build.XXXXXX")
trap 'rm -rf "$work"' EXIT

python=${PYTHON:-}
if [ -z "$python" ]; then
  python3 -m venv "$work/venv"
  python=$work/venv/bin/python
  "$python" -m pip install --quiet --disable-pip-version-check "$root" 'pyinstaller>=6.6'
fi

"$python" -m PyInstaller "$root/packaging/ichviewer.spec" --noconfirm --distpath "$out" --workpath "$work/build"

mkdir -p "$out/ichviewer/share"
cp "$root"/packaging/ichviewer.{desktop,metainfo.xml} "$root"/resources/icons/ichviewer.{svg,png} "$root/LICENSE" \
  "$out/ichviewer/share/"

# away from the checkout and its environment, so that nothing is found by accident
cd "$work"
export ICHVIEWER_HOME="$work/home" QT_QPA_PLATFORM=offscreen
env -u PYTHONPATH -u VIRTUAL_ENV "$out/ichviewer/ichcore" window --w 0.11074668 --b -5.5373343
env -u PYTHONPATH -u VIRTUAL_ENV "$out/ichviewer/ichviewer" --self-test
du -sh "$out/ichviewer"
