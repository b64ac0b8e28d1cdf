#!/bin/sh
# Each public header compiles alone, as C11 and as C++17, without warnings.
set -eu
root=$1
for header in "$root"/include/returns/*.h; do
  name=returns/$(basename "$header")
  printf '#include "%s"\nint main(void) { return 0; }\n' "$name" | ${CC:-cc} -std=c11 -Wall -Wextra -Wpedantic -Werror -I"$root/include" -fsyntax-only -x c -
  printf '#include "%s"\nint main() { return 0; }\n' "$name" | ${CXX:-c++} -std=c++17 -Wall -Wextra -Wpedantic -Werror -I"$root/include" -fsyntax-only -x c++ -
done
echo "all public headers compile alone"
