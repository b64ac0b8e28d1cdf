/* Scenes: the places of a request from which an expression looks at facts, and one evaluation's state around them.
 *
 * A scene is a line, the request, or the lines that share a key. In: facts of a request, assumptions or not, and the values that
 * missing flags and choices are taken to have while one line is split. Out: values of facts, terms, expressions, tests.
 * Values of terms, assumptions and line values are computed once per scene. It must not know rules, amounts, limits.
 */
#ifndef EVALUATE_SCENE_H
#define EVALUATE_SCENE_H

#include "evaluate/facts.h"
#include "evaluate/value.h"

/* Remembered values of one scene: terms, then these, then (where a policy assumes) the facts' assumptions. */
enum { MEMO_UNITS = 0, MEMO_UNIT_VALUE, MEMO_LINE_VALUE, MEMO_REQUEST_VALUE, MEMO_SPECIALS };
struct memo {
  uint64_t value_stamp, set_stamp;
  struct value value;
  struct set set;
};

/* The special names of a portion; NULL where they are not at hand. */
struct portion_view {
  const struct set *value, *units, *verdict, *rule, *credit;
};
/* What a special name of a portion stands for; NULL where it is not at hand. view: may be NULL. */
static inline const struct set *portion_special(const struct portion_view *view, uint32_t special) {
  if (!view) return NULL;
  switch (special) {
  case SPECIAL_VALUE: return view->value;
  case SPECIAL_UNITS: return view->units;
  case SPECIAL_VERDICT: return view->verdict;
  case SPECIAL_RULE: return view->rule;
  case SPECIAL_CREDIT: return view->credit;
  default: return NULL;
  }
}

struct scene {
  struct run *run;
  struct work work; /* where what is computed here lives */
  uint32_t line;    /* or NO_INDEX */
  bool own;         /* of the line being decided: sees what its own facts are taken to be */
  uint32_t key_fact;
  int64_t key;           /* the lines that share this value of this fact; NO_INDEX: not such a scene */
  struct scene *request; /* the scene of the request; NULL in that one itself */
  const struct portion_view *view;
  struct memo *memos;
  uint64_t stamp; /* a memo is valid where its stamp is this */
  /* Of the request's scene: its scenes of keys, the lines by key; of one that is for one line only: the one for all lines. */
  struct scene_cache *keys;
  struct line_keys *line_keys;
  struct scene *steady;
  struct fold *folds; /* what was computed over lines for this scene (lines.c) */
};

/* Scenes of keys that were met. */
struct scene_cache {
  struct lookup lookup;
  struct scene **scenes;
  uint32_t count, capacity;
};

/* The request while facts that all lines see (of the request, of a key) are taken to have values. It serves all lines that are
 * split over them, so that what is computed over lines is computed once. A few are kept. */
enum { WORLDS_MOST = 8 };
struct world_fact {
  uint32_t fact;
  int64_t value, key;
};
struct world {
  struct arena arena;
  struct scene request;
  struct scene_cache keys;
  struct world_fact *facts;
  uint32_t count, capacity;
  uint64_t used; /* when, in stamps; 0: never in this run */
};

/* One evaluation of a request, with or without its assumptions. Reused: memory is kept from run to run. */
struct run {
  const struct returns_policy *policy;
  const struct facts *facts;
  struct memory *memory;
  struct arena pass_arena, leaf_arena; /* for the whole run; for one evaluation of a line under one assignment */
  bool without_assumptions;
  bool failed; /* an allocation did: nothing of this run is worth anything */
  uint32_t need_words, memo_count;
  uint64_t next_stamp;
  /* request: with nothing assigned; leaf_request: while facts of the line itself are. */
  struct scene request, leaf_request, line;
  struct scene_cache keys, leaf_keys;
  struct world worlds[WORLDS_MOST];
  /* What missing flags and choices are taken to be, by fact; -1: nothing. Of a line fact only for the line `deciding`, of a
   * fact per value of another only for the key assigned_keys[fact]. shared_facts: those assigned that are no line's, in order. */
  int64_t *assigned;
  int64_t *assigned_keys;
  uint32_t assigned_count;
  uint32_t *shared_facts;
  uint32_t shared_count;
  uint32_t deciding;
};

bool run_init(struct run *run, const struct returns_policy *policy, struct memory *memory); /* false: out of memory */
void run_free(struct run *run);
void run_begin(struct run *run, const struct facts *facts, bool without_assumptions);
/* Takes a missing flag or choice to have a value, until run_forget, last first. */
void run_assume(struct run *run, uint32_t fact, int64_t value);
void run_forget(struct run *run, uint32_t fact);
/* The scene of a line with what is assigned now; what was computed for the line before is forgotten. */
struct scene *run_line(struct run *run, uint32_t line);
/* A scene of a line beside the one being decided. */
struct scene scene_of_line(struct scene *from, uint32_t line, struct memo *memos);
struct memo *scene_memos(struct scene *scene); /* fresh ones; NULL: out of memory */
/* The scene of a key, made where it is new. NULL: out of memory (the run has failed). */
struct scene *scene_of_key(struct scene *from, uint32_t fact, int64_t key);
static inline struct scene *scene_of_request(struct scene *scene) { return scene->request ? scene->request : scene; }

/* ---- facts ---- */
/* FACT_KEY_OPEN: the key that it is per is open, or the fact is still to come; whether it is given is open too. */
enum fact_state { FACT_GIVEN, FACT_DEFAULTED, FACT_ASSUMED, FACT_NOT_GIVEN, FACT_MISSING, FACT_KEY_OPEN, FACT_FAULTY };
/* value: where the state is given, defaulted or assumed; the error where it is faulty. need: the fact that is missing. */
struct reading {
  enum fact_state state;
  uint32_t need;
  struct value value;
};
struct reading read_fact(struct scene *scene, uint32_t fact);
/* The value of a choice or text fact by which others are keyed; in the scene of a key, that. */
struct reading read_key(struct scene *scene, uint32_t fact);
static inline bool is_known(const struct reading *reading) { return reading->state <= FACT_ASSUMED; }

/* ---- expressions ---- */
/* The definite way: VALUE_OPEN also where only the set of values would tell. */
struct value evaluate(struct scene *scene, uint32_t node);
/* All values that it may have. */
struct set evaluate_set(struct scene *scene, uint32_t node);
/* A term's, seen from the scene. */
struct set set_of_term(struct scene *scene, uint32_t term);
/* The definite way where it tells, else the set. */
struct set evaluate_any(struct scene *scene, uint32_t node);
struct set units_of(struct scene *scene);      /* of the scene's line; the declared ones, or 1 */
struct set unit_value_of(struct scene *scene); /* likewise, or 0 */
/* lines.c: sum, count, any, every over lines, and (special NO_INDEX or not) the sum of their values. */
struct value evaluate_over_lines(struct scene *scene, uint32_t node);
struct set evaluate_over_lines_set(struct scene *scene, uint32_t node);
#define REQUEST_VALUE_NODE UINT32_MAX /* in place of a node: line_value summed over all lines */
struct value line_value_of(struct scene *scene);
struct set line_value_set_of(struct scene *scene);
/* The conjunction of tests. Adds to *needs (may be NULL) where it is open; *fault (may be NULL) is the error where it is one. */
enum truth evaluate_tests(struct scene *scene, struct program_list tests, uint64_t **needs, struct value *fault);
enum truth evaluate_test(struct scene *scene, const struct program_test *test, uint64_t **needs, struct value *fault);

#endif
