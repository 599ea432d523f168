/*
 * Counts what a program executes in QEMU, by function and by straight piece of code.
 *
 *   -plugin LIBRARY,out=FILE[,watch=HEX]...[,series=HEX]...[,stack=HEX:HEX]
 *
 * watch=HEX    where a function begins that is told apart, along with all that it calls. Calls from
 *              the same place in the tree of watched calls are added up.
 * series=HEX   the same, and the watched calls that one call of it makes stay apart: the first, the
 *              second, ...
 * stack=A:B    memory of which the lowest address is kept that was written inside of a watched call
 *
 * When the program ends, FILE has one line for each place in the tree, 0 being the program itself,
 * then one for each piece of code that ran there, addresses in hexadecimal:
 *
 *   place NUMBER PARENT FUNCTION POSITION CALLS INSTRUCTIONS LEAST MOST
 *   piece PLACE START BYTES RUNS TAKEN
 *   stack LOWEST
 *
 * INSTRUCTIONS is the sum over all calls with what they call, LEAST and MOST that of one call; a
 * call that has not returned is not in them. TAKEN says how often a piece was left by a branch. An
 * instruction that its condition skips counts as executed.
 *
 * Written for plugin interface 1, QEMU 5.2 to 8, whose functions are declared here because Debian
 * packs no header. edgekws/firmware/count.py builds it and reads FILE.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_PLACES 512
#define MOST_WATCHED 128
#define MOST_CALLS 256
#define NO_PLACE (-1)
#define PUBLIC __attribute__((visibility("default")))

/* QEMU's part. */
struct qemu_plugin_tb;
struct qemu_plugin_insn;
enum { NO_REGISTERS = 0, WRITES = 2 };
typedef void (*on_translate)(uint64_t id, struct qemu_plugin_tb *piece);
typedef void (*on_run)(unsigned cpu, void *data);
typedef void (*on_memory)(unsigned cpu, uint32_t info, uint64_t address, void *data);
typedef void (*on_exit)(uint64_t id, void *data);
extern void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, on_translate call);
extern void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *piece, on_run call,
                                                 int flags, void *data);
extern void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *instruction, on_memory call,
                                             int flags, int access, void *data);
extern void qemu_plugin_register_atexit_cb(uint64_t id, on_exit call, void *data);
extern size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *piece);
extern struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *piece,
                                                        size_t index);
extern uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *instruction);
extern const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *instruction);
PUBLIC extern int qemu_plugin_version;
PUBLIC int qemu_plugin_install(uint64_t id, const void *info, int count, char **arguments);
int qemu_plugin_version = 1;

typedef struct {
    uint64_t address;
    bool is_series;
} watched_function;

typedef struct {
    int32_t parent;
    const watched_function *function; /* NULL: the program itself */
    uint32_t position;                /* among the watched calls of a series, else 0 */
    uint64_t calls, instructions, least, most;
} place;

/* Straight code that QEMU translates at once; the same code may be in several of them. */
typedef struct piece {
    struct piece *next;
    uint64_t start, end, instructions;
    bool ends_in_call;
    const watched_function *begins; /* NULL: not where a watched function begins */
    struct {
        uint64_t runs, taken;
    } at[MOST_PLACES];
} piece;

/* A watched call that has not returned. */
typedef struct {
    int32_t place;
    uint32_t depth, made; /* return addresses then; watched calls that it made */
    uint64_t started;
} open_call;

static watched_function watched[MOST_WATCHED];
static uint32_t watched_count;
static place places[MOST_PLACES] = {{NO_PLACE, NULL, 0, 0, 0, UINT64_MAX, 0}};
static int32_t place_count = 1;
static piece *pieces;
static piece *before;                /* what ran last */
static uint64_t returns[MOST_CALLS]; /* where the calls that are under way come back to */
static uint32_t depth;
static open_call opened[MOST_CALLS] = {{0, 0, 0, 0}};
static uint32_t opened_count = 1; /* the first is the program itself */
static uint64_t executed;
static uint64_t stack_low, stack_high, stack_lowest;
static char out_path[4096];

