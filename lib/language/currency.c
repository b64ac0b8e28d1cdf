/* Currency: the minor units of ISO 4217.
 *
 * In: a code. Out: its minor unit's digits. The table is the list of ISO 4217:2015, table A.1 ("List One"), as its maintenance
 * agency (SIX) keeps it, with the codes withdrawn since 2020, which dated policies still name; funds codes included, precious
 * metals, bond markets and test codes (no minor unit) left out. It must not know what money is used for.
 */
#include "language/currency.h"

#include <string.h>

/* Codes of three letters, run together, by minor unit. */
static const struct {
  uint32_t digits;
  const char *codes;
} minor_units[] = {
    {0, "BIFCLPDJFGNFISKJPYKMFKRWPYGRWFUGXUYIVNDVUVXAFXOFXPF"},
    {2, "AEDAFNALLAMDANGAOAARSAUDAWGAZNBAMBBDBDTBGNBMDBNDBOBBOVBRLBSDBTNBWPBYNBZDCADCDFCHECHFCHWCNYCOPCOUCRCCUCCUPCVECZKDKKDOPDZD"
        "EGPERNETBEURFJDFKPGBPGELGHSGIPGMDGTQGYDHKDHNLHRKHTGHUFIDRILSINRIRRJMDKESKGSKHRKPWKYDKZTLAKLBPLKRLRDLSLMADMDLMGAMKDMMKMNT"
        "MOPMRUMURMVRMWKMXNMXVMYRMZNNADNGNNIONOKNPRNZDPABPENPGKPHPPKRPLNQARRONRSDRUBSARSBDSCRSDGSEKSGDSHPSLESLLSOSSRDSSPSTNSVCSYP"
        "SZLTHBTJSTMTTOPTRYTTDTWDTZSUAHUSDUSNUYUUZSVEDVESWSTXCDXCGYERZARZMWZWGZWL"},
    {3, "BHDIQDJODKWDLYDOMRTND"},
    {4, "CLFUYW"},
};

bool currency_find(struct text code, uint32_t *minor_digits, struct nearest *nearest) {
  nearest_begin(nearest, code);
  for (size_t unit = 0; unit < sizeof minor_units / sizeof *minor_units; unit++) {
    for (const char *each = minor_units[unit].codes; *each; each += 3) {
      struct text candidate = {each, 3};
      if (text_equal(candidate, code)) {
        *minor_digits = minor_units[unit].digits;
        return true;
      }
      nearest_try(nearest, candidate);
    }
  }
  return false;
}
