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

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_HISTORY_H */
