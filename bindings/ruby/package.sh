#!/bin/sh
# package.sh LIBRARY FOLDER: makes in FOLDER (which is emptied) the gem that carries LIBRARY, and whatever that needs beyond
# libc, beside it.
#
# The libraries get file names of their own: a process that has the system's libyaml too, as Ruby's psych has, keeps both apart.
set -eu
library=$1
folder=$2
here=$(cd "$(dirname "$0")" && pwd)
rm -rf "$folder"
mkdir -p "$folder"
cp -r "$here/lib" "$here/sig" "$here/libreturns.gemspec" "$here/../THIRD-PARTY-NOTICES.txt" "$here/../../LICENSE" "$folder/"
cp "$here/../../docs/ruby.md" "$folder/README.md"

inside=$folder/lib/libreturns
install -s -m 755 "$library" "$inside/libreturns.so"
renamed=
for path in $(ldd "$library" | sed -n 's/.* => \(\/[^ ]*\) .*/\1/p' | grep -v '/libc\.so\.'); do
  name=$(basename "$path")
  own=libreturns-${name#lib}
  install -m 755 "$path" "$inside/$own"
  patchelf --set-soname "$own" "$inside/$own"
  renamed="$renamed --replace-needed $name $own"
done
for file in "$inside"/libreturns*.so*; do
  # shellcheck disable=SC2086
  patchelf $renamed "$file"
  patchelf --set-rpath '$ORIGIN' "$file"
done
cd "$folder"
gem build --silent libreturns.gemspec
