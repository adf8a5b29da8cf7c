/*
 * The names of a gazetteer as a tree of words: from the root a step a word,
 * and where a name ends, what has it. Words a letter off are found through
 * the words with one letter left out, on both sides (SymSpell's way).
 */
#ifndef GEO_GAZ_INDEX_H
#define GEO_GAZ_INDEX_H

#include "base/arena.h"

/* How much of its name a mention has; the better comes first. */
enum form {
    FORM_FULL,  /* Elm Street */
    FORM_REF,   /* Route 9 */
    FORM_ALIAS, /* a name it has besides, or had */
    FORM_TURN,  /* without its direction, or with it elsewhere */
    FORM_BARE,  /* Elm */
};

enum thing { THING_STREET, THING_PLACE, THING_AREA };

struct entry {
    enum thing thing;
    enum form form;
    int index; /* in the gazetteer's streets, places or areas */
    int next;  /* entry of the same name; -1: the last */
};

struct index;

enum { INDEX_ROOT = 0 };

struct index *index_new(void);
void index_free(struct index *ix);

/* Adds a folded name. A name the thing has already is not added again. */
void index_add(struct index *ix, struct str folded, struct entry entry);

/* To be called once, when all names are in. */
void index_finish(struct index *ix);

int index_token(const struct index *ix, struct str folded); /* -1: none */
unsigned index_is(const struct index *ix, int token);       /* vocabulary.h */
struct str index_text(const struct index *ix, int token);
bool index_begins(const struct index *ix, int token); /* some name */

/* The node behind node by token; -1: no name goes on so. */
int index_step(const struct index *ix, int node, int token);

/* What has the name that ends at node: an entry, -1: nothing. */
int index_entry(const struct index *ix, int node);
const struct entry *index_at(const struct index *ix, int entry);

/*
 * Tokens that word may be a misspelling of: one letter off, but not the first;
 * at most room of them. Gives how many.
 */
size_t index_near(const struct index *ix, struct str word, int *tokens,
                  size_t room);

/* The same two letters off, its first one right: slower. */
size_t index_far(const struct index *ix, struct str word, int *tokens,
                 size_t room);

#endif