static void give_up(const char *words)
{
    (void)fprintf(stderr, "kws_qemu_count: %s\n", words);
    exit(1);
}

static int32_t find_place(int32_t parent, const watched_function *function, uint32_t position)
{
    int32_t i;

    for (i = 1; i < place_count; i++) {
        if (places[i].parent == parent && places[i].function == function &&
            places[i].position == position) {
            return i;
        }
    }
    if (place_count == MOST_PLACES) {
        give_up("too many places");
    }
    places[i].parent = parent;
    places[i].function = function;
    places[i].position = position;
    places[i].least = UINT64_MAX;
    return place_count++;
}

static void enter(const watched_function *function)
{
    open_call *const from = &opened[opened_count - 1];
    const watched_function *const caller = places[from->place].function;
    const uint32_t position = caller != NULL && caller->is_series ? from->made : 0;
    open_call *const to = &opened[opened_count];

    if (opened_count == MOST_CALLS) {
        give_up("watched calls too deep");
    }
    to->place = find_place(from->place, function, position);
    to->depth = depth;
    to->made = 0;
    to->started = executed;
    from->made++;
    opened_count++;
}

/* Ends the watched calls that the last return ended; a jump instead of a call makes it several. */
static void leave(void)
{
    while (opened_count > 1 && opened[opened_count - 1].depth > depth) {
        const open_call *const call = &opened[--opened_count];
        place *const at = &places[call->place];
        const uint64_t instructions = executed - call->started;

        at->calls++;
        at->instructions += instructions;
        at->least = instructions < at->least ? instructions : at->least;
        at->most = instructions > at->most ? instructions : at->most;
    }
}

/* A call or a return between two pieces; anything else between them stays in the function. */
static void follow(const piece *now)
{
    const bool jumped = now->start != before->end;

    if (jumped && before->ends_in_call) {
        if (depth == MOST_CALLS) {
            give_up("calls too deep");
        }
        returns[depth++] = before->end;
    } else if (depth > 0 && now->start == returns[depth - 1]) {
        depth--;
        leave();
    }
}

static void run_piece(unsigned cpu, void *data)
{
    piece *const now = data;

    (void)cpu;
    if (before != NULL) {
        if (now->start != before->end) {
            before->at[opened[opened_count - 1].place].taken++;
        }
        follow(now);
    }
    if (now->begins != NULL) {
        enter(now->begins);
    }
    now->at[opened[opened_count - 1].place].runs++;
    executed += now->instructions;
    before = now;
}

static void write_memory(unsigned cpu, uint32_t info, uint64_t address, void *data)
{
    (void)cpu;
    (void)info;
    (void)data;
    if (opened_count > 1 && address >= stack_low && address < stack_lowest) {
        stack_lowest = address;
    }
}

static unsigned half_word(const struct qemu_plugin_insn *instruction, size_t index)
{
    const uint8_t *const bytes = qemu_plugin_insn_data(instruction);

    return (unsigned)bytes[2 * index] | (unsigned)bytes[2 * index + 1] << 8;
}

/*
 * Thumb, as every Cortex-M runs: a first half-word from 0xE800 on has a second one. QEMU's own
 * answer is too large by what it looked at of the next instruction, at the end of a page.
 */
static uint64_t bytes_of(const struct qemu_plugin_insn *instruction)
{
    return half_word(instruction, 0) >= 0xE800u ? 4 : 2;
}

/* BL or BLX. */
static bool is_call(const struct qemu_plugin_insn *instruction)
{
    const unsigned first = half_word(instruction, 0);

    if (bytes_of(instruction) == 2) {
        return (first & 0xFF87u) == 0x4780u;
    }
    return (first & 0xF800u) == 0xF000u && (half_word(instruction, 1) & 0xD000u) == 0xD000u;
}

