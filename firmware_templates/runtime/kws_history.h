/* The newest columns of a tensor, kept from hop to hop. Hand-written; never generated.
 *
 * They lie in one piece of memory that is longer than they are. New ones are written behind the
 * old ones; at the end of the memory, what is still needed moves to its beginning. So columns that
 * follow each other in time always lie one behind the other.
 */
#ifndef KWS_HISTORY_H
#define KWS_HISTORY_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    int32_t kept_bytes; /* old columns that must be there when new ones come */
    int32_t new_bytes;  /* columns of one hop, above 0 */
    int32_t capacity;   /* of the memory, kept_bytes + new_bytes or more */
} kws_history_params;

/*
 * Make room for the columns of the next hop.
 *
 * memory  in, out  int8 [capacity]
 * used    in, out  bytes of the memory in use; kept_bytes after a reset
 * returns where the new columns are to be written; the kept_bytes before it are the old ones
 */
int8_t *kws_history_next(const kws_history_params *params, int8_t *memory, int32_t *used);

/*
 * Rows instead of columns: all that is kept of one channel lies together, row behind row. When the
 * window moves on, each row gives its oldest bytes to the row before, which ends in them. So all
 * rows move on at once, by the bytes that one row gets, and kws_history_next serves them too:
 * new_bytes are those of one row, and kept_bytes those of all rows, less new_bytes.
 */
typedef struct {
    int32_t rows;      /* channels, above 0 */
    int32_t row_bytes; /* columns that are kept, the new ones included */
    int32_t columns;   /* of one hop, 1..row_bytes */
} kws_history_rows;

/*
 * Write new columns to the ends of the rows.
 *
 * from  in   int8 [columns][rows]
 * to    out  the first row: kept_bytes before where kws_history_next points
 */
void kws_history_spread(const kws_history_rows *params, const int8_t *from, int8_t *to);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_HISTORY_H */
