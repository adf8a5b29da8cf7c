/*
 * What went wrong, in two parts: a negative code for the program to act on
 * and a sentence for the person who has to mend it.
 *
 * A function that can fail returns int: 0 is success, negative is one of
 * these codes or a negative errno, as libuv gives them. If it takes a struct
 * error, it has filled it in whenever it returns less than 0. The lowest
 * function that knows names the thing ("cannot read rules/en.rules"); callers
 * put their own context in front with error_in().
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#define CHECKED          __attribute__((warn_unused_result))
#define PRINTF(fmt, arg) __attribute__((format(printf, fmt, arg)))

#define ERROR_CODES(X)                                                         \
    X(E_SYNTAX, -5001, "not well formed")                                      \
    X(E_LIMIT, -5002, "over a limit")                                          \
    X(E_RULE_TEST, -5003, "a rule fails its own test")                         \
    X(E_DUPLICATE, -5004, "seen before")                                       \
    X(E_NONE, -5005, "there is no such thing")                                 \
    X(E_DENIED, -5006, "not allowed")                                          \
    X(E_BUSY, -5007, "busy: try again")                                        \
    X(E_FULL, -5008, "no room to store it")                                    \
    X(E_STORE, -5009, "the store failed")                                      \
    X(E_REMOTE, -5010, "the other side failed")                                \
    X(E_TIMEOUT, -5011, "took too long")                                       \
    X(E_DIED, -5012, "the worker died")                                        \
    X(E_CONFIG, -5013, "the configuration is wrong")                           \
    X(E_AGAIN, -5014, "to be done once more")

enum error_code {
#define X(name, number, text) name = (number),
    ERROR_CODES(X)
#undef X
};

struct error {
    int code;
    char text[512];
};

/* Fills e and returns code, so that a caller can write return error(...). */
int error(struct error *e, int code, const char *fmt, ...) PRINTF(3, 4);

/* Puts "fmt: " before what e says already and returns e's code. */
int error_in(struct error *e, const char *fmt, ...) PRINTF(2, 3);

/* What a code means in a few words; for a negative errno, the C library's. */
const char *error_name(int code);

#endif