static const watched_function *find_watched(uint64_t address)
{
    uint32_t i;

    for (i = 0; i < watched_count; i++) {
        if (watched[i].address == address) {
            return &watched[i];
        }
    }
    return NULL;
}

static void translate(uint64_t id, struct qemu_plugin_tb *code)
{
    const size_t count = qemu_plugin_tb_n_insns(code);
    const struct qemu_plugin_insn *const last = qemu_plugin_tb_get_insn(code, count - 1);
    piece *const made = calloc(1, sizeof *made);
    size_t i;

    (void)id;
    if (made == NULL) {
        give_up("not enough memory");
        return;
    }
    made->start = qemu_plugin_insn_vaddr(qemu_plugin_tb_get_insn(code, 0));
    made->end = qemu_plugin_insn_vaddr(last) + bytes_of(last);
    made->instructions = count;
    made->ends_in_call = is_call(last);
    made->begins = find_watched(made->start);
    made->next = pieces;
    pieces = made;
    qemu_plugin_register_vcpu_tb_exec_cb(code, run_piece, NO_REGISTERS, made);
    for (i = 0; stack_high > stack_low && i < count; i++) {
        qemu_plugin_register_vcpu_mem_cb(qemu_plugin_tb_get_insn(code, i), write_memory,
                                         NO_REGISTERS, WRITES, NULL);
    }
}

static void write_pieces(FILE *file)
{
    const piece *each;
    int32_t i;

    for (each = pieces; each != NULL; each = each->next) {
        for (i = 0; i < place_count; i++) {
            if (each->at[i].runs > 0) {
                (void)fprintf(
                    file, "piece %" PRId32 " %" PRIx64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", i,
                    each->start, each->end - each->start, each->at[i].runs, each->at[i].taken);
            }
        }
    }
}

static void write_all(uint64_t id, void *data)
{
    FILE *const file = fopen(out_path, "w");
    int32_t i;

    (void)id;
    (void)data;
    if (file == NULL) {
        give_up("cannot write the counts");
        return;
    }
    places[0].calls = 1;
    places[0].instructions = places[0].least = places[0].most = executed;
    for (i = 0; i < place_count; i++) {
        const place *const at = &places[i];

        (void)fprintf(file, "place %" PRId32 " %" PRId32 " %" PRIx64 " %" PRIu32, i, at->parent,
                      at->function == NULL ? 0 : at->function->address, at->position);
        (void)fprintf(file, " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", at->calls,
                      at->instructions, at->calls == 0 ? 0 : at->least, at->most);
    }
    write_pieces(file);
    (void)fprintf(file, "stack %" PRIx64 "\n", stack_lowest);
    if (fclose(file) != 0) {
        give_up("cannot write the counts");
    }
}

static bool read_argument(const char *text)
{
    char *rest;

    if (strncmp(text, "out=", 4) == 0 && strlen(text + 4) < sizeof out_path) {
        (void)strcpy(out_path, text + 4);
        return true;
    }
    if (strncmp(text, "stack=", 6) == 0) {
        stack_low = strtoull(text + 6, &rest, 16);
        stack_high = stack_lowest = *rest == ':' ? strtoull(rest + 1, &rest, 16) : 0;
        return *rest == '\0';
    }
    if (watched_count == MOST_WATCHED || strchr(text, '=') == NULL) {
        return false;
    }
    watched[watched_count].address = strtoull(strchr(text, '=') + 1, &rest, 16);
    watched[watched_count].is_series = strncmp(text, "series=", 7) == 0;
    return (watched[watched_count++].is_series || strncmp(text, "watch=", 6) == 0) && *rest == '\0';
}

int qemu_plugin_install(uint64_t id, const void *info, int count, char **arguments)
{
    int i;

    (void)info;
    for (i = 0; i < count; i++) {
        if (!read_argument(arguments[i])) {
            (void)fprintf(stderr, "kws_qemu_count: cannot be meant: %s\n", arguments[i]);
            return -1;
        }
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
    qemu_plugin_register_atexit_cb(id, write_all, NULL);
    return 0;
}
